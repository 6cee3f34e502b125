"""Programs run and timed as a person runs them: in a process of their own, output thrown away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# A Python that may not keep its bytecode compiles every module at every start, and data beside
# the bundled one is another question.
UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "CARTREF_DATA")


class Command(NamedTuple):
    """A program with its arguments.

    Attributes:
        arguments: the program and what follows it
        code: the exit code that it must end with, else not it but an error would be timed
        variables: further variables of its environment
    """

    arguments: Sequence[str]
    code: int = 0
    variables: Mapping[str, str] = {}


def environment(*unwanted: str) -> dict[str, str]:
    """The environment of every program that is timed, without these variables."""
    kept = {key: value for key, value in os.environ.items() if key not in (*UNWANTED, *unwanted)}
    return {**kept, "COLUMNS": "100"}


def seconds(command: Command, variables: Mapping[str, str]) -> float:
    """Run a command with its output thrown away.

    Raises:
        SystemExit: it ended with another exit code than it must
    """
    start = time.perf_counter()
    done = subprocess.run(
        command.arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        env={**variables, **command.variables},
    )
    taken = time.perf_counter() - start
    if done.returncode != command.code:
        told = " ".join(command.arguments)
        sys.exit(f"'{told}' ended with {done.returncode}, not with {command.code}")
    return taken


def interleaved(
    commands: Mapping[str, Command], rounds: int, variables: Mapping[str, str]
) -> dict[str, list[float]]:
    """The seconds of every command in every round.

    The rounds go through all commands in turn, so that a slow moment of the machine hits them
    all. One round before the first warms the disk and writes the bytecode.
    """
    times: dict[str, list[float]] = {name: [] for name in commands}
    for place in range(rounds + 1):
        for name, command in commands.items():
            taken = seconds(command, variables)
            if place:
                times[name].append(taken)
    return times


def made_environment(folder: str) -> str:
    """Make a virtual environment, or take the one that is there; returns its Python."""
    programs = os.path.join(folder, "Scripts" if os.name == "nt" else "bin")
    python = os.path.join(programs, "python")
    if not os.path.exists(python) and not os.path.exists(f"{python}.exe"):
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return python


def installed(python: str, package: str) -> str | None:
    """Install a package for a Python; returns why that failed, or none."""
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    done = subprocess.run(command, capture_output=True, check=False, text=True, errors="replace")
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or ["pip failed without a word"])[-1]
