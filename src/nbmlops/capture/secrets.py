"""Secrets stand nowhere in clear: known by their name, by how they look, or by where they came from."""

from __future__ import annotations

import ast
import base64
import html
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote

from nbmlops import errors

MASK: Final = "***"
_SHORT: Final = 4  # characters: below, a value is masked only next to its name
_BARE: Final = 8  # below, a value is masked only where it stands as a word
_FROM_ENVIRONMENT: Final = 6  # characters that an environment variable's value must have
_DEPTH: Final = 100

# ---- names -----------------------------------------------------------------------------------------------

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET_WORDS: Final = frozenset(
    ["password", "passwd", "pwd", "passphrase", "passcode", "secret", "secrets", "apikey", "accesskey", "privatekey", "secretkey", "credential", "credentials", "bearer"]
)
_SECRET_PAIRS: Final = frozenset(
    (first, "key")
    for first in ["api", "access", "private", "secret", "encryption", "signing", "account", "master", "auth", "ssh"]
) | {("connection", "string"), ("db", "pass"), ("user", "pass"), ("smtp", "pass"), ("mysql", "pass")}
_LAST_ONLY: Final = frozenset({"token", "auth", "authorization"})
# `pad_token`, `next_token`: language models speak of tokens all day.
_MODEL_TOKENS: Final = frozenset(
    ["pad", "eos", "bos", "cls", "sep", "unk", "mask", "next", "prev", "previous", "per", "last", "first", "num", "new", "sub", "special", "start", "end", "stop", "image", "audio", "oov", "decoder", "encoder", "begin", "bot", "user", "target", "input", "output", "each", "one", "every"]
)
_COUNTS: Final = frozenset(
    ["n", "num", "max", "min", "count", "total", "avg", "mean", "len", "is", "has", "use", "uses", "with", "no", "without", "enable"]
)
_ABOUT: Final = frozenset(
    ["file", "path", "dir", "folder", "url", "uri", "name", "type", "kind", "count", "length", "len", "size", "field", "column", "col", "policy", "expiry", "ttl", "min", "max", "strength", "score", "method", "mode", "hash", "env", "var", "label", "prefix", "prompt", "required", "enabled"]
)


def is_secret_name(name: str) -> bool:
    """Whether something of this name would hold a secret, going by its words.

    Example:
        >>> [is_secret_name(n) for n in ("db_password", "apiKey", "n_tokens", "tokenizer", "author")]
        [True, True, False, False, False]
    """
    words = [word.lower() for word in _WORD.findall(name)]
    while words and words[-1].isdigit():
        words.pop()
    if not words or words[0] in _COUNTS or words[-1] in _ABOUT:
        return False
    if words[-1] in _LAST_ONLY:
        return words[-1] != "token" or len(words) == 1 or words[-2] not in _MODEL_TOKENS
    return not _SECRET_WORDS.isdisjoint(words) or any(pair in _SECRET_PAIRS for pair in pairwise(words))


# ---- looks -----------------------------------------------------------------------------------------------

