from __future__ import annotations

import contextlib
import functools
import io
import logging
import sys
import threading
import timeit
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from nbmlops.capture.output import OutputTail
from nbmlops.capture.secrets import SecretRegistry


@pytest.fixture
def stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def on_the_stream(test: Callable[..., None]) -> Callable[..., None]:
    """Puts the stream in the place of standard output, where pytest has put its own before."""

    @functools.wraps(test)
    def run(*, stream: io.TextIOWrapper, **fixtures: Any) -> None:
        with contextlib.redirect_stdout(stream):
            test(stream=stream, **fixtures)

    return run


def shown(stream: io.TextIOWrapper) -> str:
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined, no-any-return]


def tail_of(text: str, **options: int) -> str:
    tail = OutputTail(lambda text: text, **options)
    tail.start()
    sys.stdout.write(text)
    return tail.stop().stdout


@on_the_stream
def test_what_is_printed_is_recorded_and_still_shown(
    stream: io.TextIOWrapper, capsys: pytest.CaptureFixture[str]
) -> None:
    tail = OutputTail(str)
    print("before")
    tail.start()
    print("in", 1, end="!")
    sys.stdout.writelines(["a", "b"])
    print("fault", file=sys.stderr)
    output = tail.stop()
    print("after")
    assert (output.stdout, output.stderr) == ("in 1!ab", "fault\n")
    assert shown(stream) == "before\nin 1!abafter\n"
    assert capsys.readouterr().err == "fault\n"


@on_the_stream
def test_the_stream_is_as_it_was_afterwards(stream: io.TextIOWrapper) -> None:
    tail = OutputTail(str)
    tail.start()
    assert "write" in vars(stream)
    tail.stop()
    assert sys.stdout is stream
    assert "write" not in vars(stream)


@on_the_stream
def test_a_handler_that_holds_the_stream_is_seen(stream: io.TextIOWrapper) -> None:
    handler = logging.StreamHandler(stream)
    tail = OutputTail(str)
    tail.start()
    handler.emit(logging.LogRecord("n", 20, "p", 1, "logged", None, None))
    assert tail.stop().stdout == "logged\n"


@on_the_stream
def test_only_the_end_is_kept(stream: io.TextIOWrapper) -> None:
    tail = OutputTail(str)
    tail.start()
    for number in range(200_000):
        print(number)
    kept = tail.stop().stdout
    assert len(kept) == 8192
    assert kept.endswith("199998\n199999\n")


@on_the_stream
def test_a_giant_write_keeps_its_end(stream: io.TextIOWrapper) -> None:
    assert tail_of("x\n" * 1_000_000 + "end", limit=100).endswith("x\nend")


@on_the_stream
def test_a_progress_bar_leaves_one_line(stream: io.TextIOWrapper) -> None:
    from tqdm import tqdm

    tail = OutputTail(str)
    tail.start()
    print("start")
    for _ in tqdm(range(5000), file=sys.stdout, mininterval=0, miniters=1, ascii=True, ncols=80):
        pass
    print("done")
    lines = tail.stop().stdout.splitlines()
    assert len(lines) == 3
    assert lines[0] == "start"
    assert "5000/5000" in lines[1]
    assert lines[2] == "done"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("abc\rx", "xbc"),
        ("abc\r\ndef", "abc\ndef"),
        ("long line\rshort\n", "short" + "line\n".rjust(5)),
        ("\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07", "red link"),
        ("ab\bc", "ac"),
        ("50%\r100%\nnext", "100%\nnext"),
    ],
)
@on_the_stream
def test_it_reads_as_on_a_terminal(stream: io.TextIOWrapper, written: str, seen: str) -> None:
    assert tail_of(written) == seen


@on_the_stream
def test_secrets_are_masked_even_across_writes_and_cuts(stream: io.TextIOWrapper) -> None:
    registry = SecretRegistry({})
    registry.register("hunter2-tea-for-two")
    for shift in range(0, 40, 3):
        tail = OutputTail(registry.scrub, limit=300)
        tail.start()
        sys.stdout.write("hunter2-tea-for-two" * 10 + "." * shift)
        for _ in range(6000):
            sys.stdout.write("hunter2-tea-")
            sys.stdout.write("for-two ")
        kept = tail.stop().stdout
        assert not {"hunter", "tea", "two"} & set(kept.replace("-", " ").split()), kept
        assert len(kept) == 300


