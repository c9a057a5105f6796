"""The environments of runs, as far as tables show them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from nbmlops.answers.kept import Kept
from nbmlops.errors import NotFoundError, StoreError

if TYPE_CHECKING:
    from nbmlops.store.blobs import BlobStore
    from nbmlops.store.key_summaries import KeySummary
    from nbmlops.store.pages import RunContext, RunRow

OWN: Final = ("python", "platform", "commit", "branch", "host")
_SHORT_COMMIT: Final = 8
_MOST: Final = 40  # different environments that are held against each other
_MOST_PACKAGES: Final = 60


class Environments:
    """Reads environments, each once. Threads may share one.

    Args:
        blobs: where they are kept.
    """

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._known: Kept[Mapping[str, Any]] = Kept(most=2 * _MOST)

    def of(self, run: RunContext | RunRow, packages: Collection[str] = ()) -> dict[str, str]:
        """What is known of where a run ran: `OWN`, and the versions of some packages."""
        kept = self._read(run.environment)
        commit = str(run.git.get("commit") or "")[:_SHORT_COMMIT]
        own = {
            "python": kept.get("python", ""),
            "platform": kept.get("platform", ""),
            "commit": f"{commit} changed" if commit and run.git.get("dirty") else commit,
            "branch": run.git.get("branch") or "",
            "host": run.host,
        }
        versions = kept.get("packages", {})
        own |= {name: versions[name] for name in packages if name in versions and name not in own}
        return {name: str(value) for name, value in own.items() if value}

    def summaries(self, contexts: Sequence[RunContext]) -> list[KeySummary]:
        """What the environments of some runs are: what all have, and the packages that differ between them."""
        from nbmlops.store.key_summaries import content_summary  # loads SQLAlchemy

        packages = self.differing({context.environment for context in contexts})
        counts: dict[str, Counter[str]] = {}
        for context in contexts:
            for name, value in self.of(context, packages).items():
                counts.setdefault(name, Counter())[value] += 1
        order = {name: at for at, name in enumerate((*OWN, *packages))}
        return [
            content_summary("environment", name, counts[name])
            for name in sorted(counts, key=lambda one: order[one])
        ]

    def differing(self, digests: Collection[str]) -> list[str]:
        """The packages of which two environments have different versions, or one has none."""
        some = sorted(digest for digest in digests if digest)[:_MOST]
        versions = [self._read(digest).get("packages", {}) for digest in some]
        names = sorted({name for one in versions for name in one})
        return [name for name in names if len({one.get(name) for one in versions}) > 1][:_MOST_PACKAGES]

    def _read(self, digest: str) -> Mapping[str, Any]:
        return self._known.get(digest, lambda: self._load(digest)) if digest else {}

    def _load(self, digest: str) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = json.loads(self._blobs.get(digest))
        except (NotFoundError, StoreError, ValueError):
            return {}  # the rest of the run is still worth showing
        return found