# (literals of which one must stand in the text, pattern, replacement). Looking for the literals first is
# about twenty times as fast as one alternation of all patterns.
_Looks = tuple[tuple[str, ...], re.Pattern[str], str]
_LOOKS: Final[tuple[_Looks, ...]] = (
    (
        ("PRIVATE KEY",),
        # An unfinished block keeps its first line, so that what follows later is still known for a key.
        re.compile(
            r"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----).*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        rf"\1{MASK}",
    ),
    (("://",), re.compile(r"(://[^\s:/@'\"<>]*:)[^\s/'\"<>]+(?=@)"), rf"\1{MASK}"),
    (("://",), re.compile(r"(https?://)(?!\*)[^\s:/@'\"<>]{16,}(?=@)"), rf"\1{MASK}"),
    (
        ("uthorization", "UTHORIZATION"),
        re.compile(
            r"(authorization[\"']?\s*[:=,]\s*[\"']?(?:bearer|basic|token)\s+)[^\s'\",*]+", re.IGNORECASE
        ),
        rf"\1{MASK}",
    ),
    (("earer ", "EARER "), re.compile(r"(bearer\s+)[\w.~+/\-]{16,}=*", re.IGNORECASE), rf"\1{MASK}"),
    (
        ("?", "&"),
        re.compile(
            r"([?&](?:x-amz-signature|x-amz-credential|x-amz-security-token|sig|signature|token|access_token"
            r"|auth_token|api_?key|password|secret|client_secret)=)[^&\s'\"#]+",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    (("AKIA", "ASIA"), re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), MASK),
    (
        ("gh", "github_pat_"),
        re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})"),
        MASK,
    ),
    (("glpat-",), re.compile(r"\bglpat-[\w\-.]{20,}"), MASK),
    (("xox",), re.compile(r"\bxox[abeoprs]-[A-Za-z0-9\-]{10,}"), MASK),
    (("hooks.slack.com",), re.compile(r"(hooks\.slack\.com/services/)[A-Za-z0-9/]+"), rf"\1{MASK}"),
    (("sk-",), re.compile(r"\bsk-(?=[\w\-]*[0-9])[A-Za-z0-9_\-]{20,}"), MASK),
    (
        ("k_live_", "k_test_", "whsec_"),
        re.compile(r"\b(?:[srp]k_(?:live|test)_|whsec_)[A-Za-z0-9]{16,}"),
        MASK,
    ),
    (("hf_",), re.compile(r"\bhf_[A-Za-z0-9]{30,}"), MASK),
    (
        ("AIza", "ya29.", "GOCSPX-"),
        re.compile(r"\b(?:AIza[\w\-]{35}|ya29\.[\w\-]{20,}|GOCSPX-[\w\-]{20,})"),
        MASK,
    ),
    (
        ("npm_", "pypi-", "dapi"),
        re.compile(r"\b(?:npm_[A-Za-z0-9]{36}|pypi-[\w\-]{50,}|dapi[0-9a-f]{32})"),
        MASK,
    ),
    (("eyJ",), re.compile(r"\beyJ[\w\-]{8,}\.eyJ[\w\-]{4,}\.[\w\-]*"), MASK),
)


def mask_url(url: str) -> str:
    """A URL without its password and without signatures and tokens in its query."""
    return _mask_looks(url)


def _mask_looks(text: str) -> str:
    for literals, pattern, replacement in _LOOKS:
        for literal in literals:
            if literal in text:
                text = pattern.sub(replacement, text)
                break
    return text


# ---- origins ---------------------------------------------------------------------------------------------