@on_the_stream
def test_a_private_key_that_is_printed_line_by_line_is_masked_over_a_cut(stream: io.TextIOWrapper) -> None:
    registry = SecretRegistry({})
    for filler in range(0, 3000, 170):
        tail = OutputTail(registry.scrub)
        tail.start()
        print("x" * (60_000 + filler))
        print("-----BEGIN PRIVATE KEY-----")
        for _ in range(60):
            print("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7")
        print("-----END PRIVATE KEY-----")
        for _ in range(filler // 20):
            print("afterwards " * 3)
        assert "MIIE" not in tail.stop().stdout


@on_the_stream
def test_a_secret_under_a_carriage_return_is_masked(stream: io.TextIOWrapper) -> None:
    registry = SecretRegistry({})
    registry.register("hunter2-tea-for-two")
    tail = OutputTail(registry.scrub)
    tail.start()
    print("hunter2-tea-for-two\rOK")
    assert "tea" not in tail.stop().stdout


@on_the_stream
def test_tails_nest_and_may_end_out_of_order(stream: io.TextIOWrapper) -> None:
    outer, inner = OutputTail(str), OutputTail(str)
    outer.start()
    print("a")
    inner.start()
    print("b")
    assert outer.stop().stdout == "a\nb\n"
    print("c")
    assert inner.stop().stdout == "b\nc\n"
    assert shown(stream) == "a\nb\nc\n"


@on_the_stream
def test_a_tee_of_the_users_own_stays(stream: io.TextIOWrapper) -> None:
    seen: list[str] = []
    original = stream.write
    stream.write = lambda text: (seen.append(text), original(text))[1]  # type: ignore[method-assign]
    mine = stream.write
    tail = OutputTail(str)
    tail.start()
    print("x")
    assert tail.stop().stdout == "x\n"
    assert stream.write is mine
    assert "x" in seen


def test_a_stream_that_refuses_attributes_is_stood_in_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(io.StringIO):
        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(name)

    refusing = Refusing()
    monkeypatch.setattr(sys, "stdout", refusing)
    tail = OutputTail(str)
    tail.start()
    print("x")
    sys.stdout.writelines(["y"])
    sys.stdout.flush()
    assert tail.stop().stdout == "x\ny"
    assert sys.stdout is refusing
    assert refusing.getvalue() == "x\ny"


def test_no_stream_at_all_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    tail = OutputTail(str)
    tail.start()
    assert tail.stop().stdout == ""


@on_the_stream
def test_errors_of_the_stream_are_the_users_and_ours_are_not(stream: io.TextIOWrapper) -> None:
    def broken(text: str) -> str:
        raise RuntimeError("ours")

    tail = OutputTail(broken)
    tail.start()
    with pytest.raises(TypeError):
        sys.stdout.write(3)  # type: ignore[arg-type]
    for _ in range(3000):
        print("x" * 100)  # thins out, and fails
    with pytest.raises(RuntimeError, match="ours"):  # at the end the caller is told
        tail.stop()
    assert "write" not in vars(stream)


@on_the_stream
def test_threads_may_write(stream: io.TextIOWrapper) -> None:
    tail = OutputTail(str)
    tail.start()
    threads = [
        threading.Thread(target=lambda: [sys.stdout.write("x" * 99 + "\n") for _ in range(300)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(tail.stop().stdout) == {"x", "\n"}


@on_the_stream
def test_a_write_costs_little(stream: io.TextIOWrapper) -> None:
    tail = OutputTail(SecretRegistry({}).scrub)
    bare = min(timeit.repeat(lambda: sys.stdout.write("epoch 1 loss 0.5\n"), number=3000, repeat=5)) / 3000
    tail.start()
    teed = min(timeit.repeat(lambda: sys.stdout.write("epoch 1 loss 0.5\n"), number=3000, repeat=5)) / 3000
    tail.stop()
    assert teed - bare < 15e-6


def test_warnings_are_recorded_once_and_still_shown() -> None:
    tail = OutputTail(lambda text: text.replace("hunter2", "***"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        tail.start()
        for _ in range(3):
            warnings.warn("first hunter2", UserWarning, stacklevel=1)
        warnings.warn("second", RuntimeWarning, stacklevel=1)
        before = warnings.showwarning
        output = tail.stop()
        assert warnings.showwarning is not before
        warnings.warn("third", UserWarning, stacklevel=1)
    assert output.warnings == ("UserWarning: first ***", "RuntimeWarning: second")
    assert len(caught) == 5


def test_warnings_that_the_cell_catches_itself_are_its_own() -> None:
    tail = OutputTail(str)
    tail.start()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("mine", UserWarning, stacklevel=1)
    assert tail.stop().warnings == ()
    assert len(caught) == 1


def test_at_most_fifty_warnings_are_kept() -> None:
    tail = OutputTail(str)
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        tail.start()
        for number in range(80):
            warnings.warn(f"warning {number}", UserWarning, stacklevel=1)
        assert len(tail.stop().warnings) == 50


def test_a_warning_that_cant_be_printed_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mute(UserWarning):
        def __str__(self) -> str:
            raise RuntimeError

    tail = OutputTail(str)
    monkeypatch.setattr(warnings, "showwarning", lambda *args, **kwargs: None)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        tail.start()
        warnings.showwarning(Mute(), Mute, "f", 1)
        assert tail.stop().warnings == ()
