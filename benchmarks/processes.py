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


class Time(NamedTuple):
    """What a command took, in seconds.

    Attributes:
        elapsed: by the clock, which is what a person waits
        processor: of the processor, which the other work of the machine hardly changes; by the
            clock where the system does not tell
    """

    elapsed: float
    processor: float


def _processor() -> float | None:
    """The processor time of all programs that have ended so far, if the system tells."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command: Command, variables: Mapping[str, str]) -> Time:
    """Run a command with its output thrown away.

    Raises:
        SystemExit: it ended with another exit code than it must
    """
    before, start = _processor(), time.perf_counter()
    done = subprocess.run(
        command.arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        env={**variables, **command.variables},
    )
    elapsed, after = time.perf_counter() - start, _processor()
    if done.returncode != command.code:
        told = " ".join(command.arguments)
        sys.exit(f"'{told}' ended with {done.returncode}, not with {command.code}")
    return Time(elapsed, elapsed if before is None or after is None else after - before)


def interleaved(
    commands: Mapping[str, Command], rounds: int, variables: Mapping[str, str], warming: int = 1
) -> dict[str, list[Time]]:
    """What every command took in every round.

    The rounds go through all commands in turn, so that a slow moment of the machine hits them
    all. Those before the first warm the disk and write the bytecode.
    """
    times: dict[str, list[Time]] = {name: [] for name in commands}
    for place in range(-warming, rounds):
        for name, command in commands.items():
            taken = timed(command, variables)
            if place >= 0:
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
