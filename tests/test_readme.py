"""Every example of the README runs and prints what the README says."""

from __future__ import annotations

import os
import pty
import re
import shlex
import shutil
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
with open(os.path.join(HERE, "README.md"), encoding="utf-8") as _file:
    README = _file.read()
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def _examples() -> list[tuple[str, list[str]]]:
    """The commands of the console blocks, each with the lines printed below it."""
    found: list[tuple[str, list[str]]] = []
    for block in CONSOLE:
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


EXAMPLES = _examples()


def _run(command: str) -> list[str]:
    """Run an example in a shell, on a terminal of 80 columns."""
    scripts = os.path.dirname(sys.executable)
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "80",
        "TERM": "dumb",
    }
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S602 - the README's own words
        command, shell=True, stdout=theirs, stderr=theirs, env=environment, cwd=HERE
    ):
        os.close(theirs)
        printed = b""
        while part := _read(ours):
            printed += part
    os.close(ours)
    return printed.decode().replace("\r\n", "\n").rstrip().splitlines()


def _read(terminal: int) -> bytes:
    """What stands on a terminal; nothing once its other end is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def _matches(shown: list[str], printed: list[str]) -> bool:
    """Whether the lines agree; a line of three dots stands for any lines."""
    if not shown:
        return not printed
    if shown[0].strip() == "...":
        return any(_matches(shown[1:], printed[at:]) for at in range(len(printed) + 1))
    return (
        bool(printed)
        and shown[0].rstrip() == printed[0].rstrip()
        and _matches(shown[1:], printed[1:])
    )


def test_the_readme_has_examples() -> None:
    assert len(EXAMPLES) >= 6
    assert len(PYTHON) >= 1


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_console_examples(command: str, shown: list[str]) -> None:
    assert shlex.split(command)[0] == "cartref"
    if "| jq" in command and shutil.which("jq") is None:
        pytest.skip("jq is not installed here")
    printed = _run(command)
    assert _matches(shown, printed), "\n".join(printed)


@pytest.mark.parametrize("code", PYTHON)
def test_python_examples(code: str) -> None:
    """Each prints what it says; pandas, Polars and DuckDB need not be installed."""
    for library in re.findall(r"^import (\w+)", code, re.MULTILINE):
        pytest.importorskip(library)
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout.splitlines()
    assert printed == re.findall(r"# prints (.*)", code)
