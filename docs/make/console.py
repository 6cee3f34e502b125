"""The console examples of the documentation: found in Markdown, and run as on a terminal.

A block of README and CONTRIBUTING holds commands and what they print; a test compares. A block of
the site holds commands alone, and the build puts below them what they print::

    ```console run exit=3 first=20 columns=100
    $ cartref product bb21217
    ```

``exit`` is the code that the last command ends with, ``first`` the number of lines to show and
``columns`` the width of the terminal. ``picture`` instead of ``run``, with ``alt``, shows the file
that the last word of the command names.
"""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```console( [^\n]*)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COLUMNS = 80
_COLOURS = re.compile(r"\x1b\[[\d;]*m")  # some programs colour on any terminal
_SEEN = ("data", "examples", "src")  # what a reader in a checkout has at hand


class ExampleError(Exception):
    """An example does not do what its page announces."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of examples.

    Attributes:
        commands: the commands, without their prompts
        shown: the lines that stand below each command
        head: what stands behind the word console in the first line
        span: where the block begins and ends in its page
    """

    commands: list[str]
    shown: list[list[str]]
    head: str
    span: tuple[int, int]

    @property
    def options(self) -> dict[str, str]:
        """What the head says, by name; a word alone is there as ``"yes"``."""
        words = (word.partition("=") for word in shlex.split(self.head))
        return {name: value if sign else "yes" for name, sign, value in words}

    @property
    def columns(self) -> int:
        """The width of the terminal."""
        return int(self.options.get("columns", COLUMNS))

    @property
    def first(self) -> int | None:
        """The number of lines to show of each command; none for all."""
        return int(self.options["first"]) if "first" in self.options else None

    @property
    def exit_code(self) -> int:
        """What the last command is to end with."""
        return int(self.options.get("exit", 0))


def blocks(markdown: str) -> list[Block]:
    """The blocks of examples of a page, in order."""
    found = []
    for fence in FENCE.finditer(markdown):
        commands: list[str] = []
        shown: list[list[str]] = []
        for line in fence[2].splitlines():
            if line.startswith("$ "):
                commands.append(line.removeprefix("$ "))
                shown.append([])
            else:
                shown[-1].append(line)
        found.append(Block(commands, shown, fence[1] or "", fence.span()))
    return found


@contextmanager
def checkout() -> Iterator[Path]:
    """A directory that looks like a checkout, in which examples may write."""
    with TemporaryDirectory() as place:
        for name in _SEEN:
            (Path(place) / name).symlink_to(ROOT / name)
        yield Path(place)


def run(command: str, columns: int, place: Path) -> tuple[list[str], int]:
    """Run an example in a shell, on a terminal.

    Returns:
        what it prints, without colours, and its exit code
    """
    scripts = os.path.dirname(sys.executable)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "FORCE_COLOR"},
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": str(columns),
        "TERM": "dumb",
    }
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S602 - the documentation's own words
        command, shell=True, stdout=theirs, stderr=theirs, env=environment, cwd=place
    ) as process:
        os.close(theirs)
        printed = b""
        while part := _read(ours):
            printed += part
    os.close(ours)
    text = _COLOURS.sub("", printed.decode().replace("\r\n", "\n"))
    return text.rstrip().splitlines(), process.returncode


def _read(terminal: int) -> bytes:
    """What stands on a terminal; nothing once its other end is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def outputs(block: Block, place: Path) -> list[list[str]]:
    """Run the commands of a block, and return what each prints.

    Raises:
        ExampleError: a command ends otherwise than announced
    """
    printed = []
    for number, command in enumerate(block.commands, start=1):
        lines, code = run(command, block.columns, place)
        expected = block.exit_code if number == len(block.commands) else 0
        if code != expected:
            told = "\n".join(lines)
            raise ExampleError(f"$ {command}\nended with {code}, not {expected}:\n{told}")
        printed.append(lines)
    return printed


def shortened(lines: list[str], first: int | None) -> list[str]:
    """The first lines, and three dots if there are more."""
    if first is None or len(lines) <= first:
        return lines
    return [*lines[:first], "..."]
