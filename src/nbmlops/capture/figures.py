"""The figures that a cell showed, taken where they are displayed."""

from __future__ import annotations

import base64
import binascii
import io
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

MAX_FIGURES: Final = 20
MAX_BYTES: Final = 20_000_000
# The first that is there counts: the others show the same thing.
_TYPES: Final = {"image/png": "png", "image/svg+xml": "svg", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class CapturedFigure:
    """An image as it was shown: `figure-1.png`, its media type, the bytes of the file."""

    name: str
    media_type: str
    data: bytes


@dataclass(slots=True, eq=False)
class _Shown:
    media_type: str
    data: bytes
    display_id: str | None = None


class FigureWatch:
    """Notes the images that an IPython shell displays between `start` and `stop`.

    matplotlib's inline backend shows and closes its figures on `post_execute`, before `post_run_cell`:
    they are seen as they pass. Figures that no one displayed (a terminal, a script) are saved at the end.

    Args:
        shell: the IPython shell, or None in a script.
    """

    def __init__(self, shell: Any = None) -> None:
        self._shell = shell
        self._shown: list[_Shown] = []
        self._beyond: set[str | int] = set()
        self._clear_pending = False
        self._active = False
        self._undo: list[Callable[[], None]] = []
        self._open_before: weakref.WeakSet[Any] = weakref.WeakSet()
        self.dropped = 0
        self.faults: tuple[str, ...] = ()

    def start(self) -> None:
        """Begin to note images; does nothing when it has begun already."""
        if self._active:
            return
        self._active = True
        self._shown, self._beyond, self.dropped, self.faults = [], set(), 0, ()
        self._open_before = weakref.WeakSet(_open_figures())
        display_pub = getattr(self._shell, "display_pub", None)
        displayhook = getattr(self._shell, "displayhook", None)
        for owner, name, note in (
            (display_pub, "publish", self._note_publish),
            (display_pub, "clear_output", self._note_clear),
            (displayhook, "write_format_data", self._note_result),
        ):
            if owner is not None and hasattr(owner, name):
                self._undo.append(_listen(owner, name, note))

    def stop(self) -> tuple[CapturedFigure, ...]:
        """End noting.

        Returns:
            At most 20 figures, the same image only once; `dropped` counts the rest, `faults` says which
            open figures could not be saved.
        """
        if not self._active:
            return ()
        self._active = False
        while self._undo:
            self._undo.pop()()
        self._clear_pending = False
        for figure in _open_figures():
            if figure not in self._open_before and _is_unseen(figure):
                self._save(figure)
        return tuple(self._numbered())

    def _numbered(self) -> Iterator[CapturedFigure]:
        distinct = {shown.data: shown.media_type for shown in self._shown}
        self.dropped += len(self._beyond)
        for number, (data, media_type) in enumerate(distinct.items(), 1):
            yield CapturedFigure(f"figure-{number}.{_TYPES[media_type]}", media_type, data)

    def _save(self, figure: Any) -> None:
        file = io.BytesIO()
        try:
            figure.savefig(file, format="png")
        except Exception as fault:  # noqa: BLE001 - a figure that can't be drawn must not lose the others
            self.faults += (f"a figure could not be saved: {type(fault).__name__}",)
        else:
            self._add(_Shown("image/png", file.getvalue()))

    def _add(self, shown: _Shown) -> None:
        if len(shown.data) > MAX_BYTES:
            self.dropped += 1
            return
        if self._clear_pending:
            self._clear()
        if self._replaces(shown) or any(earlier.data == shown.data for earlier in self._shown):
            return
        if len(self._shown) < MAX_FIGURES:
            self._shown.append(shown)
        else:  # only counted, or a loop that draws would fill the memory; the same one again counts once
            self._beyond.add(shown.display_id or hash(shown.data))

    def _replaces(self, shown: _Shown) -> bool:
        """Whether it is an update of displays that are known: then they show it from now on."""
        if shown.display_id is None:
            return False
        updated = [earlier for earlier in self._shown if earlier.display_id == shown.display_id]
        for earlier in updated:
            earlier.media_type, earlier.data = shown.media_type, shown.data
        return bool(updated)

    def _clear(self) -> None:
        self._shown, self._beyond, self._clear_pending = [], set(), False

    def _note_publish(self, *args: Any, **kwargs: Any) -> None:
        data = args[0] if args else kwargs.get("data")
        display_id = (kwargs.get("transient") or {}).get("display_id")
        self._note(data, display_id)

    def _note_result(self, *args: Any, **kwargs: Any) -> None:
        self._note(args[0] if args else kwargs.get("format_dict"), None)

    def _note_clear(self, wait: bool = False) -> None:
        if wait:  # with the next output, if there is one
            self._clear_pending = True
        else:
            self._clear()

    def _note(self, data: Any, display_id: str | None) -> None:
        if not isinstance(data, Mapping):
            return
        for media_type in _TYPES:
            image = _bytes_of(data.get(media_type), media_type)
            if image:
                self._add(_Shown(media_type, image, display_id))
                return


def _listen(owner: Any, name: str, note: Callable[..., None]) -> Callable[[], None]:
    """Call `note` with the arguments of every call of the method; the result undoes it."""
    own = vars(owner).get(name)
    original = getattr(owner, name)

    def listening(*args: Any, **kwargs: Any) -> Any:
        try:
            note(*args, **kwargs)
        except Exception:  # noqa: BLE001 - what can't be noted must still be displayed
            pass
        return original(*args, **kwargs)

    setattr(owner, name, listening)

    def undo() -> None:
        nonlocal note
        note = _ignore  # in case someone has wrapped ours meanwhile and keeps it
        if vars(owner).get(name) is not listening:
            return
        if own is None:
            delattr(owner, name)
        else:
            setattr(owner, name, own)

    return undo


def _ignore(*_args: Any, **_kwargs: Any) -> None:
    return None


def _bytes_of(image: Any, media_type: str) -> bytes:
    if isinstance(image, bytes):
        return image
    if not isinstance(image, str):
        return b""
    if media_type == "image/svg+xml":
        return image.encode()
    try:
        return base64.b64decode(image)
    except binascii.Error:
        return b""


def _open_figures() -> list[Any]:
    if "matplotlib.pyplot" not in sys.modules:
        return []
    managers = getattr(sys.modules.get("matplotlib._pylab_helpers"), "Gcf", None)
    try:
        return [manager.canvas.figure for manager in managers.get_all_fig_managers()] if managers else []
    except Exception:  # noqa: BLE001 - a backend of the user's own may lack any of these
        return []


def _is_unseen(figure: Any) -> bool:
    """Whether the inline backend, if that is the one, has not shown this figure yet."""
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is None or "inline" not in type(figure.canvas).__module__ + _backend():
        return True
    waiting = getattr(getattr(inline, "show", None), "_to_draw", ())
    return any(figure is candidate for candidate in waiting)


def _backend() -> str:
    matplotlib = sys.modules.get("matplotlib")
    return str(matplotlib.get_backend()) if matplotlib is not None else ""
