"""An object as bytes: with skops, or as a pickle where that was allowed."""

from __future__ import annotations

import importlib
import io
import json
import pickle
import pickletools
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from nbmlops.errors import ModelError
from nbmlops.models.layout import Serialization
from nbmlops.models.trusted import TRUSTED_TYPES

# Measured on forests of 200 trees (depth 8, and fully grown): level 1 takes 0.13 and 0.6 s of CPU more than
# no compression for a quarter of the bytes, which are hashed and written afterwards; level 6 takes another
# 0.1 and 1 s for a sixth less.
_COMPRESSION: Final = zipfile.ZIP_DEFLATED
_LEVEL: Final = 1
ALLOW_PICKLE: Final = "pass allow_pickle=True"  # a tracked cell puts the whole call here
PICKLE_REMEDY: Final = f"{ALLOW_PICKLE} to keep it as a pickle, which runs code when it is loaded"


@dataclass(frozen=True, slots=True)
class Dump:
    """A serialized object.

    Attributes:
        untrusted: types that a reader has to approve by name; `pickle` for a pickle.
        skops_untrusted: all types that skops by itself does not trust.
        modules: dotted names of the modules that its classes come from.
    """

    data: bytes
    serialization: Serialization
    untrusted: tuple[str, ...]
    skops_untrusted: tuple[str, ...]
    modules: frozenset[str]
    notes: tuple[str, ...] = ()


def type_name(cls: type) -> str:
    """Module and qualified name of a class."""
    return f"{cls.__module__}.{cls.__qualname__}"


def is_estimator(obj: Any) -> bool:
    """Whether an object has scikit-learn's interface (classes have it too, but are no models)."""
    return not isinstance(obj, type) and all(
        callable(getattr(obj, name, None)) for name in ("fit", "get_params")
    )


def dump_skops(obj: Any) -> Dump:
    """Write an object with skops.

    Raises:
        ModelError: skops can't write it, or could not read it again.
    """
    import skops.io

    name = type_name(type(obj))
    try:
        data = skops.io.dumps(obj, compression=_COMPRESSION, compresslevel=_LEVEL)
        untrusted = tuple(skops.io.get_untrusted_types(data=data))
    except Exception as error:  # what user classes raise when asked for their state can be anything
        raise ModelError(f"skops can't write {_culprit(obj)} ({error}); {PICKLE_REMEDY}") from error
    if lost := [one for one in untrusted if not _can_be_found(one)]:
        raise ModelError(
            f"a {name} holds what no other process could find again: {', '.join(lost)}; define it at the top "
            f"level of a module, or {PICKLE_REMEDY}"
        )
    own = tuple(one for one in untrusted if one not in TRUSTED_TYPES)
    return Dump(data, "skops", own, untrusted, frozenset({"skops", *_skops_modules(data)}), _main_notes(own))


def _culprit(obj: Any) -> str:
    """The parameters that skops can't write, as with distributions of scipy in a search; else all of it."""
    import skops.io

    def fails(call: Callable[[Any], object], value: Any) -> bool:
        try:
            call(value)
        except Exception:  # noqa: BLE001 - as above, and that is what is looked for
            return True
        return False

    params = {} if fails(lambda it: it.get_params(deep=False), obj) else obj.get_params(deep=False)
    found = [str(key) for key, value in params.items() if fails(skops.io.dumps, value)]
    return f"the {' and '.join(found)} of a {type_name(type(obj))}" if found else f"a {type_name(type(obj))}"


def _can_be_found(name: str) -> bool:
    """Whether module and attribute lead to it, as they have to when it is loaded."""
    module, _, attribute = name.rpartition(".")
    return hasattr(sys.modules.get(module), attribute)


def _main_notes(untrusted: tuple[str, ...]) -> tuple[str, ...]:
    own = [name.removeprefix("__main__.") for name in untrusted if name.startswith("__main__.")]
    if not own:
        return ()
    return (f"{', '.join(own)} is defined in the notebook: the model loads only where it is defined too",)


def _skops_modules(data: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        schema = json.loads(archive.read("schema.json"))
    return {module for module, _ in schema_types(schema)}


def schema_types(schema: Any) -> Iterator[tuple[str, str]]:
    """Module and class of every node of a skops schema (a JSON tree)."""
    for node in schema_nodes(schema):
        yield str(node.get("__module__")), str(node.get("__class__"))


def schema_nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every node of a skops schema that stands for an object."""
    rest = [schema]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            rest.extend(item.values())
            if "__class__" in item:
                yield item
        elif isinstance(item, list):
            rest.extend(item)


def dump_pickle(obj: Any) -> Dump:
    """Write an object with cloudpickle, or with pickle where that is not installed.

    Raises:
        ModelError: it can't be pickled.
    """
    try:
        pickler: Any = importlib.import_module("cloudpickle")
        serialization: Serialization = "cloudpickle"
    except ImportError:
        pickler, serialization = pickle, "pickle"
    try:
        data = pickler.dumps(obj, protocol=pickle.DEFAULT_PROTOCOL)
    except Exception as error:  # what user classes raise when asked for their state can be anything
        raise ModelError(f"{serialization} can't write a {type_name(type(obj))}: {error}") from error
    modules = {
        text for _, text, _ in pickletools.genops(data) if isinstance(text, str) and text in sys.modules
    }
    modules |= {"cloudpickle"} if serialization == "cloudpickle" else set()
    return Dump(data, serialization, ("pickle",), (), frozenset(modules))
