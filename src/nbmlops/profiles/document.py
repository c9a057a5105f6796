"""Profiles as JSON objects, and back. Format `profile` 1."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from nbmlops.errors import StoreFormatError
from nbmlops.records.log_histogram import LogHistogram
from nbmlops.records.profiles import ColumnProfile, Numbers, Profile, Values

_FORMAT: Final = 1
_WORDS: Final = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def profile_to_doc(profile: Profile) -> dict[str, Any]:
    """A profile without what is empty; numbers that JSON has no way to write are words."""
    doc: dict[str, Any] = {
        "format": _FORMAT,
        "rows": profile.rows,
        "columns": [_column_to_doc(column) for column in profile.columns],
    }
    optional = {"sampled": profile.sampled, "omitted": profile.omitted or None}
    return doc | {key: value for key, value in optional.items() if value is not None}


def profile_from_doc(doc: Mapping[str, Any]) -> Profile:
    """The profile that `profile_to_doc` was given.

    Raises:
        StoreFormatError: a newer nbmlops wrote it.
    """
    if doc["format"] > _FORMAT:
        raise StoreFormatError(f"A profile of format {doc['format']}: install a newer nbmlops to read it.")
    columns = tuple(_column_from_doc(item) for item in doc["columns"])
    return Profile(doc["rows"], columns, doc.get("sampled"), doc.get("omitted", 0))


def masked(profile: Profile, mask: Callable[[list[str]], list[str]]) -> Profile:
    """The profile with its texts as `mask` gives them back: nothing else in it can hold a secret."""
    columns = []
    for column in profile.columns:
        frequent = column.values.frequent if column.values is not None else {}
        name, *texts = mask([column.name, *frequent])
        if [name, *texts] == [column.name, *frequent]:
            columns.append(column)
            continue
        counts: Counter[str] = Counter()
        for text, count in zip(texts, frequent.values(), strict=True):
            counts[text] += count
        values = replace(column.values, frequent=dict(counts)) if column.values is not None else None
        columns.append(replace(column, name=name, values=values))
    return replace(profile, columns=tuple(columns))


def _column_to_doc(column: ColumnProfile) -> dict[str, Any]:
    doc: dict[str, Any] = {
        "name": column.name,
        "dtype": column.dtype,
        "kind": column.kind,
        "count": column.count,
        "missing": column.missing,
    }
    if column.numbers is not None:
        doc["numbers"] = _numbers_to_doc(column.numbers)
    if column.values is not None:
        frequent = [[text, count] for text, count in column.values.frequent.items()]
        doc["values"] = {
            "hashes": list(column.values.hashes),
            "frequent": frequent,
            "error": column.values.error,
        }
    if column.span is not None:
        doc["span"] = list(column.span)
    return doc


def _column_from_doc(doc: Mapping[str, Any]) -> ColumnProfile:
    numbers, values, span = doc.get("numbers"), doc.get("values"), doc.get("span")
    return ColumnProfile(
        doc["name"],
        doc["dtype"],
        doc["kind"],
        doc["count"],
        doc["missing"],
        None if numbers is None else _numbers_from_doc(numbers),
        None if values is None else _values_from_doc(values),
        None if span is None else (span[0], span[1]),
    )


def _values_from_doc(doc: Mapping[str, Any]) -> Values:
    return Values(tuple(doc["hashes"]), dict(doc["frequent"]), doc["error"])


def _numbers_to_doc(numbers: Numbers) -> dict[str, Any]:
    buckets = sorted(numbers.histogram.counts)
    # Distances are shorter than the buckets' numbers.
    steps = [buckets[0]] if buckets else []
    steps += [after - before for before, after in itertools.pairwise(buckets)]
    return {
        "count": numbers.count,
        "infinite": numbers.infinite,
        **{name: _word(getattr(numbers, name)) for name in ("min", "max", "mean", "m2")},
        "bits": numbers.histogram.bits,
        "buckets": steps,
        "counts": [numbers.histogram.counts[bucket] for bucket in buckets],
    }


def _numbers_from_doc(doc: Mapping[str, Any]) -> Numbers:
    counts, bucket = {}, 0
    for step, count in zip(doc["buckets"], doc["counts"], strict=True):
        bucket += step
        counts[bucket] = count
    low, high, mean, m2 = (_WORDS.get(doc[name], doc[name]) for name in ("min", "max", "mean", "m2"))
    return Numbers(doc["count"], doc["infinite"], low, high, mean, m2, LogHistogram(doc["bits"], counts))


def _word(value: float) -> float | str:
    if value != value:  # noqa: PLR0124 - NaN
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value
