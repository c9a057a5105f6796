"""Waits for the death of a process that executes a notebook, and finishes what that left.

A process of its own, since whoever is killed outright can't clean up after itself. It reads its standard input,
whose other end the job holds: "done" means that there is nothing to do; an end without it, that the job was
killed. Then it ends the kernel with all that it started and writes the executed notebook as far as it came.

It is started as a file, by a Python without site-packages, so that it costs hundredths of a second: up to the
job's death it imports nothing but what Python starts with.
"""

import os
import sys


def main() -> None:
    """Waits, and finishes what is left; the arguments come as lines on standard input."""
    lines: list[str] = []
    with os.fdopen(0, encoding="utf-8", errors="surrogateescape") as told:
        for line in told:
            if line == "done\n":
                return
            lines.append(line.rstrip("\n"))
    facts = dict(line.split("=", 1) for line in lines)
    if "output" in facts:
        _finish(facts)


def _finish(facts: dict[str, str]) -> None:
    sys.path[:] = facts["path"].split("\0")
    from pathlib import Path
    from shutil import rmtree

    from nbmlops.kernels.assemble import recover
    from nbmlops.kernels.process_tree import ProcessTree

    if "kernel" in facts:
        pid, mark, folder = facts["kernel"].split(" ", 2)
        ProcessTree(int(pid), mark).kill()
        rmtree(folder, ignore_errors=True)
    if "scratch" in facts:
        rmtree(facts["scratch"], ignore_errors=True)
    else:
        recover(Path(facts["output"]), wait=10.0)


if __name__ == "__main__":
    main()
