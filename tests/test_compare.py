"""Products side by side: what the rows say, what differs, and how it is drawn."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from io import StringIO
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from cartref import history, load
from cartref.cli import build
from cartref.cli.questions import compare as ask
from cartref.comparison import PARTS, compare
from cartref.comparison.points import Point, differs
from cartref.comparison.results import names_of_trials
from cartref.comparison.warnings import danger
from cartref.export import lists
from cartref.intervals import wilson
from cartref.model.answer import ComparisonCell, ComparisonRow, Statement
from cartref.model.label import Indication, Monitoring
from cartref.model.study import AdverseReaction, Trial
from cartref.render import compare as render
from cartref.render import fullest, study, words
from cartref.render.document import Contrast, Fact, Grid, Versus
from cartref.render.picture import Estimate
from cartref.render.plain import to_json
from cartref.render.table import draw
from cartref.render.text import csv, markdown, tsv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syrupy.assertion import SnapshotAssertion

    from cartref.model.dataset import Profile

app = build()
CATALOG = load()
PRODUCTS = list(CATALOG.products)
TRIALS = names_of_trials([CATALOG.profile(product) for product in PRODUCTS], CATALOG)
DANGERS = {
    "CRS", "neurologic toxicity", "parkinsonism, Guillain-Barre", "HLH/MAS", "cytopenia",
    "enterocolitis", "secondary malignancy", "REMS",
}  # fmt: skip


def _json(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["compare", *arguments, "--json"])
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def _row(
    found: dict[str, Any], section: str, topic: str, regulator: str | None = None
) -> dict[str, Any]:
    """The one row of a topic."""
    [row] = [
        row
        for row in found["results"]
        if (row["section"], row["topic"], row["regulator"]) == (section, topic, regulator)
    ]
    assert isinstance(row, dict)
    return row


def _texts(row: dict[str, Any]) -> list[list[str]]:
    return [[item["text"] for item in cell["statements"]] for cell in row["cells"]]


def _profiles(*products: str) -> list[Profile]:
    return [CATALOG.profile(product) for product in products]


# ---- screens


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(
    "question",
    [
        "cilta-cel ide-cel",
        "axi-cel tisa-cel liso-cel --only safety",
        "axi-cel tisa-cel liso-cel --regulator FDA --only dose --only lymphodepletion",
        "obe-cel brexu-cel --regulator FDA --only monitoring --only dose --sources",
        "cilta-cel anito-cel --only product --only indications",
    ],
)
def test_screens(question: str, width: int, snapshot: SnapshotAssertion) -> None:
    environment = {"COLUMNS": str(width), "TERM": "dumb"}
    arguments = ["compare", *question.split(), "--format", "table"]
    result = CliRunner().invoke(app, arguments, env=environment)
    assert result.exit_code == 0
    assert result.stdout == snapshot


@pytest.mark.parametrize("format", ["md", "tsv", "csv"])
def test_formats(format: str, snapshot: SnapshotAssertion) -> None:
    arguments = ["cilta-cel", "ide-cel", "--regulator", "FDA", "--only", "warnings"]
    result = CliRunner().invoke(app, ["compare", *arguments, "--format", format])
    assert result.stdout == snapshot


def _drawn(block: Versus, width: int, monkeypatch: pytest.MonkeyPatch, **more: str) -> str:
    for name, value in {"COLUMNS": str(width), "TERM": "dumb", **more}.items():
        monkeypatch.setenv(name, value)
    out = StringIO()
    draw([block], {}, out)
    return out.getvalue()


def _versus(differs: bool | None, *texts: str) -> Versus:
    names = tuple(f"product-{place}" for place in range(len(texts)))
    cells = tuple((Fact(name, text),) for name, text in zip(names, texts, strict=True))
    return Versus("Title", names, (Contrast("topic", cells, differs),))


@pytest.mark.parametrize(
    ("differs", "line"),
    [(True, "≠ topic  one"), (False, "= topic  one"), (None, "  topic  one")],
    ids=["differs", "same", "open"],
)
def test_a_sign_says_whether_a_row_differs(
    differs: bool | None, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert line in _drawn(_versus(differs, "one", "one more"), 80, monkeypatch)


def test_what_is_said_of_all_stands_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (80, 40):
        assert _drawn(_versus(False, "alike", "alike"), width, monkeypatch).count("alike") == 1
        assert _drawn(_versus(None, "alike", "alike"), width, monkeypatch).count("alike") == 2


@pytest.mark.parametrize(("width", "beside"), [(59, True), (58, False)])
def test_narrow_terminals_show_products_below_each_other(
    width: int, beside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = _drawn(_versus(True, "one", "two"), width, monkeypatch).splitlines()
    assert any("one" in line and "two" in line for line in lines) is beside
    assert ("    product-0  one" in lines) is not beside


def test_equal_rows_are_dim_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    colours = {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    assert "\x1b[2m= topic" in _drawn(_versus(False, "one", "one"), 80, monkeypatch, **colours)
    assert "\x1b[1m≠ topic" in _drawn(_versus(True, "one", "two"), 80, monkeypatch, **colours)


@pytest.mark.parametrize("width", [30, 45, 60, 61, 80, 100, 121, 160, 250])
def test_every_screen_fits_and_cuts_no_number(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    products = ["cilta-cel", "tisa-cel"]
    rows = compare(_profiles(*products), CATALOG, [])
    for block in render.blocks(rows, products, TRIALS):
        if isinstance(block, Versus):
            drawn = _drawn(block, width, monkeypatch)
            assert max(map(len, drawn.splitlines())) <= width
            for fact in (fact for row in block.rows for cell in row.cells for fact in cell):
                numbers = re.findall(r"(?<!\S)\(?\d[\d.,%-]*", fact.text)
                assert all(number in drawn for number in numbers)


def test_the_number_of_patients_stays_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for width in range(61, 120):
        drawn = _drawn(_versus(True, "any grade 84%, of all, n = 285", "none"), width, monkeypatch)
        assert "n = 285" in drawn


# ---- every product with every other one


@pytest.mark.parametrize("first", PRODUCTS)
def test_every_pair_answers_in_every_format(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    for one, other in combinations(PRODUCTS, 2):
        if one == first:
            rows = compare(_profiles(one, other), CATALOG, [])
            assert rows
            blocks = render.blocks(rows, [one, other], TRIALS)
            draw(blocks, {}, StringIO())
            lines = render.rows(rows)
            assert len(lines.lines) == 2 * len(rows)
            assert all(all(line[place] for place in (0, 1, 3, 4)) for line in lines.lines)
            for text in (tsv(lines), csv(lines), markdown(blocks, {}), to_json(rows)):
                assert one in text
                assert other in text


@pytest.mark.parametrize("format", ["table", "tsv", "csv", "md", "json", "ndjson"])
def test_all_products_stand_side_by_side(format: str) -> None:
    result = CliRunner().invoke(app, ["compare", *PRODUCTS, "--format", format])
    assert result.exit_code == 0
    assert all(product in result.stdout for product in PRODUCTS)


# ---- the statements


def _statements() -> Iterator[tuple[ComparisonRow, ComparisonCell, Statement]]:
    for row in compare(_profiles(*PRODUCTS), CATALOG, []):
        for cell in row.cells:
            for item in cell.statements:
                yield row, cell, item


def test_every_statement_is_that_of_its_record() -> None:
    records = {(name, item.id): item for name, items in lists(CATALOG).items() for item in items}
    results = (
        "trial", "population", "n", "endpoint", "value", "unit", "ci_low", "ci_high",
        "any_grade_pct", "grade3plus_pct", "follow_up_months", "grading_scale", "basis",
        "regulator", "indirect",
    )  # fmt: skip
    seen = set()
    for row, cell, item in _statements():
        record = records[item.list, item.id]
        seen.add(item.list)
        owner = record.id if item.list == "products" else record.product
        assert owner == cell.product
        assert item.sources
        if item.list == "products":
            assert item.sources in (record.sources, record.construct.sources)
        else:
            assert item.sources == record.sources
            assert row.regulator in (None, record.regulator if hasattr(record, "regulator") else 0)
        for name in results:
            of_result = item.list in ("outcomes", "adverse_reactions") and hasattr(record, name)
            assert getattr(item, name) == (getattr(record, name) if of_result else None)
    assert seen == {
        "products", "indications", "doses", "lymphodepletion", "monitoring", "boxed_warnings",
        "trials", "outcomes", "adverse_reactions", "logistics",
    }  # fmt: skip


def test_every_rate_in_a_text_is_that_of_its_record() -> None:
    for _, _, item in _statements():
        rates = {"any grade": item.any_grade_pct, "grade 3+": item.grade3plus_pct}
        for name, rate in rates.items():
            if item.list == "adverse_reactions":
                assert f"{name} {'n.k.' if rate is None else f'{rate:g}%'}" in item.text
        if item.list == "outcomes" and item.value is not None:
            assert item.text.startswith(f"{item.value:g}")
        if item.n is not None:
            assert f"n = {item.n}" in item.text


def test_an_interval_is_printed_or_computed_and_says_which() -> None:
    computed = 0
    for _, _, item in _statements():
        if item.list == "outcomes" and item.unit == "percent" and item.value is not None:
            printed = (item.ci_low, item.ci_high) != (None, None)
            assert (")*" in item.text) is (not printed and item.n is not None)
            if ")*" in item.text and item.n:
                low, high = (round(limit, 1) for limit in wilson(item.value, item.n))
                assert item.text.startswith(f"{item.value:g}% ({low:g}-{high:g})*")
                computed += 1
    assert computed


def test_a_computed_interval_is_explained_only_where_there_is_one() -> None:
    told = "* 95% Wilson interval, computed from the percentage and n."
    assert told in _json("cilta-cel", "ide-cel", "--only", "safety")["notices"]
    assert told not in _json("cilta-cel", "ide-cel", "--only", "dose")["notices"]


def test_every_boxed_item_is_about_one_danger() -> None:
    for product in PRODUCTS:
        for box in CATALOG.label(product).boxed_warnings:
            assert {danger(item) for item in box.items} <= DANGERS
    assert danger("Something new: tumour lysis") == "Something new: tumour lysis"
    assert danger("Neurological toxicities, also with cytokine release syndrome") == (
        "neurologic toxicity"
    )


def test_only_current_texts_are_compared() -> None:
    ended = {
        item.id
        for product in PRODUCTS
        for name in ("doses", "monitoring", "boxed_warnings", "indications")
        for item in getattr(CATALOG.label(product), name)
        if getattr(item, "valid_to", None) or getattr(item, "status", "active") != "active"
    }
    assert ended
    assert not ended & {item.id for _, _, item in _statements()}


# ---- the choice of results


@pytest.mark.parametrize(
    ("products", "endpoint", "trial", "told"),
    [
        ("cilta-cel ide-cel", "HR-PFS", "cartitude-4", [("0.41", 15.9), ("0.29", 33.6)]),
        ("cilta-cel ide-cel", "mDOR", "cartitude-1", [("21.8", 18), ("34", 33.4)]),
        ("cilta-cel ide-cel", "mPFS", "karmma-3", [("13.3", None), ("13.8", 30.9)]),
        ("cilta-cel ide-cel", "mPFS", "cartitude-1", [("34.9", 33.4)]),
        ("axi-cel brexu-cel", "mDOR", "zuma-5", [("not", 14.5), ("60.4", 64.6)]),
        ("axi-cel brexu-cel", "mPFS", "zuma-2", [("16.2", None), ("24", None), ("25.8", 35.6)]),
        ("axi-cel brexu-cel", "HR-EFS", "zuma-7", [("0.4", 19.2)]),
        ("obe-cel liso-cel", "mDOR", "felix", [("14.1", None), ("21.2", 21.5)]),
        ("obe-cel liso-cel", "mEFS", "transform", [("10.1", 6.2), ("29.5", 33.8)]),
    ],
    ids=[
        "later paper", "later paper, words differ", "label without follow-up", "paper alone",
        "label of a part", "other set", "paper about a part", "larger set", "same cut twice",
    ],
)  # fmt: skip
def test_a_later_paper_stands_beside_the_label(
    products: str, endpoint: str, trial: str, told: list[tuple[str, float | None]]
) -> None:
    row = _row(_json(*products.split(), "--only", "outcomes"), "outcomes", endpoint)
    statements = [item for cell in row["cells"] for item in cell["statements"]]
    found = [
        (re.split("[ %,]", item["text"])[0], item["follow_up_months"])
        for item in statements
        if item["trial"] == trial
    ]
    assert found == told


def test_every_outcome_says_how_long_patients_were_followed() -> None:
    for _, _, item in _statements():
        if item.list == "outcomes":
            months = item.follow_up_months
            told = "not known" if months is None else f"{months:g} month"
            assert f"; follow-up {told}" in item.text


def test_a_reaction_says_its_grading_scale_where_it_is_known() -> None:
    scales = set()
    for _, _, item in _statements():
        if item.list == "adverse_reactions":
            scales.add(item.grading_scale)
            assert (f"graded by {item.grading_scale};" in item.text) is bool(item.grading_scale)
    assert {"Penn", "Lee 2014", "ASTCT", "CTCAE", None} <= scales


@pytest.mark.parametrize("filters", [(), ("FDA",), ("EMA",)], ids=["all", "FDA", "EMA"])
def test_the_table_holds_the_rates_that_are_drawn(filters: tuple[str, ...]) -> None:
    profiles = [CATALOG.profile(product, *filters) for product in PRODUCTS]
    rows = compare(profiles, CATALOG, ["safety"])
    told = [
        (cell.product, item.any_grade_pct, item.grade3plus_pct, item.n)
        for row in rows
        for cell in row.cells
        for item in cell.statements
        if item.list == "adverse_reactions"
    ]
    drawn = [
        (row.group, *(part and part.value for part in row.estimates), row.n)
        for forest in ask.pictures(CATALOG, rows, profiles)
        for row in forest.rows
    ]
    assert told
    assert Counter(told) == Counter(drawn)


@pytest.mark.parametrize("first", PRODUCTS)
def test_every_pair_tells_what_it_draws(first: str) -> None:
    for one, other in combinations(PRODUCTS, 2):
        if one != first:
            continue
        profiles = _profiles(one, other)
        rows = compare(profiles, CATALOG, ["safety"])
        told = sum(item.list == "adverse_reactions" for row in rows
                   for cell in row.cells for item in cell.statements)  # fmt: skip
        drawn = ask.pictures(CATALOG, rows, profiles)
        assert told == sum(len(forest.rows) for forest in drawn)


def test_no_known_rate_of_a_trial_is_hidden() -> None:
    for product in PRODUCTS:
        study_of = CATALOG.study(product)
        trials = {item.id: item for item in study_of.trials}
        shown = study.headline(study_of.adverse_reactions, trials)
        for item in study_of.adverse_reactions:
            if (
                item.event not in study.HEADLINE
                or item.manifestation_of
                or item.measure != "reaction"
                or trials[item.trial].kind != "pivotal"
            ):
                continue
            beside = [
                part for part in shown if (part.trial, part.event) == (item.trial, item.event)
            ]
            for name in fullest.known_rates(item):
                assert any(getattr(part, name) is not None for part in beside), item.id


def _reaction(key: str, trial: str, any_grade: float | None, severe: float | None,
              **more: Any) -> AdverseReaction:  # fmt: skip
    values = {"n": 10, "basis": "publication", "sources": ("s",), **more}
    return AdverseReaction(
        id=key, product="x", trial=trial, event="crs", term="CRS", any_grade_pct=any_grade,
        grade3plus_pct=severe, **values,
    )  # fmt: skip


def _study(key: str, kind: str = "pivotal", *members: str) -> Trial:
    return Trial(id=key, name=key, kind=kind, members=members, diseases=("mm",), sources=("s",))  # type: ignore[arg-type]


_ONE, _TWO = _reaction("one", "a", 50, 5), _reaction("two", "b", 40, 4)
_HALF, _POOL = _reaction("half", "b", None, 4), _reaction("pool", "p", 45, 4)


@pytest.mark.parametrize(
    ("reactions", "members", "shown"),
    [
        ([_ONE, _TWO, _POOL], ("a", "b"), ["one", "two"]),
        ([_ONE, _POOL], ("a", "b"), ["one", "pool"]),
        ([_ONE, _HALF, _POOL], ("a", "b"), ["one", "half", "pool"]),
        ([_ONE, _POOL], ("a",), ["one"]),
        ([_ONE, _reaction("fatal", "p", 45, 4, grade5_pct=1)], ("a",), ["one", "fatal"]),
        ([_ONE, _POOL], (), ["one"]),
        ([_POOL], (), ["pool"]),
        ([_ONE, _reaction("label", "a", 60, None, basis="FDA label")], (), ["one"]),
        ([_ONE, _reaction("label", "a", 60, 6, basis="FDA label")], (), ["label"]),
        ([_ONE, _reaction("large", "a", 60, 6, n=20)], (), ["large"]),
        ([_ONE, _reaction("unsized", "a", 60, 6, n=None, basis="FDA label")], (), ["one"]),
    ],
    ids=[
        "pool of known trials", "pool of a trial that is not known", "pool of one half known",
        "pool of one", "pool alone tells fatal events", "members not known", "pool alone",
        "fuller paper", "label as full", "larger set", "label without n",
    ],
)  # fmt: skip
def test_the_fullest_set_of_each_trial_is_chosen(
    reactions: list[AdverseReaction], members: tuple[str, ...], shown: list[str]
) -> None:
    trials = {item.id: item for item in (_study("a"), _study("b"), _study("p", "pool", *members))}
    assert [item.id for item in fullest.chosen(reactions, trials)] == shown


def test_labels_that_say_otherwise_are_named() -> None:
    found = _json("tisa-cel", "cilta-cel", "--only", "safety")
    assert any("another rate of: ELIANA, JULIET, ELARA, CARTITUDE-1." in line
               for line in found["notices"])  # fmt: skip
    row = _row(found, "safety", "CRS")
    by_trial = {
        item["trial"]: (item["any_grade_pct"], item["grade3plus_pct"], item["n"])
        for cell in row["cells"]
        for item in cell["statements"]
    }
    assert by_trial["cartifan-1"] == (97.9, 35.4, 48)
    assert by_trial["cartitude-1"] == (95, 5, 97)


@pytest.mark.parametrize(
    ("products", "named"),
    [(["cilta-cel", "ide-cel"], False), (["tisa-cel", "obe-cel"], True)],
    ids=["one disease", "several diseases"],
)
def test_diseases_are_named_where_trials_have_several(products: list[str], named: bool) -> None:
    found = _json(*products, "--only", "outcomes", "--only", "safety")
    for row in found["results"]:
        for cell in row["cells"]:
            for item in cell["statements"]:
                if item["trial"]:
                    assert (TRIALS[item["trial"]] in item["text"]) is named


# ---- what differs


@pytest.mark.parametrize(
    ("products", "section", "topic", "regulator", "told"),
    [
        ("cilta-cel ide-cel", "product", "target", None, False),
        ("cilta-cel ide-cel", "product", "costimulation", None, False),
        ("axi-cel tisa-cel", "product", "costimulation", None, True),
        ("cilta-cel ide-cel", "product", "vector", None, False),
        ("axi-cel tisa-cel", "product", "vector", None, True),
        ("brexu-cel axi-cel", "product", "vector", None, None),
        ("cilta-cel ide-cel", "product", "binder", None, True),
        ("axi-cel tisa-cel", "product", "binder", None, False),
        ("axi-cel liso-cel", "product", "binder", None, None),
        ("cema-cel axi-cel", "product", "cell source", None, True),
        ("anbal-cel axi-cel", "product", "costimulation", None, None),
        ("cilta-cel ide-cel", "indications", "MM", "FDA", True),
        ("axi-cel tisa-cel", "indications", "FL", "FDA", False),
        ("axi-cel tisa-cel", "indications", "FL", "EMA", True),
        ("axi-cel liso-cel", "indications", "FL", "FDA", True),
        ("tisa-cel liso-cel", "indications", "FL", "FDA", True),
        ("brexu-cel liso-cel", "indications", "MCL", "EMA", True),
        ("brexu-cel liso-cel", "indications", "MCL", "MHRA", None),
        ("cilta-cel ide-cel --as-of 2023-01-01", "indications", "MM", "Swissmedic", None),
        ("obe-cel tisa-cel", "monitoring", "REMS", "FDA", False),
        ("obe-cel tisa-cel", "monitoring", "near a centre", "FDA", None),
        ("obe-cel tisa-cel", "monitoring", "monitored for", "FDA", False),
        ("cilta-cel ide-cel", "indications", "MM", "NMPA", None),
        ("cilta-cel ide-cel", "dose", "MM", "FDA", True),
        ("cilta-cel ide-cel", "dose", "MM", "Swissmedic", None),
        ("axi-cel brexu-cel", "dose", "LBCL, FL", "FDA", None),
        ("cilta-cel ide-cel", "lymphodepletion", "MM: drugs", "FDA", False),
        ("cilta-cel ide-cel", "lymphodepletion", "MM: infusion", "FDA", True),
        ("cilta-cel ide-cel", "lymphodepletion", "MM: days", "FDA", None),
        ("cilta-cel ide-cel", "monitoring", "label text", "FDA", False),
        ("cilta-cel ide-cel", "monitoring", "label text", "EMA", None),
        ("cilta-cel ide-cel", "monitoring", "no driving", "FDA", False),
        ("cilta-cel ide-cel", "monitoring", "daily monitoring", "EMA", True),
        ("cilta-cel ide-cel", "monitoring", "monitored for", "FDA", None),
        ("cilta-cel obe-cel", "monitoring", "near a centre", "FDA", None),
        ("cilta-cel ide-cel", "warnings", "HLH/MAS", "FDA", False),
        ("cilta-cel ide-cel", "warnings", "enterocolitis", "FDA", True),
        ("cilta-cel ide-cel", "warnings", "neurologic toxicity", "FDA", None),
        ("cilta-cel ide-cel", "outcomes", "ORR", None, None),
        ("cilta-cel ide-cel", "safety", "CRS", None, None),
        ("cilta-cel ide-cel", "logistics", "storage", "EMA", True),
        ("cilta-cel ide-cel", "logistics", "manufacture", None, None),
        ("axi-cel tisa-cel liso-cel", "product", "target", None, False),
        ("axi-cel tisa-cel liso-cel", "product", "costimulation", None, True),
        ("axi-cel tisa-cel liso-cel", "lymphodepletion", "LBCL: infusion", "FDA", True),
        ("axi-cel tisa-cel liso-cel", "monitoring", "tocilizumab on site", "FDA", None),
    ],
)
def test_differs(
    products: str, section: str, topic: str, regulator: str | None, told: bool | None
) -> None:
    found = _json(*products.split(), "--only", section)
    assert _row(found, section, topic, regulator)["differs"] is told


def test_rates_are_never_said_to_differ() -> None:
    for row in compare(_profiles(*PRODUCTS), CATALOG, ["outcomes", "safety"]):
        assert row.differs is None


_SAID = Statement(text="", list="doses", id="x", sources=("s",))


def _points(*values: tuple[object, ...] | None, wording: str = "") -> list[Point]:
    return [Point(_SAID, value, wording) for value in values]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([_points((1,)), _points((1,))], False),
        ([_points((1,)), _points((2,))], True),
        ([_points((1,)), []], None),
        ([_points((1,)), _points(None)], None),
        ([_points((1, None)), _points((1, 2))], None),
        ([_points((1, None)), _points((3, 2))], True),
        ([_points((1,), (2,)), _points((2,), (1,))], False),
        ([_points((1,), (2,)), _points((1,))], True),
        ([_points((1,)), _points((1,)), []], None),
        ([_points((1,)), _points((2,)), []], True),
        ([_points((1,)), _points((1,)), _points((1,))], False),
        ([_points((), wording="As  one."), _points((), wording="as one")], False),
        ([_points((), wording="as one"), _points((), wording="as two")], None),
        ([_points((1,), wording="a"), _points((2,), wording="a")], True),
    ],
    ids=[
        "same", "other", "nothing known", "no value known", "part known", "known part differs",
        "another order", "one more", "third not known", "third not known, others differ",
        "all three same", "same words", "other words", "same words, other values",
    ],
)  # fmt: skip
def test_products_differ_surely_surely_not_or_it_is_open(
    cells: list[list[Point]], told: bool | None
) -> None:
    assert differs(cells) is told
    assert differs(cells[::-1]) is told


def test_a_dose_is_compared_disease_by_disease() -> None:
    found = _json("axi-cel", "tisa-cel", "liso-cel", "--only", "dose", "--regulator", "FDA")
    topics = [row["topic"] for row in found["results"]]
    assert topics == ["B-ALL", "LBCL", "FL", "CLL/SLL, MZL"]
    [axi, tisa, liso] = _texts(_row(found, "dose", "FL", "FDA"))
    assert axi == ["2 million CAR-positive viable T cells per kg; at most 200 million in all"]
    assert tisa == ["60-600 million CAR-positive viable T cells"]
    assert liso[0].startswith("90-110 million")
    assert _texts(_row(found, "dose", "B-ALL", "FDA"))[0] == []


@pytest.mark.parametrize(
    ("products", "regulator", "told"),
    [
        ("axi-cel liso-cel", "FDA", ["accelerated, 2021-03-05",
                                     "accelerated, 2024-05-15, full since 2026-02"]),
        ("axi-cel tisa-cel", "EMA", ["full, 2022-06", "full, 2022-05"]),
    ],
    ids=["conversion", "month"],
)  # fmt: skip
def test_an_indication_says_how_and_when_it_was_approved(
    products: str, regulator: str, told: list[str]
) -> None:
    found = _json(*products.split(), "--only", "indications", "--regulator", regulator)
    row = _row(found, "indications", "FL", regulator)
    for cell, text in zip(_texts(row), told, strict=True):
        assert cell[0].endswith(f"; {text}")


@pytest.mark.parametrize(
    ("pathway", "first", "approved", "converted", "told"),
    [
        ("full", None, "2021-03-05", None, "full, 2021-03-05"),
        ("full", "accelerated", "2021", None, "accelerated, 2021, full since a date not known"),
        (None, None, "2021", None, "pathway not known, 2021"),
        ("conditional", None, None, None, "conditional, date not known"),
        (None, None, None, None, "pathway and date not known"),
    ],
    ids=["plain", "date of conversion not known", "pathway not known", "date not known", "neither"],
)
def test_approvals_in_words(
    pathway: Any, first: Any, approved: str | None, converted: str | None, told: str
) -> None:
    item = Indication(
        id="x", product="x", regulator="FDA", approved=approved, pathway=pathway,
        pathway_at_approval=first, converted=converted, status="active", diseases=("mm",),
        summary="x", sources=("s",),
    )  # fmt: skip
    assert words.granted(item) == told


def test_what_a_label_also_asks_is_told_and_compared() -> None:
    found = _json("tisa-cel", "liso-cel", "--only", "indications", "--regulator", "FDA")
    texts = [text for row in found["results"] for cell in _texts(row) for text in cell]
    assert any("also asks: that the transplant is ruled out" in text for text in texts)
    item = CATALOG.indications["liso-cel-fda-lbcl-2l-no-transplant"]
    for also, told in [(item.also_asks, False), ((), True), (("something else",), None)]:
        profiles = [
            replace(profile, indications=(replace(item, also_asks=asked),))
            for profile, asked in zip(
                _profiles("liso-cel", "axi-cel"), (item.also_asks, also), strict=True
            )
        ]
        [row] = compare(profiles, CATALOG, ["indications"])
        assert row.differs is told


def test_only_the_newest_monitoring_rules_stand() -> None:
    found = _json("obe-cel", "tisa-cel", "--only", "monitoring", "--regulator", "FDA")

    def of_obe_cel(topic: str) -> list[str]:
        return _texts(_row(found, "monitoring", topic, "FDA"))[0]

    assert of_obe_cel("label text") == ["newest US safety information known"]
    assert of_obe_cel("monitored for") == ["2 weeks"]
    assert of_obe_cel("near a centre") == [
        "now not known; in a text replaced since: 4 weeks (at approval, 2024-11-08)"
    ]
    assert of_obe_cel("REMS") == ["none"]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([("2024-01", None, 10), ("2025-06-26", None, 7)], ["7 days"]),
        ([(None, "2023-05 to 2024-03", 10), ("2025", None, 7)], ["7 days"]),
        (
            [("2024-01", None, 10), ("2025-06-26", None, None)],
            ["now not known; in a text replaced since: 10 days (since 2024-01)"],
        ),
        (
            [(None, "at approval, 2024-11-08; replaced since", 10)],
            ["now not known; in a text replaced since: 10 days (at approval, 2024-11-08)"],
        ),
        ([("2024", None, 10), (None, "2024-05", 7)], ["MM, since 2024: 10 days",
                                                      "MM, as of 2024-05: 7 days"]),
    ],
    ids=["by dates", "by a period", "newer text silent", "only a replaced text", "open"],
)  # fmt: skip
def test_of_several_monitoring_texts_the_newest_is_told(
    texts: list[tuple[str | None, str | None, int | None]], told: list[str]
) -> None:
    rules = tuple(
        Monitoring(
            id=f"x-{place}", product="x", regulator="FDA", diseases=("mm",), valid_from=since,
            as_of=as_of, daily_monitoring_days=days, sources=("s",),
        )
        for place, (since, as_of, days) in enumerate(texts)
    )  # fmt: skip
    profiles = [replace(profile, monitoring=rules) for profile in _profiles("ide-cel", "cilta-cel")]
    rows = {row.topic: row for row in compare(profiles, CATALOG, ["monitoring"])}
    for cell in rows["daily monitoring"].cells:
        assert [item.text for item in cell.statements] == told


def test_the_pivotal_trials_stand_before_the_rates() -> None:
    found = _json("cilta-cel", "ide-cel", "--only", "safety", "--only", "outcomes")
    for section in ("outcomes", "safety"):
        first = next(row for row in found["results"] if row["section"] == section)
        assert first["topic"] == "pivotal trials"
        ids = [[item["id"] for item in cell["statements"]] for cell in first["cells"]]
        assert ids == [["cartitude-1", "cartitude-4", "cartifan-1"], ["karmma", "karmma-3"]]
        assert all("treated" in text for cell in _texts(first) for text in cell)
    assert any("do not rank" in line for line in found["notices"])
    assert any("not interchangeable" in line for line in found["notices"])


# ---- filters


def test_sections_stand_in_their_order_and_none_else() -> None:
    found = _json("cilta-cel", "ide-cel", "--only", "Warnings", "--only", "dose")
    assert list(dict.fromkeys(row["section"] for row in found["results"])) == ["dose", "warnings"]
    assert found["query"]["only"] == ["dose", "warnings"]
    every = _json("cilta-cel", "ide-cel")["results"]
    assert list(dict.fromkeys(row["section"] for row in every)) == list(PARTS)


def test_names_are_told_with_their_matches() -> None:
    found = _json("Carvykti", "Abecma", "--only", "dose")
    assert [match["id"] for match in found["query"]["matches"]] == ["cilta-cel", "ide-cel"]
    assert found["query"]["names"] == ["Carvykti", "Abecma"]
    assert found["command"] == "compare"
    [row, *_] = found["results"]
    assert [cell["product"] for cell in row["cells"]] == ["cilta-cel", "ide-cel"]


def test_a_regulator_keeps_its_own_texts() -> None:
    found = _json("cilta-cel", "ide-cel", "--regulator", "EMA")
    by_label = [
        row for row in found["results"] if row["section"] not in ("product", "outcomes", "safety")
    ]
    assert {row["regulator"] for row in by_label if row["topic"] not in (
        "vein to vein", "manufacture", "made successfully")} == {"EMA"}  # fmt: skip


def test_a_disease_keeps_what_concerns_it() -> None:
    found = _json("axi-cel", "tisa-cel", "--disease", "FL")
    topics = {row["topic"] for row in found["results"] if row["section"] == "indications"}
    assert topics
    assert all("B-ALL" not in topic for topic in topics)
    trials = {
        item["trial"]
        for row in found["results"]
        for cell in row["cells"]
        for item in cell["statements"]
        if item["trial"]
    }
    assert "eliana" not in trials
    assert "elara" in trials
    told = [text for row in found["results"] for cell in _texts(row) for text in cell]
    assert not any("ELIANA" in text for text in told)


@pytest.mark.parametrize("disease", ["FL", "DLBCL", "MM", "B-ALL"])
def test_a_disease_leaves_no_row_of_another_one(disease: str) -> None:
    sections = ("indications", "dose", "lymphodepletion", "monitoring")
    only = [part for section in sections for part in ("--only", section)]
    found = _json(*PRODUCTS[:8], "--disease", disease, *only)
    tree = CATALOG.tree
    [asked] = [match["id"] for match in found["query"]["filter_matches"]]
    related = {tree.short(key) for key in tree.related(asked)}
    rows = [row for row in found["results"] if row["section"] != "monitoring"]
    assert rows
    for row in rows:
        assert set(row["topic"].partition(":")[0].split(", ")) <= related


def test_a_regulator_leaves_papers_out_and_says_so() -> None:
    left_out = "papers and texts of other regulators are left out"
    found = _json("cilta-cel", "ide-cel", "--only", "outcomes", "--regulator", "FDA")
    assert any(left_out in line for line in found["notices"])
    [trials] = [_texts(row) for row in found["results"] if row["topic"] == "pivotal trials"]
    assert not any("CARTIFAN-1" in text for text in trials[0])
    assert any("CARTITUDE-4" in text for text in trials[0])
    arguments = ["compare", "cilta-cel", "ide-cel", "--only", "outcomes", "-r", "FDA", "-f"]
    for shape in ("table", "tsv", "md"):
        result = CliRunner().invoke(app, [*arguments, shape], env={"COLUMNS": "120"})
        assert "not known from FDA texts" in result.stdout
    for more in (["--only", "dose"], ["--only", "warnings"]):
        told = _json("cilta-cel", "ide-cel", "--regulator", "FDA", *more)
        assert not any(left_out in line for line in told["notices"])
    assert not any(left_out in line for line in _json("cilta-cel", "ide-cel")["notices"])


@pytest.mark.parametrize("question", ["-r EMA --only safety", "-r HSA --only outcomes"])
def test_without_rates_there_is_no_caution_about_rates(question: str) -> None:
    found = _json("cilta-cel", "ide-cel", *question.split())
    assert found["results"] == []
    assert not any("rank" in line for line in found["notices"])
    assert any("holds nothing of" in line for line in found["notices"])


def test_a_pool_keeps_its_trials_among_the_pivotal_ones() -> None:
    found = _json("liso-cel", "axi-cel", "--regulator", "MHRA", "--only", "safety")
    texts = _texts(_row(found, "safety", "pivotal trials"))[0]
    assert any(text.startswith("PILOT:") for text in texts)
    assert not any(text.startswith("TRANSCEND CLL 004:") for text in texts)


@pytest.mark.parametrize(
    ("only", "told"),
    [
        (
            [],
            "Not compared: contraindications and other warnings, other side effects, codes.",
        ),
        (
            ["--only", "safety"],
            "Not compared: other side effects. In full: cartref product cilta-cel ide-cel",
        ),
        (["--only", "dose"], "\nIn full: cartref product cilta-cel ide-cel"),
    ],
    ids=["all", "safety", "dose"],
)
def test_the_screen_names_what_is_not_compared(only: list[str], told: str) -> None:
    result = CliRunner().invoke(app, ["compare", "cilta-cel", "ide-cel", *only, "-f", "md"])
    assert told in result.stdout


def test_a_share_names_no_points_of_time() -> None:
    found = _json("cilta-cel", "ide-cel", "liso-cel", "brexu-cel", "--only", "logistics")
    shares = _texts(_row(found, "logistics", "made successfully"))
    assert shares == [
        ["100%; CARTITUDE-4"],
        ["99%; KarMMa-3"],
        ["99.4%; TRANSCEND NHL 001, all leukapheresed, from a published review",
         "96%; TRANSCEND CLL 004"],
        ["96%; ZUMA-2", "92%; ZUMA-3 phase 2"],
    ]  # fmt: skip
    times = {topic: _texts(_row(found, "logistics", topic)) for topic in
             ("vein to vein", "manufacture")}  # fmt: skip
    assert times["vein to vein"][3][0] == "27 (19-74) days; ZUMA-2: leukapheresis to infusion"
    assert times["manufacture"][3][0] == "13 (9-20) days; ZUMA-2: leukapheresis to product release"


def test_as_of_compares_what_stood() -> None:
    today = _json("cilta-cel", "ide-cel", "--regulator", "FDA")
    then = _json("cilta-cel", "ide-cel", "--regulator", "FDA", "--as-of", "2024-01-01")
    lines = [_texts(_row(found, "indications", "MM", "FDA")) for found in (today, then)]
    assert [cell[0][:3] for cell in lines[0]] == ["2L+", "3L+"]
    assert [cell[0][:3] for cell in lines[1]] == ["5L+", "5L+"]
    assert _texts(_row(today, "dose", "MM", "FDA"))[1][0].endswith(
        "300-510 million CAR-positive T cells"
    )
    assert _texts(_row(then, "dose", "MM", "FDA"))[1][0].endswith(
        "300-460 million CAR-positive T cells"
    )
    assert any("carries no date" in line for line in then["notices"])
    assert len(then["notices"]) == len(set(then["notices"]))


def test_investigational_products_are_said_to_be() -> None:
    found = _json("cilta-cel", "anito-cel")
    assert any("anito-cel is investigational" in line for line in found["notices"])
    assert _texts(_row(found, "product", "first approval"))[1] == ["not approved: investigational"]


def test_nothing_to_compare_is_said() -> None:
    found = _json("cilta-cel", "ide-cel", "--regulator", "HSA", "--only", "dose")
    assert found["results"] == []
    assert any("holds nothing of dose" in line for line in found["notices"])
    result = CliRunner().invoke(
        app, ["compare", "cilta-cel", "ide-cel", "-r", "HSA", "--only", "dose", "-f", "table"]
    )
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "at least two products"),
        (["cilta-cel"], 2, "cartref product cilta-cel shows one"),
        (["cilta-cel", "cilta-cel"], 2, "are one product, cilta-cel"),
        (["cilta-cel", "Carvykti"], 2, "'cilta-cel' and 'Carvykti' are one product"),
        (["cilta-cel", "ide-cel", "--only", "price"], 2, "there are product, indications, dose"),
        (["cilta-cel", "ide-cel", "--regulator", "XYZ"], 2, "no regulator 'XYZ'"),
        (["cilta-cel", "ide-cel", "--as-of", "2099-01-01"], 2, "--as-of"),
        (["cilta-cel", "evicel"], 3, "evicel"),
        (["cilta-cel", "carvicti", "--exact"], 3, "carvicti"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_questions_are_refused(arguments: list[str], code: int, told: str) -> None:
    result = CliRunner().invoke(app, ["compare", *arguments])
    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr


# ---- the picture


def test_the_picture_shows_the_rates_of_the_records() -> None:
    profiles = _profiles("cilta-cel", "ide-cel", "tisa-cel")
    rows = compare(profiles, CATALOG, ["outcomes"])
    names = names_of_trials(profiles, CATALOG)
    forest = render.picture(rows, names)
    shown = [
        (row.group, row.label, row.n, series, estimate.value)
        for row in forest.rows
        for series, estimate in zip(forest.series, row.estimates, strict=True)
        if estimate
    ]
    wanted = [
        (
            item.product,
            f"{names[item.trial]}: {item.population}",
            item.n,
            item.endpoint,
            item.value,
        )
        for profile in profiles
        for item in profile.outcomes
        if item.id in {said.id for row in rows for cell in row.cells for said in cell.statements}
        if item.endpoint in render.RESPONSES
    ]
    assert sorted(map(str, shown)) == sorted(map(str, wanted))
    assert [row.group for row in forest.rows] == sorted(
        (row.group for row in forest.rows), key=["cilta-cel", "ide-cel", "tisa-cel"].index
    )
    assert all(row.cited for row in forest.rows)
    assert all(any(row.estimates) for row in forest.rows)


def test_the_picture_says_which_intervals_were_computed() -> None:
    profiles = _profiles("cilta-cel", "ide-cel")
    names = names_of_trials(profiles, CATALOG)
    forest = render.picture(compare(profiles, CATALOG, ["outcomes"]), names)
    by_label = {row.label: dict(zip(forest.series, row.estimates, strict=True))
                for row in forest.rows}  # fmt: skip
    assert by_label["CARTITUDE-1 (MM): treated"]["ORR"] == Estimate(97.9, 92.7, 99.7)
    low, high = wilson(85, 208)
    assert by_label["CARTITUDE-4 (MM): ITT"]["ORR"] == Estimate(85, low, high, computed=True)
    assert by_label["CARTITUDE-4 (MM): ITT"]["sCR"] is None


def test_a_page_says_each_legend_of_its_pictures_once() -> None:
    profiles = _profiles("cilta-cel", "tisa-cel")
    rows = compare(profiles, CATALOG, ["outcomes", "safety"])
    drawn = ask.pictures(CATALOG, rows, profiles)
    assert len(drawn) == 3
    for line in _json("cilta-cel", "tisa-cel", "--only", "outcomes", "--only", "safety")["notices"]:
        assert all(line.rstrip(".") not in note for forest in drawn for note in forest.notes)
    assert all("n.k.: not known." in forest.notes for forest in drawn)


def test_a_row_of_the_picture_says_disease_text_and_follow_up() -> None:
    profiles = _profiles("cilta-cel", "obe-cel", "tisa-cel", "axi-cel")
    names = names_of_trials(profiles, CATALOG)
    forest = render.picture(compare(profiles, CATALOG, ["outcomes"]), names)
    told = {row.label: row.detail for row in forest.rows}
    assert told["JULIET (LBCL): enrolled, US site cohort"] == "SmPC (EMA); follow-up 74.3 months"
    assert told["FELIX (B-ALL): EMA assessment set"] == "publication (EMA); follow-up not known"
    assert told["ELARA (FL): all leukapheresed"] == "FDA label; follow-up 9.1 months"
    of_cartitude = [row.detail for row in forest.rows if row.label == "CARTITUDE-1 (MM): treated"]
    assert of_cartitude == [
        "FDA label, indirect; follow-up 18 months", "publication; follow-up 27.7 months",
    ]  # fmt: skip
    assert "ZUMA-5 (FL, MZL): FL, primary efficacy set" in told
    assert any(note.startswith("Indirect") for note in forest.notes)
    [grid] = [block for block in render.blocks(compare(profiles, CATALOG, ["outcomes"]),
              ["cilta-cel", "obe-cel", "tisa-cel", "axi-cel"], names)
              if isinstance(block, Grid)]  # fmt: skip
    assert {row[1] for row in grid.rows} == {f"{row.label}; {row.detail}" for row in forest.rows}


def test_a_population_counted_twice_has_two_rows_and_half_an_interval_is_none() -> None:
    def said(value: float, n: int | None, ci_low: float | None = None) -> Statement:
        return Statement(
            text="", list="outcomes", id=f"x-{value}", trial="t", population="all", n=n,
            endpoint="ORR", value=value, unit="percent", ci_low=ci_low, basis="label",
            regulator="NMPA", indirect=False, sources=("s",),
        )  # fmt: skip

    cell = ComparisonCell(product="x", statements=(said(50, 10, 40), said(60, 10), said(70, None)))
    row = ComparisonRow(section="outcomes", topic="ORR", cells=(cell,))
    forest = render.picture([row], {"t": "T"})
    assert [(line.n, line.estimates) for line in forest.rows] == [
        (10, (Estimate(50),)),
        (10, (Estimate(60, *wilson(60, 10), computed=True),)),
        (None, (Estimate(70),)),
    ]


def test_no_rates_make_an_empty_picture() -> None:
    forest = render.picture(compare(_profiles("im19", "arlo-cel"), CATALOG, []), {})
    assert (forest.series, forest.rows) == ((), ())


def test_texts_that_may_not_have_stood_on_the_day_are_not_said_to_differ() -> None:
    question = "cilta-cel ide-cel --only monitoring --only warnings --as-of 2023-01-01"
    arguments = ["compare", *question.split(), "--json"]
    found = json.loads(CliRunner().invoke(app, arguments).stdout)
    open_texts = {
        key
        for product in ("cilta-cel", "ide-cel")
        for key in history.doubtful(CATALOG.profile(product), "2023-01-01")
    }
    rows = [
        row
        for row in found["results"]
        if any(item["id"] in open_texts for cell in row["cells"] for item in cell["statements"])
    ]
    assert rows
    assert {row["differs"] for row in rows} == {None}
