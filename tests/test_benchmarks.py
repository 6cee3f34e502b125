"""The benchmarks ask of every command, and their datasets are whole."""

from __future__ import annotations

import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "benchmarks"))

import startup
from processes import environment


def test_every_command_is_timed_with_its_help() -> None:
    commands = startup.described(sys.executable, environment())
    rows = startup.rows_of(["cartref"], commands)
    assert {f"{name} --help" for name in commands} <= rows.keys()
    assert "product cilta-cel --json" in rows
    assert "product cilta-cel --format table" in rows
    assert "report obe-cel" in rows


def test_a_command_without_a_question_is_an_error() -> None:
    commands = startup.described(sys.executable, environment())
    with pytest.raises(SystemExit, match="novel"):
        startup.rows_of(["cartref"], {**commands, "novel": {}})
