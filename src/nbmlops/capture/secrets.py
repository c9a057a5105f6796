"""Secrets stand nowhere in clear: known by their name, by how they look, or by where they came from."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Mapping, Set
from functools import wraps
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote

from nbmlops import errors
from nbmlops.capture.secret_broker import ask_broker
from nbmlops.capture.secret_forms import BARE, is_plain_words, is_weak, written_forms
from nbmlops.capture.secret_forms import beside as beside_name
from nbmlops.capture.secret_looks import MASK, mask_looks
from nbmlops.capture.secret_names import is_secret_name
from nbmlops.capture.secret_sources import (
    ENV_LINE,
    HARMLESS,
    bindings_in_text,
    environment_key,
    fallbacks,
    fetched_names,
    literals,
    parse,
    strings,
)

_FROM_ENVIRONMENT: Final = 6  # characters that an environment variable's value must have
_DEPTH: Final = 100


class SecretRegistry:
    """The secrets that this process has met, and the masking of them in whatever is about to be kept.

    Registering and masking are safe in any thread.

    Args:
        environ: variables with secret-like names in it are registered at once.

    Example:
        >>> registry = SecretRegistry({})
        >>> registry.register("hunter2-tea", name="password")
        >>> registry.scrub("login with hunter2-tea")
        'login with ***'
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._values: dict[str, str] = {}
        self._forms: tuple[str, ...] = ()
        self._pattern: re.Pattern[str] | None = None
        self._beside_name: tuple[tuple[str, re.Pattern[str]], ...] = ()
        self._lock = Lock()
        self.register_environment()

    def register(self, value: str, *, name: str = "") -> None:
        """Mask this value from now on.

        Values under 4 characters, common words and numbers under 8 are masked only beside `name`:
        they would otherwise black out half of every text.
        """
        value = value.strip()
        if not value or value == MASK:
            return
        with self._lock:
            if value not in self._values:
                # A new dict, so that a thread that reads the old one isn't disturbed.
                self._values = {**self._values, value: name}
                self._compile()

    def register_environment(self) -> None:
        """Register every environment variable with a secret-like name, and passwords in URLs of any name."""
        for name, value in list(self._environ.items()):
            if is_secret_name(name) and self._is_plausible(value):
                self.register(value, name=name)
            elif "://" in value and (password := re.match(r"[^\s/]+://[^\s:/@]*:([^\s/]+)@", value)):
                self.register(password[1], name=name)
                self.register(unquote(password[1]), name=name)

    def register_from_source(self, source: str, namespace: Mapping[str, Any] | None = None) -> None:
        """Register the secrets that a cell's source names or fetches.

        A plain word, or what the source itself gives as the fallback, is a setting and no secret, unless
        its name says otherwise.

        Args:
            source: Python, magics allowed; what doesn't parse is read line by line.
            namespace: where the names that the source binds are looked up, after it ran. None before: then
                the names still have what an earlier cell bound to them.
        """
        for name, value in ENV_LINE.findall(source):
            if is_secret_name(name):
                self.register(value.strip("'\""), name=name)
        tree = parse(source)
        for name, value in bindings_in_text(source) if tree is None else literals(tree):
            if is_secret_name(name):
                self.register(value, name=name)
        if tree is None:
            return
        known = fallbacks(tree)
        self._register_variables(tree, known)
        for name in fetched_names(tree) if namespace is not None else ():
            for value in strings((namespace or {}).get(name)):
                self._register_fetched(name, value, known)

    def _register_variables(self, tree: ast.AST, known: Set[str]) -> None:
        for node in ast.walk(tree):
            key = environment_key(node)
            if key and not HARMLESS.match(key):
                self._register_fetched(key, self._environ.get(key, ""), known)

    def _register_fetched(self, name: str, value: str, known: Set[str]) -> None:
        if value in known or not self._is_plausible(value):
            return
        if is_secret_name(name) or not is_plain_words(value):
            self.register(value, name=name)

    def secret(self, name: str) -> str:
        """The secret of this name, registered so that it is masked everywhere.

        It comes from `nbmlops run --secret`, where this process belongs to such a job, else from the environment.

        Args:
            name: `NBMLOPS_SECRET_<NAME>` is looked at first, then `<NAME>`, both in capitals.

        Raises:
            ConfigError: there is none of this name.
        """
        value = self._from_job(name)
        plain = re.sub(r"\W", "_", name).upper()
        for variable in (f"NBMLOPS_SECRET_{plain}", plain, name):
            value = value or self._environ.get(variable)
        if value:
            self.register(value, name=name)
            return value
        raise errors.ConfigError(
            f"There is no secret {name!r}: no --secret {name}=... was given to a job, and neither "
            f"NBMLOPS_SECRET_{plain} nor {plain} is set. Set one of them before the kernel starts, for example "
            f"`export NBMLOPS_SECRET_{plain}=...`."
        )

    def _from_job(self, name: str) -> str | None:
        try:
            return ask_broker(name, self._environ)
        except OSError as exc:
            raise errors.ConfigError(
                f"The secret {name!r} can't be had: the job that this process belongs to has ended."
            ) from exc

    @property
    def forms(self) -> tuple[str, ...]:
        """Every text that is masked wherever it stands, the longest first."""
        return self._forms

    @property
    def values(self) -> tuple[str, ...]:
        """The secrets themselves, in none of the other forms that they are looked for in."""
        return tuple(self._values)

    def watch_getpass(self, kernel: Any = None) -> Callable[[], None]:
        """Register whatever `getpass.getpass` returns.

        Args:
            kernel: ipykernel's kernel object, which puts its own `getpass` in place for each cell.

        Returns:
            A function that takes the wrappers away again.
        """
        import getpass

        undo = [self._wrap_getpass(getpass)]
        if kernel is not None and hasattr(kernel, "getpass"):
            undo.append(self._wrap_getpass(kernel))

        def restore() -> None:
            for step in undo:
                step()

        return restore

    def _wrap_getpass(self, owner: Any) -> Callable[[], None]:
        original = owner.getpass
        own = vars(owner).get("getpass")

        @wraps(original)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            answer = original(*args, **kwargs)
            if isinstance(answer, str):
                self.register(answer, name="password")
            return answer

        owner.getpass = wrapper

        def restore() -> None:
            if vars(owner).get("getpass") is not wrapper:
                return  # somebody wrapped it again: leave theirs
            if own is None:
                del owner.getpass
            else:
                owner.getpass = own

        return restore

    def scrub(self, text: str) -> str:
        """The text with every secret in it replaced by `***`."""
        pattern = self._pattern
        if pattern is not None:
            for form in self._forms:
                if form in text:
                    text = pattern.sub(MASK, text)
                    break
        for value, beside in self._beside_name:
            if value in text:
                text = beside.sub(rf"\g<1>{MASK}", text)
        return mask_looks(text)

    def holds_secret(self, data: bytes) -> bool:
        """Whether a registered secret stands in these bytes, in any of its forms."""
        return any(form.encode("utf-8", "surrogatepass") in data for form in self._forms)

    def scrub_tree(self, value: Any) -> Any:
        """A copy of nested dicts, lists and tuples with secrets masked in strings, bytes and keys.

        What stands under a secret-like key is masked whatever it is, booleans and None excepted.
        """
        return self._scrub_tree(value, _DEPTH)

    def _scrub_tree(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, bytes):
            return self._scrub_bytes(value)
        if not isinstance(value, (dict, list, tuple)):
            return value
        if depth == 0:  # a cycle, or as good as one
            return MASK
        if isinstance(value, dict):
            return {
                self._scrub_tree(key, depth - 1): self._scrub_item(key, item, depth - 1)
                for key, item in value.items()
            }
        items = [self._scrub_tree(item, depth - 1) for item in value]
        if isinstance(value, list):
            return items
        make = getattr(type(value), "_make", tuple)  # named tuples
        return make(items)

    def _scrub_item(self, key: Any, item: Any, depth: int) -> Any:
        if isinstance(key, str) and not isinstance(item, bool) and item is not None and is_secret_name(key):
            return MASK
        return self._scrub_tree(item, depth)

    def _scrub_bytes(self, value: bytes) -> bytes:
        # Latin-1 maps each byte to one character and back, whatever the bytes are.
        text = value.decode("latin-1")
        pattern = self._byte_pattern()
        scrubbed = mask_looks(pattern.sub(MASK, text) if pattern is not None else text)
        return scrubbed.encode("latin-1")

    def _byte_pattern(self) -> re.Pattern[str] | None:
        encoded = (form.encode().decode("latin-1") for form in self._forms)
        return (
            re.compile("|".join(map(re.escape, sorted(encoded, key=len, reverse=True))))
            if self._forms
            else None
        )

    def _is_plausible(self, value: str) -> bool:
        if len(value) < _FROM_ENVIRONMENT or is_weak(value):
            return False
        return not (value.startswith(("/", "~", ".")) and os.path.exists(os.path.expanduser(value)))  # noqa: PTH110, PTH111

    def _compile(self) -> None:
        forms: dict[str, str] = {}
        beside = []
        for value, name in self._values.items():
            if is_weak(value):
                if name:
                    beside.append((value, beside_name(name, value)))
                continue
            for form in written_forms(value):
                forms[form] = rf"(?<![\w.]){re.escape(form)}(?!\w)" if len(form) < BARE else re.escape(form)
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(forms[form] for form in longest_first)) if forms else None
        self._forms = tuple(longest_first)
        self._beside_name = tuple(beside)
