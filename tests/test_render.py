"""Screens, as snapshots: what people see on wide and narrow terminals, and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from cartref.cli import build
from cartref.model.label import Criterion, Drug
from cartref.render import words
from cartref.render.document import Column
from cartref.render.table import shown_cell, wrap

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

app = build()

QUESTIONS = [
    ["product"],
    ["product", "obe-cel"],
    ["product", "cilta-cel", "--regulator", "FDA", "--sources"],
    ["indication"],
    ["indication", "DLBCL"],
    ["indication", "PCNSL"],
    ["eligibility", "liso-cel", "--regulator", "FDA"],
    [
        "eligibility",
        "--disease",
        "DLBCL",
        "--age",
        "58",
        "--prior-lines",
        "1",
        "--refractory-to",
        "1L",
        "-r",
        "FDA",
    ],
    [
        "eligibility",
        "--disease",
        "MM",
        "--age",
        "60",
        "--prior-lines",
        "1",
        "--prior",
        "PI",
        "--refractory-to",
        "Revlimid",
    ],
    ["side-effects"],
    ["side-effects", "obe-cel"],
    ["side-effects", "CRS", "--target", "BCMA"],
    ["data", "info"],
    ["product", "anito-cel"],
    ["product", "satri-cel"],
    ["product", "--regulator", "NMPA"],
    ["product", "axi-cel", "--regulator", "FDA", "--as-of", "2024-01-01"],
    ["indication", "gastric"],
    ["indication", "DLBCL", "--as-of", "2018-06-01", "--regulator", "FDA"],
    ["trial", "--product", "cilta-cel"],
    ["trial", "CT041-ST-01"],
    ["trial", "medicare-dlbcl-65-plus"],
    ["timeline", "--regulator", "FDA"],
    ["timeline", "--disease", "MM", "--since", "2024-03-15"],
    ["timeline", "--product", "ide-cel", "--all"],
    ["pathway"],
    ["pathway", "obe-cel", "--regulator", "FDA"],
    ["explain"],
    ["explain", "CRS"],
    ["explain", "CAPD"],
    ["explain", "antigen loss"],
    ["search", "cerebral", "oedema"],
    ["source", "maude-2018-eliana-nejm"],
    ["source", "--product", "obe-cel", "--kind", "label"],
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
    ("values", "text"),
    [
        ({"dose": 30, "unit": "mg/m2", "days": 3}, "fludarabine 30 mg/m2 daily for 3 days"),
        ({"dose": 30, "unit": "mg/m2", "days": 1}, "fludarabine 30 mg/m2 once"),
        ({"days": 3}, "fludarabine daily for 3 days (dose not known)"),
        ({}, "fludarabine (dose not known)"),
        (
            {"dose": 30, "unit": "mg/m2", "days": 3, "days_before_infusion": (5, 4, 3)},
            "fludarabine 30 mg/m2 daily for 3 days (day -5, -4, -3)",
        ),
    ],
    ids=["days", "one day", "no dose", "nothing", "when"],
)
def test_drugs_say_what_is_not_known(values: dict[str, Any], text: str) -> None:
    assert words.drug(Drug(drug="fludarabine", **values)) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"kind": "antigen", "value": "cd19-positive"}, "CD19-positive"),
        ({"kind": "antigen", "value": "cldn18.2-positive"}, "CLDN18.2-positive"),
        ({"kind": "antigen", "value": "her2-negative"}, "HER2-negative"),
        ({"kind": "disease-status", "value": "advanced"}, "advanced"),
        (
            {
                "kind": "disease-status", "value": "relapsed", "within_months": 24,
                "after": "second-or-later-line",
            },
            "relapsed within 24 months of second-line or later therapy",
        ),
    ],
)  # fmt: skip
def test_criteria_are_phrases(values: dict[str, Any], text: str) -> None:
    assert words.criterion(Criterion(**values)) == text


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
