"""The timeline: what it holds, its limits to the day, and how it is drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from cartref.cli import build
from cartref.model.answer import TimelineEntry
from cartref.render.document import Facts, Grid, Lane, Lanes, Mark
from cartref.render.table import draw
from cartref.render.timeline import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

app = build()


def _json(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["timeline", *arguments, "--json"])
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def _acts(found: dict[str, Any], *kinds: str) -> list[tuple[str, str]]:
    """The dates and products of the entries of these kinds."""
    return [(item["date"], *item["products"]) for item in found["results"] if item["kind"] in kinds]


def test_the_first_approvals_of_a_regulator_stand_in_order() -> None:
    assert _acts(_json("--regulator", "FDA"), "approval") == [
        ("2017-08-30", "tisa-cel"),
        ("2017-10-18", "axi-cel"),
        ("2020-07-24", "brexu-cel"),
        ("2021-02-05", "liso-cel"),
        ("2021-03-26", "ide-cel"),
        ("2022-02-28", "cilta-cel"),
        ("2024-11-08", "obe-cel"),
    ]


def test_dates_stand_as_they_are_known_and_in_order() -> None:
    dates = [item["date"] for item in _json("--all")["results"]]
    assert dates == sorted(dates)
    assert {len(date) for date in dates} == {4, 7, 10}


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (["--since", "2024-04-05", "--until", "2024-04-05"], True),
        (["--since", "2024-04-06"], False),
        (["--until", "2024-04-04"], False),
        (["--since", "2024-04", "--until", "2024-04"], True),
        (["--since", "2024", "--until", "2024"], True),
        (["--as-of", "2024-04-05"], True),
        (["--as-of", "2024-04-04"], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_limits_hold_to_the_day(limits: list[str], found: bool) -> None:
    acts = _json("--product", "cilta-cel", "--regulator", "FDA", *limits)
    assert (("2024-04-05", "cilta-cel") in _acts(acts, "indication")) is found


@pytest.mark.parametrize(
    ("limits", "found", "open_"),
    [
        (["--since", "2024-03-01"], True, False),
        (["--since", "2024-03-02"], True, True),
        (["--since", "2024-03-31"], True, True),
        (["--since", "2024-04-01"], False, False),
        (["--until", "2024-02-29"], False, False),
        (["--until", "2024-03-01"], True, True),
        (["--until", "2024-03-31"], True, False),
        (["--as-of", "2024-03-01"], True, True),
        (["--as-of", "2024-02-29"], False, False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_month_counts_where_it_may_lie_within_the_limits(
    limits: list[str], found: bool, open_: bool
) -> None:
    acts = _json("--product", "ide-cel", "--regulator", "EMA", *limits)
    assert (("2024-03", "ide-cel") in _acts(acts, "indication")) is found
    told = any("Known only as 2024-03" in line for line in acts["notices"])
    assert told is open_


def test_a_month_is_never_shown_as_a_day() -> None:
    result = CliRunner().invoke(
        app, ["timeline", "--product", "ide-cel", "--regulator", "EMA", "--format", "table"]
    )
    assert "2024-03 " in result.stdout
    assert "2024-03-" not in result.stdout


def test_a_disease_keeps_its_uses_and_what_concerns_their_products_as_a_whole() -> None:
    found = _json("--disease", "MM", "--regulator", "FDA")
    assert _acts(found, "approval") == [("2021-03-26", "ide-cel"), ("2022-02-28", "cilta-cel")]
    kinds = {item["kind"] for item in found["results"]}
    assert kinds <= {"approval", "indication", "conversion", "withdrawal", "safety", "rems"}
    removal = next(
        item for item in found["results"] if item["id"] == "class-event-fda-rems-removal"
    )
    assert {"cilta-cel", "ide-cel"} <= set(removal["products"])


def test_kinds_are_chosen_and_wrong_ones_refused() -> None:
    found = _json("--kind", "conversion", "--kind", "withdrawal")
    assert {item["kind"] for item in found["results"]} <= {"conversion", "withdrawal"}
    result = CliRunner().invoke(app, ["timeline", "--kind", "party"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there are approval, indication" in result.stderr


def _shown(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["timeline", *arguments, "--format", "md"])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_every_note_is_shown_and_its_row_is_marked() -> None:
    arguments = ("--since", "2024-11-20", "--kind", "label")
    found = _json(*arguments)["results"]
    noted = [item for item in found if item["note"]]
    assert any("The content of the change is not known" in item["note"] for item in noted)
    table, _, notes = _shown(*arguments).partition("### Notes (*)")
    rows = [line for line in table.splitlines() if line.startswith("| 2")]
    assert [line.split(" | ")[1].endswith("*") for line in rows] == [
        bool(item["note"]) for item in found
    ]
    for item in noted:
        lead = f"- **{item['date']}, {', '.join(item['products'])}, {item['body']}**: "
        assert lead + item["note"] in notes.splitlines()


def test_acts_without_a_note_have_no_list_of_notes() -> None:
    arguments = ("obe-cel", "--regulator", "EMA", "--kind", "conversion")
    assert not any(item["note"] for item in _json(*arguments)["results"])
    assert "Notes" not in _shown(*arguments)


def test_a_note_of_several_acts_of_one_body_is_told_once() -> None:
    entry = TimelineEntry(
        id="a", date="2024", kind="label", body="FDA", title="A", note="N", sources=("s",)
    )
    acts = [entry, replace(entry, id="b", date="2025"), replace(entry, id="c", body="EMA")]
    *_, notes = listed(acts)
    assert isinstance(notes, Facts)
    assert [(fact.label, fact.text, fact.cited) for fact in notes.facts] == [
        ("2024, 2025, whole class, FDA", "N", ("s",)),
        ("2024, whole class, EMA", "N", ("s",)),
    ]


def test_a_note_that_is_told_elsewhere_is_not_told_again() -> None:
    entry = TimelineEntry(
        id="a", date="2024", kind="label", body="FDA", title="A", note="N", sources=("s",)
    )
    [grid] = listed([entry], alone=True, told={"N"})
    assert isinstance(grid, Grid)
    assert grid.rows == (("2024", "FDA", "A", ""),)


def test_limits_in_the_wrong_order_are_refused() -> None:
    result = CliRunner().invoke(app, ["timeline", "--since", "2024", "--until", "2023"])
    assert result.exit_code == 2
    assert "--since 2024 lies after --until 2023" in result.stderr


def test_what_is_pending_is_kept_apart() -> None:
    found = _json("--disease", "MM")
    ids = {item["id"] for item in found["pending"]}
    assert "anito-cel-pending-fda-mm" in ids
    assert not ids & {item["id"] for item in found["results"]}
    assert _json("--disease", "MM", "--as-of", "2024-01-01")["pending"] == []
    assert _json("--disease", "MM", "--as-of", "2026-11-20")["pending"] == found["pending"]
    assert _json("--disease", "MM", "--kind", "approval")["pending"] == []
    [due] = _json("--since", "2026-12", "--until", "2026-12")["pending"]
    assert due["id"] == "anito-cel-pending-fda-mm"


@pytest.mark.parametrize("name", ["MM", "multiple myeloma"])
def test_a_name_stands_for_its_filter(name: str) -> None:
    assert _json(name)["results"] == _json("--disease", "MM")["results"]
    assert _json("Carvykti")["results"] == _json("--product", "cilta-cel")["results"]


def test_what_several_records_say_of_one_act_is_told_once() -> None:
    removed = [
        item for item in _json("--since", "2025-06-26", "--until", "2025-06-26")["results"]
        if item["kind"] == "rems"
    ]  # fmt: skip
    assert [item["id"] for item in removed] == ["class-event-fda-rems-removal"]
    every = _json("--since", "2025-06-26", "--until", "2025-06-26", "--all")["results"]
    assert len([item for item in every if item["kind"] == "rems"]) > 1


def test_a_use_of_unknown_date_may_be_the_first() -> None:
    kinds = {item["kind"] for item in _json("--product", "axi-cel", "--regulator", "HealthCanada",
                                            "--all")["results"]}  # fmt: skip
    assert "approval" not in kinds


def test_an_event_of_several_products_concerns_each_of_them() -> None:
    for product in ("axi-cel", "cilta-cel"):
        ids = {item["id"] for item in _json("--product", product)["results"]}
        assert "class-event-fda-t-cell-malignancy-box" in ids
    assert "class-event-fda-t-cell-malignancy-box" not in {
        item["id"] for item in _json("--product", "obe-cel")["results"]
    }


# ---- drawn


def _drawn(lanes: Iterable[Lane], width: int) -> list[str]:
    from io import StringIO

    out = StringIO()
    block = Lanes("Drawn", 2017, 2026, 2026.9, tuple(lanes), "the legend")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        patch.setenv("TERM", "dumb")
        draw([block], {}, out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 40, 60, 100, 200])
def test_the_drawing_fits_its_width(width: int) -> None:
    lane = Lane("axi-cel", (Mark(2017.8, "●"), Mark(2026.1, "!")), 2017.8)
    lines = _drawn([lane], width)
    assert max(map(len, lines)) <= width
    assert "2017" in lines[1]
    assert lines[2].count("●") == 1


def test_the_line_runs_from_the_first_sign_to_the_end() -> None:
    [_, axis, lane, *_] = _drawn([Lane("x", (Mark(2018.0, "●"),), 2018.0)], 105)
    assert lane.index("●") == axis.index("2018")
    assert set(lane[lane.index("●") + 1 :]) == {"─"}
    assert axis.index("2026") < len(lane) <= len(axis) + 10


def test_a_line_that_began_before_the_first_year_starts_at_it() -> None:
    [_, axis, lane, *_] = _drawn([Lane("x", (Mark(2020.0, "!"),), 2011.5)], 100)
    assert lane.index("─") == axis.index("2017")


def test_a_sign_that_finds_its_place_taken_stands_beside_it() -> None:
    marks = (Mark(2020.0, "▲"), Mark(2020.0, "!"), Mark(2020.0, "!"))
    [_, _, lane, *_] = _drawn([Lane("x", marks, 2017.0)], 100)
    assert "─▲!─" in lane


def test_a_lane_without_approval_has_no_line() -> None:
    [_, _, lane, *_] = _drawn([Lane("whole class", (Mark(2023.9, "!"),))], 100)
    assert "─" not in lane
