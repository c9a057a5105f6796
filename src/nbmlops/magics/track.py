"""The magics themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class

from nbmlops.errors import MagicUsageError, NbmlopsError
from nbmlops.magics.arguments import amend_parser, nbmlops_parser, split, track_parser

if TYPE_CHECKING:
    from nbmlops.magics.extension import TrackingExtension


_SWITCHED = {
    "on": "Every following cell that fits or logs something is tracked. %track off ends that.",
    "off": "Only cells that begin with %%track are tracked.",
}


def _said_plainly(magic: Callable[..., Any]) -> Callable[..., Any]:
    """Our errors as IPython's `UsageError`, which it shows in one line instead of a page of frames."""

    @wraps(magic)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return magic(*args, **kwargs)
        except NbmlopsError as exc:
            raise UsageError(str(exc)) from exc

    return wrapped


@magics_class
class NbmlopsMagics(Magics):
    """`%%track`, `%track` and `%nbmlops`."""

    def __init__(self, shell: Any, extension: TrackingExtension) -> None:
        super().__init__(shell)
        self._extension = extension

    @line_cell_magic
    @_said_plainly
    def track(self, line: str, cell: str | None = None) -> None:
        """Replaced by the parsers' help, see `_describe`."""
        if cell is not None:
            # The transformer takes %%track out of every cell whose head it can stand in.
            raise MagicUsageError(
                "%%track must be the first line of a cell, and only once (comments, blank lines and %%time "
                "may stand above it). This cell was not run."
            )
        words = amend_parser().parse_args(split(line))
        if words.switch:
            self._extension.automatic = words.switch == "on"
            print(_SWITCHED[words.switch])
        elif words.amend:
            from nbmlops.magics.amend import amend  # not needed to load the extension

            amend(self._extension, words)
        else:
            raise MagicUsageError(
                "%track takes on, off or --amend. To record a cell begin it with %%track. See %track?"
            )

    @line_magic
    @_said_plainly
    def nbmlops(self, line: str) -> Any:
        """Replaced by the parser's help, see `_describe`."""
        words = nbmlops_parser().parse_args(split(line) or ["runs"])
        from nbmlops.magics import commands  # not needed to load the extension

        return commands.run(words)


def _describe() -> None:
    """The parsers' help is the magics' help: it can't grow stale."""
    cell_help = (
        f"{track_parser().format_help()}\n"
        "With no flags, parameters, metrics, the data that the cell reads, figures and fitted models\n"
        "are found by themselves. Examples:\n\n"
        "    %%track\n"
        "    %%track forest -e churn --tag team=growth\n"
        "    %%track --metrics acc:max,loss:min --data X_test\n\n"
        f"As a line, %track:\n\n{amend_parser().format_help()}\n"
        "    %track on\n"
        '    %track --amend --drop n --metrics f1:max --note "too few rows"\n'
    )
    NbmlopsMagics.track.__doc__ = cell_help
    NbmlopsMagics.nbmlops.__doc__ = (
        f"{nbmlops_parser().format_help()}\n"
        '    %nbmlops runs churn --where "metrics.accuracy > 0.9"\n'
        "    %nbmlops show 3f2a91c4\n"
        "    %nbmlops compare 3f2a91c4 77c0ffee\n"
        "    %nbmlops doctor\n"
        "    %nbmlops lineage X_train\n"
        "    %nbmlops data df\n"
        "    %nbmlops data diff df 3f2a91c4:df\n"
    )


_describe()
