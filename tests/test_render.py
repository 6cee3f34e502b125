"""Screens, as snapshots: what people see on wide and narrow terminals, and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cartref.cli import app
from cartref.render import words
from cartref.render.document import Column
from cartref.render.table import shown_cell, wrap

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

QUESTIONS = [
    ["product"],
    ["product", "obe-cel"],
    ["product", "cilta-cel", "--regulator", "FDA", "--sources"],
    ["indication"],
    ["indication", "DLBCL"],
    ["indication", "PCNSL"],
    ["eligibility", "liso-cel", "--regulator", "FDA"],
    ["side-effects"],
    ["side-effects", "obe-cel"],
    ["side-effects", "CRS", "--target", "BCMA"],
    ["data", "info"],
]


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_screens(question: list[str], width: int, snapshot: SnapshotAssertion) -> None:
    environment = {"COLUMNS": str(width), "TERM": "dumb"}
    result = CliRunner().invoke(app, [*question, "--format", "table"], env=environment)
    assert result.stdout == snapshot


@pytest.mark.parametrize("format", ["md", "tsv", "json"])
def test_formats(format: str, snapshot: SnapshotAssertion) -> None:
    result = CliRunner().invoke(app, ["indication", "MZL", "--format", format])
    assert result.stdout == snapshot


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("", 7, [""]),
        ("奕凯达 abc", 6, ["奕凯达", "abc"]),
        ("Yescarta, Yikaida, 奕凯达", 9, ["Yescarta,", "Yikaida,", "奕凯达"]),
    ],
    ids=["words", "nothing", "wide signs", "wide signs on one line only"],
)
def test_wrapping(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize(
    ("cell", "bar"),
    [("100%", "████"), ("62%", "██▌"), ("12%", "▌"), ("1%", ""), ("0%", ""), ("n.k.", "")],
)
def test_bars_show_the_share_in_eighths(cell: str, bar: str) -> None:
    shown = shown_cell(Column("Any grade", 9, number=True, bar=True), cell, bars=True)
    assert shown.split() == [cell, *([bar] if bar else [])]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0, "0"), (48.5, "48.5"), (2.0, "2"), (1234567, "1234567")],
)
def test_numbers(value: float | None, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (500000, 1000000, "0.5-1 million"),
        (410000000, 410000000, "410 million"),
        (None, 2000000, "2 million"),
        (None, None, ""),
    ],
)
def test_cell_numbers(low: int | None, high: int | None, text: str) -> None:
    assert words.cell_range(low, high) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (93.0, 99.4, "(93-99.4)"),
        (6.6, None, "(lower limit 6.6)"),
        (None, 90.0, "(upper limit 90)"),
        (None, None, ""),
    ],
)
def test_an_interval_with_one_end_says_which(
    low: float | None, high: float | None, text: str
) -> None:
    assert words.interval(low, high) == text


@pytest.mark.parametrize(
    ("since", "until", "as_of", "text"),
    [
        ("2022-02-28", "2025-06-26", "2024-05", "2022-02-28 to 2025-06-26"),
        (None, "2025-06-26", "2024-05", "until 2025-06-26"),
        ("2025-06-26", None, "2026-08", "since 2025-06-26"),
        (None, None, "2024-05", "as of 2024-05"),
        (None, None, "at approval, replaced since", "at approval, replaced since"),
        (None, None, None, ""),
    ],
)
def test_periods(since: str | None, until: str | None, as_of: str | None, text: str) -> None:
    assert words.period(since, until, as_of) == text