_COMMON: Final = frozenset(
    ["password", "passwd", "secret", "token", "apikey", "default", "changeme", "example", "test", "testing", "basic", "bearer", "oauth", "oauth2", "none", "null", "true", "false", "disabled", "enabled", "required", "optional", "local", "localhost", "development", "production", "staging", "anonymous", "guest", "admin", "root", "username", "user", "public", "private", "string", "unknown", "always", "never", "auto"]
)
_NUMBER: Final = re.compile(r"[+-]?[\d.,:_]+(?:e[+-]?\d+)?", re.IGNORECASE)
_HARMLESS: Final = re.compile(
    r"(?:HOME|PATH|PWD|OLDPWD|USER|USERNAME|LOGNAME|SHELL|TERM|LANG|TZ|TMPDIR|TEMP|TMP|HOSTNAME|DISPLAY|EDITOR|SHLVL"
    r"|VIRTUAL_ENV|CUDA_VISIBLE_DEVICES|(?:CONDA|PYTHON|OMP|MKL|LC|XDG|JPY|JUPYTER|SLURM|NBMLOPS)_?\w*)\Z"
)
_ENV_LINE: Final = re.compile(r"^\s*[%!](?:env|set_env|export)\s+(\w+)\s*[= ]\s*(\S.*?)\s*$", re.MULTILINE)
_MAGIC_LINE: Final = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)
_BINDING: Final = re.compile(r"""["']?([A-Za-z_][\w.\-]*)["']?\s*[=:]\s*[rbfuRBFU]*(["'])(.+?)\2""")


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

    def register_from_source(self, source: str, namespace: Mapping[str, Any]) -> None:
        """Register the secrets that a cell's source names or fetches.

        Args:
            source: Python, magics allowed; what doesn't parse is read line by line.
            namespace: where the names that the source binds are looked up, after it ran.
        """
        for name, value in _ENV_LINE.findall(source):
            if is_secret_name(name):
                self.register(value.strip("'\""), name=name)
        try:
            tree = ast.parse(_MAGIC_LINE.sub(r"\1pass", source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            found: Iterable[tuple[str, str]] = ((name, value) for name, _, value in _BINDING.findall(source))
            fetched: Iterable[str] = ()
        else:
            found = list(_literals(tree))
            fetched = list(_fetched_names(tree))
            self._register_variables(tree)
        for name, value in found:
            if is_secret_name(name):
                self.register(value, name=name)
        for name in fetched:
            for value in _strings(namespace.get(name)):
                if self._is_plausible(value):
                    self.register(value, name=name)

    def _register_variables(self, tree: ast.AST) -> None:
        for node in ast.walk(tree):
            key = _environment_key(node)
            value = self._environ.get(key, "") if key else ""
            if key and not _HARMLESS.match(key) and self._is_plausible(value):
                self.register(value, name=key)

    def secret(self, name: str) -> str:
        """The secret of this name from the environment, registered so that it is masked everywhere.

        Args:
            name: `NBMLOPS_SECRET_<NAME>` is looked at first, then `<NAME>`, both in capitals.

        Raises:
            ConfigError: neither variable is set.
        """
        plain = re.sub(r"\W", "_", name).upper()
        for variable in (f"NBMLOPS_SECRET_{plain}", plain, name):
            if value := self._environ.get(variable):
                self.register(value, name=name)
                return value
        raise errors.ConfigError(
            f"There is no secret {name!r}: neither NBMLOPS_SECRET_{plain} nor {plain} is set. "
            f"Set one of them before the kernel starts, for example `export NBMLOPS_SECRET_{plain}=...`."
        )

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
        from wrapt import FunctionWrapper

        def call(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
            answer = wrapped(*args, **kwargs)
            if isinstance(answer, str):
                self.register(answer, name="password")
            return answer

        original = owner.getpass
        own = vars(owner).get("getpass")
        wrapper = FunctionWrapper(original, call)
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
        return _mask_looks(text)

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
        scrubbed = _mask_looks(pattern.sub(MASK, text) if pattern is not None else text)
        return scrubbed.encode("latin-1")

    def _byte_pattern(self) -> re.Pattern[str] | None:
        encoded = (form.encode().decode("latin-1") for form in self._forms)
        return (
            re.compile("|".join(map(re.escape, sorted(encoded, key=len, reverse=True))))
            if self._forms
            else None
        )

    def _is_plausible(self, value: str) -> bool:
        if len(value) < _FROM_ENVIRONMENT or _is_weak(value):
            return False
        return not (value.startswith(("/", "~", ".")) and os.path.exists(os.path.expanduser(value)))  # noqa: PTH110, PTH111

    def _compile(self) -> None:
        forms: dict[str, str] = {}
        beside = []
        for value, name in self._values.items():
            if _is_weak(value):
                if name:
                    beside.append((value, _beside(name, value)))
                continue
            for form in _written_forms(value):
                forms[form] = rf"(?<![\w.]){re.escape(form)}(?!\w)" if len(form) < _BARE else re.escape(form)
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(forms[form] for form in longest_first)) if forms else None
        self._forms = tuple(longest_first)
        self._beside_name = tuple(beside)


def _is_weak(value: str) -> bool:
    return (
        len(value) < _SHORT
        or value.lower() in _COMMON
        or (len(value) < _BARE and _NUMBER.fullmatch(value) is not None)
        or (value.startswith(("<", "[")) and value.endswith((">", "]")) and value[1:-1].isalpha())
    )


def _beside(name: str, value: str) -> re.Pattern[str]:
    return re.compile(rf"""({re.escape(name)}["']?\]?\s*[=:,]\s*[rbfuRBFU]*["']?){re.escape(value)}(?!\w)""")


def _written_forms(value: str) -> Iterator[str]:
    """The value as it stands in text, source, JSON, URLs, HTML and base64, each once."""
    escaped = json.dumps(value)[1:-1]
    forms = {
        value,
        repr(value)[1:-1],
        value.encode("unicode_escape").decode(),
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(value, ensure_ascii=False)[1:-1],
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
        html.escape(value),
        html.escape(value, quote=False),
    }
    yield from forms
    if len(value) >= _BARE:
        yield from _base64_forms(value.encode("utf-8", "surrogatepass")) - forms


def _base64_forms(raw: bytes) -> set[str]:
    """What every base64 text that holds these bytes must hold, wherever they begin in it."""
    forms = set()
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(bytes(shift) + raw).decode()
            # Only characters made of these bytes alone: 6 bits each.
            forms.add(text[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6])
    return forms


# ---- secrets in source -----------------------------------------------------------------------------------


def _literals(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every (name, string) that the source puts together."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _bound(target, value)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                yield from _bound(target, value)
            case ast.keyword(arg=str(name), value=ast.Constant(value=str(text))):
                yield name, text
            case ast.Dict(keys=keys, values=values):
                yield from _pairs(zip(keys, values, strict=True))
            case ast.Call(args=args):
                yield from _pairs(pairwise(args))
            case ast.Compare(left=ast.expr() as left, comparators=[right]):
                yield from _bound(left, right)
            case ast.arguments():
                yield from _defaults(node)


def _bound(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _bound(one, other)
    name = _name_of(target)
    if name is None:
        return
    parts = value.values if isinstance(value, ast.BoolOp) else [value]
    for part in parts:
        if isinstance(part, ast.Constant):
            text = part.value.decode("utf-8", "replace") if isinstance(part.value, bytes) else part.value
            if isinstance(text, str):
                yield name, text


def _pairs(pairs: Iterable[tuple[ast.expr | None, ast.expr]]) -> Iterator[tuple[str, str]]:
    for pair in pairs:
        match pair:
            case ast.Constant(value=str(name)), ast.Constant(value=str(text)):
                yield name, text


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, str]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for argument, default in pairs:
        if isinstance(default, ast.Constant) and isinstance(default.value, str):
            yield argument.arg, default.value


def _name_of(target: ast.expr) -> str | None:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return None


def _fetched_names(tree: ast.AST) -> Iterator[str]:
    """Names bound to something that came out of the environment, a prompt or `nbmlops.secret`."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value) if _fetches(value):
                for target in targets:
                    yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name))
            case (
                ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ) if _fetches(value):
                yield name


def _fetches(value: ast.expr) -> bool:
    return any(_is_fetch(node) for node in ast.walk(value))


def _is_fetch(node: ast.AST) -> bool:
    key = _environment_key(node)
    if key is not None:
        return not _HARMLESS.match(key)
    match node:
        case ast.Call(func=ast.Name(id="getpass" | "secret") | ast.Attribute(attr="getpass" | "secret")):
            return True
    return False


def _environment_key(node: ast.AST) -> str | None:
    """The variable that this expression reads: "" for one that isn't told, None when it reads none."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="environ") | ast.Name(id="environ"), slice=key):
            return _text(key)
        case ast.Call(func=ast.Attribute(attr="getenv") | ast.Name(id="getenv"), args=[key, *_]):
            return _text(key)
        case ast.Call(
            func=ast.Attribute(
                value=ast.Attribute(attr="environ") | ast.Name(id="environ"), attr="get" | "pop"
            ),
            args=[key, *_],
        ):
            return _text(key)
    return None


def _text(key: ast.expr) -> str:
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (item for item in value.values() if isinstance(item, str))
    elif isinstance(value, (list, tuple)):
        yield from (item for item in value if isinstance(item, str))
