"""Overlays: what a reader lays over the dataset is added, marked and strictly checked."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import cartref
from cartref import loading, names, patients
from cartref.check import check_overlay_directory
from cartref.check.links import ASKED_TOGETHER
from cartref.cli import answer as answers
from cartref.cli import build
from cartref.cli.questions import explain, filters
from cartref.cli.streams import written_out
from cartref.errors import DataError, UsageError
from cartref.model.record import fields_of
from cartref.render import table
from cartref.render.document import OVERLAY, Facts, Grid, Versus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from typer.testing import Result

RUNNER = CliRunner()
app = build()

CODE = """
[[code]]
id = "demo-ndc"
system = "NDC"
code = "{}"
sources = ["demo-label"]
"""
FILES = {
    "products.toml": """
[[product]]
id = "demo-cel"
inn = "demoleucel"
short_name = "demo-cel"
status = "approved"
first_approved_by = "FDA"
first_approved = "2026-11-19"
names = [{ text = "Demovance", kind = "brand", regions = ["US"] }]
construct = { target = "CD19", sources = ["demo-label"] }
sources = ["demo-label"]
""",
    "labels/demo-cel.toml": """
product = "demo-cel"

[[indication]]
id = "demo-cel-fda-dlbcl"
regulator = "FDA"
approved = "2026-11-19"
status = "active"
diseases = ["dlbcl"]
age_min = 18
min_prior_lines = 2
summary = "Adults with DLBCL after two or more lines."
sources = ["demo-label"]

[[indication]]
id = "demo-cel-fda-mcl"
regulator = "FDA"
approved = "2026-11-19"
status = "active"
diseases = ["mcl"]
summary = "Relapsed or refractory MCL."
sources = ["demo-label"]
""",
    "trials/demo-cel.toml": """
product = "demo-cel"

[[trial]]
id = "demo-1"
name = "DEMO-1"
kind = "pivotal"
diseases = ["dlbcl"]
n_treated = 100
sources = ["demo-label"]

[[adverse_reaction]]
id = "demo-cel-crs"
trial = "demo-1"
event = "crs"
term = "Cytokine release syndrome"
measure = "reaction"
population = "all"
n = 100
any_grade_pct = 50
grade3plus_pct = 5
basis = "label"
sources = ["demo-label"]
""",
    "sources/demo-cel.toml": """
[[source]]
id = "demo-label"
title = "Demovance label"
publisher = "Example Hospital"
kind = "label"
date = "2026-11-19"
""",
}


LYMPHODEPLETION = ("id", "regulator", "diseases", "sources", "drugs")


def lay(directory: Path, changes: dict[str, str] | None = None) -> Path:
    """Write an overlay: the one above, with files added or in the place of others."""
    for file, text in {**FILES, **(changes or {})}.items():
        path = directory / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    """The overlay above."""
    return lay(tmp_path / "overlay")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An overlay that puts every record of the dataset in its own place."""
    place = tmp_path_factory.mktemp("everything") / "data"
    shutil.copytree(cartref.load().directory, place)
    products = place / "products.toml"
    head, table, rest = products.read_text(encoding="utf-8").partition("[[product]]")
    assert "[dataset]" in head
    products.write_text(table + rest, encoding="utf-8")
    return str(place)


def ask(*arguments: object) -> Result:
    """Run a command."""
    return RUNNER.invoke(app, [str(item) for item in arguments])


def asked(*arguments: object) -> dict[str, Any]:
    """The JSON answer of a command."""
    result = ask(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def origins(value: Any) -> Iterator[str]:
    """Every origin that stands anywhere in an answer."""
    if isinstance(value, dict):
        yield from (item for key, item in value.items() if key == "origin")
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from origins(item)


# ---- what is added


def test_an_added_product_is_found_and_marked_throughout(laid: Path) -> None:
    found = asked("product", "Demovance", "--data", laid)
    [result] = found["results"]
    assert result["id"] == "demo-cel"
    assert [item["id"] for item in result["indications"]] == [
        "demo-cel-fda-dlbcl",
        "demo-cel-fda-mcl",
    ]
    assert set(origins(found)) == {"overlay"}
    assert found["dataset"]["overlay"] == {
        "path": str(laid),
        "added": [
            "demo-1", "demo-cel", "demo-cel-crs", "demo-cel-fda-dlbcl", "demo-cel-fda-mcl",
            "demo-label",
        ],
        "replaced": [],
        "lacking": [],
    }  # fmt: skip
    assert found["notices"][-1] == "The overlay 'overlay' adds 6 records and replaces none."


def test_without_an_overlay_nothing_is_of_one(laid: Path) -> None:
    asked("product", "Demovance", "--data", laid)
    found = asked("product", "cilta-cel")
    assert found["dataset"]["overlay"] is None
    assert set(origins(found)) == {"bundled"}
    assert ask("product", "Demovance").exit_code == 3


def test_added_records_stand_among_the_bundled_ones(laid: Path) -> None:
    found = asked("indication", "DLBCL", "--regulator", "FDA", "--data", laid)["results"]
    assert {item["product"]: item["origin"] for item in found if item["product"] == "demo-cel"} == {
        "demo-cel": "overlay"
    }
    assert sum(item["origin"] == "bundled" for item in found) == len(found) - 1
    screened = asked(
        "eligibility", "DLBCL", "--age", 30, "--prior-lines", 2, "--regulator", "FDA",
        "--data", laid,
    )["results"]  # fmt: skip
    [verdict] = [item["verdict"] for item in screened if item["product"] == "demo-cel"]
    assert verdict == "met"


@pytest.mark.parametrize(
    ("arguments", "mark"),
    [
        ("product demo-cel --format table", "Identity [overlay]"),
        ("product demo-cel --format md", "### Identity\n\n- **Target**: CD19 [overlay]"),
        ("product demo-cel --format md --sources", "CD19 [overlay, 1]"),
        ("product --format table", "[overlay]"),
        ("indication DLBCL --regulator FDA --format md", "| demo-cel [overlay] |"),
        ("eligibility demo-cel --format md", "[overlay]"),
        ("eligibility DLBCL --age 30 --prior-lines 2 --format md", "demo-cel [overlay]"),
        ("side-effects CRS --format md", "demo-cel [overlay]"),
        ("compare demo-cel axi-cel --format md", "[overlay]"),
        ("report demo-cel --format md", "[overlay, 1]"),
        ("report demo-cel --format html", '<span class="refs">[overlay, <a href="#ref-1">1</a>]'),
        ("trial demo-1 --format md", "[overlay]"),
        ("timeline --product demo-cel --format md", "[overlay]"),
        ("pathway demo-cel --format md", "Adults with DLBCL after two or more lines. [overlay]"),
        ("search Demovance --format md", "[overlay]"),
        ("source demo-label --format md", "[overlay]"),
        ("side-effects demo-cel --format svg", "[overlay, 1]"),
        ("indication DLBCL --format svg", "[overlay"),
        ("timeline --product demo-cel --format svg", "demo-cel [overlay]"),
        ("timeline --product demo-cel --format table", "demo-cel [overlay]  "),
        (
            "product demo-cel --format md --sources",
            "Demovance label. 2026-11-19. address not known [overlay]",
        ),
        ("indication --format tsv", "\tbundled\n"),
        ("product demo-cel --format tsv", "demo-cel-fda-mcl\toverlay\n"),
        ("product demo-cel --format csv", "demo-cel-fda-mcl,overlay\n"),
        ("product demo-cel --format ndjson", '"origin": "overlay"'),
        ("data export --format ndjson", '"id": "demo-cel-fda-mcl", "product": "demo-cel"'),
    ],
)
def test_every_format_marks_what_comes_from_an_overlay(
    arguments: str, mark: str, laid: Path
) -> None:
    result = ask(*arguments.split(), "--data", laid)
    assert result.exit_code == 0, result.stderr
    assert mark in result.stdout
    assert "[overlay" not in ask(*arguments.replace("demo-cel", "axi-cel").split()).stdout


COMMANDS = (
    "product cilta-cel", "product", "indication", "indication DLBCL", "eligibility cilta-cel",
    "eligibility DLBCL --age 58 --prior-lines 1", "side-effects CRS", "side-effects tisa-cel",
    "compare cilta-cel ide-cel", "trial ZUMA-7", "trial", "timeline --all", "pathway obe-cel",
    "explain CRS", "explain", "search tocilizumab", "data info",
    "source maude-2018-eliana-nejm", "source", "report obe-cel",
)  # fmt: skip
# What no record says: of what it is that the dataset tells no regimen.
UNSAID = re.compile(r"^lymphodepletion for")


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_that_a_record_says_is_drawn_without_its_mark(
    command: str, everything: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []

    def kept(_: object, answer: answers.Answer, *__: object) -> None:
        drawn.extend((answer.document or answer.blocks)())

    monkeypatch.setattr(answers, "_deliver", kept)
    result = ask(*command.split(), "--data", everything)
    assert result.exit_code == 0, result.stderr
    grids = [part for part in drawn if isinstance(part, Grid) and not part.overview]
    assert [part.title for part in grids if len(part.cited) != len(part.rows)] == []
    assert [row for part in grids for row in part.cited if OVERLAY not in row] == []
    told = [part for part in drawn if isinstance(part, Facts) and part.title != "Facts given"]
    facts = [fact for part in told for fact in part.facts]
    versus = (part for part in drawn if isinstance(part, Versus))
    facts += [fact for part in versus for row in part.rows for cell in row.cells for fact in cell]
    assert grids or facts
    assert [
        fact for fact in facts if OVERLAY not in fact.cited and not UNSAID.search(fact.text)
    ] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_origin_of_an_answer_is_told(command: str, everything: str) -> None:
    if command.startswith("report"):
        pytest.skip("a brief has no JSON")
    found = asked(*command.split(), "--data", everything)
    assert set(origins(found)) == {"overlay"}
    plain = asked(*command.split())
    assert set(origins(plain)) == {"bundled"}
    for answer in (found, plain):
        answer["dataset"]["overlay"] = answer["notices"] = None
    text = json.dumps(found).replace('"origin": "overlay"', '"origin": "bundled"')
    assert json.loads(text) == plain


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_what_is_not_known_of_a_product_of_an_overlay_is_marked_as_it_is(
    form: str, laid: Path
) -> None:
    result = ask("compare", "demo-cel", "axi-cel", "--format", form, "--data", laid)
    lines = list(csv.DictReader(result.stdout.splitlines(), delimiter=",\t"[form == "tsv"]))
    unknown = [line for line in lines if line["statement"] in ("not known", "none known")]
    assert {line["product"] for line in unknown} == {"demo-cel", "axi-cel"}
    for line in unknown:
        expected = "overlay" if line["product"] == "demo-cel" else "bundled"
        assert (line["sources"], line["ids"], line["origin"]) == ("", "", expected)


def test_what_is_not_known_of_a_use_that_an_overlay_adds_is_marked(tmp_path: Path) -> None:
    use = FILES[LABEL].replace("demo-cel", "tisa-cel")
    sources = FILES[SOURCES]
    for file, text in {"labels/tisa-cel.toml": use, "sources/tisa-cel.toml": sources}.items():
        path = tmp_path / file
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    shown = ask("product", "tisa-cel", "--format", "md", "--data", tmp_path).stdout
    assert "**FDA, MCL**: not known here; see the label [overlay]" in shown


def test_the_counts_of_the_dataset_mark_what_an_overlay_adds(laid: Path) -> None:
    found = asked("data", "info", "--data", laid)
    both = [*found["results"], *found["not_known"]]
    assert {item["origin"] for item in both if item["product"] == "demo-cel"} == {"overlay"}
    assert {item["origin"] for item in both if item["product"] != "demo-cel"} == {"bundled"}
    shown = ask("data", "info", "--format", "md", "--data", laid).stdout
    assert "| demo-cel [overlay] | FDA | 2 |" in shown
    assert "| demo-cel [overlay] | 2 | 1 |" in shown
    assert "| axi-cel | FDA |" in shown
    assert "| trials [overlay] |" in shown
    assert "| terms |" in shown
    assert "- **demo-cel, FDA**: pathway (DLBCL, MCL)" in shown
    table = ask("data", "info", "--format", "tsv", "--data", laid).stdout.splitlines()
    assert table[0].split("\t")[-1] == "origin"
    assert {line.split("\t")[-1] for line in table if line.startswith("demo-cel")} == {"overlay"}
    assert {line.split("\t")[-1] for line in table[1:] if not line.startswith("demo-cel")} == {
        "bundled"
    }


def test_the_counts_of_a_bundled_product_to_which_an_overlay_adds_are_marked(
    short: Path,
) -> None:
    (short / PRODUCTS).unlink()
    found = asked("data", "info", "--data", short)["results"]
    marked = [(item["kind"], item["regulator"]) for item in found if item["origin"] == "overlay"]
    assert marked == [("monitoring", "FDA")]


# ---- what is replaced


def test_a_replaced_record_stands_in_its_place_and_is_named(tmp_path: Path) -> None:
    bundled = cartref.load().label("cilta-cel").lymphodepletion
    place = bundled[0].id
    text = f"""
product = "cilta-cel"

[[lymphodepletion]]
id = "{place}"
regulator = "FDA"
diseases = {list(bundled[0].diseases)}
sources = {list(bundled[0].sources)}

[[lymphodepletion.drugs]]
drug = "cyclophosphamide"
dose = 250
unit = "mg/m2"
days = 3
"""
    path = tmp_path / "labels" / "cilta-cel.toml"
    path.parent.mkdir()
    path.write_text(text.replace("'", '"'), encoding="utf-8")
    result = ask("product", "cilta-cel", "--json", "--data", tmp_path)
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    regimens = found["results"][0]["lymphodepletion"]
    assert [item["id"] for item in regimens] == [item.id for item in bundled]
    assert list(origins(regimens)) == ["overlay", *["bundled"] * (len(regimens) - 1)]
    lost = [name for name in fields_of(bundled[0]) if name in vars(bundled[0])]
    lost = [name for name in lost if name not in (*LYMPHODEPLETION, "product", "origin")]
    assert lost
    assert found["dataset"]["overlay"]["replaced"] == [place]
    assert found["dataset"]["overlay"]["lacking"] == [{"id": place, "keys": lost}]
    named = f"{place} (without {', '.join(lost)})"
    told = f"The overlay '{tmp_path.name}' adds 0 records and replaces 1: {named}."
    assert found["notices"][-1] == told
    assert told in ask("product", "cilta-cel", "--format", "tsv", "--data", tmp_path).stderr


SHORT = """
product = "ide-cel"

[[monitoring]]
id = "ide-cel-monitoring-fda-2025"
regulator = "FDA"
proximity_weeks = 4
sources = ["SOURCE"]
"""


@pytest.fixture
def short(tmp_path: Path, data_directory: Path) -> Path:
    """An overlay with a record that says less than the bundled one, and with one that does not."""
    products = (data_directory / PRODUCTS).read_text(encoding="utf-8").split("[[product]]\n")
    [own] = [text for text in products if 'id = "ide-cel"\n' in text]
    [source] = cartref.load().label("ide-cel").monitoring[0].sources[:1]
    texts = {
        "labels/ide-cel.toml": SHORT.replace("SOURCE", source),
        PRODUCTS: f"[[product]]\n{own}",
    }
    for file, text in texts.items():
        path = tmp_path / "short" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "short"


def test_what_a_replacement_does_not_say_is_named(short: Path) -> None:
    [bundled] = [
        item
        for item in cartref.load().label("ide-cel").monitoring
        if item.id == "ide-cel-monitoring-fda-2025"
    ]
    lost = [key for key in fields_of(bundled) if key in vars(bundled)]
    lost = [key for key in lost if f"\n{key} = " not in SHORT and key != "origin"]
    assert {"no_driving_weeks", "monitoring_weeks", "rems"} <= set(lost)
    told = (
        "The overlay 'short' adds 0 records and replaces 2: ide-cel,"
        f" ide-cel-monitoring-fda-2025 (without {', '.join(lost)})."
    )
    assert asked("product", "ide-cel", "--data", short)["notices"][-1] == told
    checked = ask("data", "check", "--data", short)
    assert checked.exit_code == 0, checked.output
    assert checked.stderr.splitlines()[-1] == told
    overlay = cartref.load(overlay=short).dataset.overlay
    assert overlay is not None
    assert [item.keys for item in overlay.lacking] == [tuple(lost)]


def test_what_the_construct_of_a_replacement_does_not_say_is_named(short: Path) -> None:
    path = short / PRODUCTS
    kept = [
        line
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith("binder = ")
    ]
    path.write_text("".join(kept), encoding="utf-8")
    assert "ide-cel (without construct.binder), ide-cel-monitoring-fda-2025 (without " in (
        ask("product", "ide-cel", "--format", "tsv", "--data", short).stderr
    )


def test_the_check_of_an_overlay_that_breaks_a_rule_says_nothing_of_what_it_does(
    short: Path,
) -> None:
    path = short / "labels/ide-cel.toml"
    path.write_text(SHORT.replace("= 4", "= -4"), encoding="utf-8")
    checked = ask("data", "check", "--data", short)
    assert checked.exit_code == 1
    assert "replaces" not in checked.output


def test_a_replaced_dose_of_today_is_not_known_of_a_day_before_it(tmp_path: Path) -> None:
    dose = next(item for item in cartref.load().label("axi-cel").doses if item.regulator == "FDA")
    path = tmp_path / "labels" / "axi-cel.toml"
    path.parent.mkdir()
    text = f"""
product = "axi-cel"

[[dose]]
id = "{dose.id}"
regulator = "FDA"
diseases = {list(dose.diseases)}
target_cells = 2_000_000
per_kg = true
valid_from = "2026-06-01"
sources = {list(dose.sources)}
"""
    path.write_text(text.replace("'", '"'), encoding="utf-8")
    words = ("product", "axi-cel", "--regulator", "FDA", "--data", tmp_path, "--as-of")
    assert asked(*words, "2026-10-01")["results"][0]["doses"][0]["target_cells"] == 2_000_000
    before = asked(*words, "2020-01-01")
    assert before["results"][0]["doses"] == []
    assert "Not known of that day: axi-cel doses (FDA)." in before["notices"]


# ---- where it comes from


def test_the_environment_names_an_overlay_and_the_option_wins(
    laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTREF_DATA", str(laid))
    assert asked("product", "demo-cel")["results"][0]["origin"] == "overlay"
    assert ask("resolve", "-").exit_code == 0
    assert ask("product", "demo-cel", "--data", tmp_path / "none").exit_code == 2
    monkeypatch.setenv("CARTREF_DATA", "")
    assert ask("product", "demo-cel").exit_code == 3


def test_every_command_that_reads_the_dataset_takes_an_overlay() -> None:
    groups = get_command(app).commands  # type: ignore[attr-defined]
    for name, command in groups.items():
        for inner in getattr(command, "commands", [""]):
            shown = ask(*name.split(), *inner.split(), "--help").stdout
            assert ("--data" in shown) == (inner != "schema"), f"{name} {inner}"


def test_a_program_gives_an_overlay_by_itself(laid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = cartref.load(overlay=laid)
    assert "demo-cel" in catalog.products
    assert cartref.resolve("Demovance", catalog=catalog).id == "demo-cel"
    assert [item.id for item in cartref.resolve_many(["Demovance"], catalog=catalog)] == [
        "demo-cel"
    ]
    assert [item.id for item in cartref.resolve_many(["Demovance"])] == [None]
    monkeypatch.setenv("CARTREF_DATA", str(laid))
    assert "demo-cel" not in cartref.load().products


def test_many_names_are_resolved_with_an_overlay(laid: Path) -> None:
    command = [sys.executable, "-m", "cartref", "resolve", "--data", str(laid)]
    asked_for = "Demovance\nYescarta\nnobody\n"
    for more, lines in (
        ([], ["Demovance\tdemo-cel\talias\tDemovance\t\tapproved\toverlay",
              "Yescarta\taxi-cel\talias\tYescarta\t\tapproved\tbundled",
              "nobody\t\tnone\t\t\t\t"]),
        (["--format", "csv"], ["Demovance,demo-cel,alias,Demovance,,approved,overlay"]),
        (["--json"], ['"status": "approved", "origin": "overlay"}']),
    ):  # fmt: skip
        found = subprocess.run(
            [*command, *more], input=asked_for, capture_output=True, text=True, check=True
        )
        assert all(line in found.stdout for line in lines), found.stdout
        assert found.stderr == "note: The overlay 'overlay' adds 6 records and replaces none.\n"


# ---- what is refused


class Broken(NamedTuple):
    """A way to break an overlay.

    Attributes:
        name: what is wrong
        file: the file that is wrong
        text: what it says
        says: what the error says after the path of that file
    """

    name: str
    file: str
    text: str
    says: str


def _changed(file: str, old: str, new: str) -> str:
    assert FILES[file].count(old) == 1, old
    return FILES[file].replace(old, new)


def _code(system: str, code: str) -> str:
    return f"""
[[code]]
id = "demo-cel-code"
system = "{system}"
code = "{code}"
sources = ["demo-label"]
"""


def _tisa_cel_again() -> str:
    """The first active indication of a bundled product, as a record of an overlay."""
    file = cartref.load().path("labels/tisa-cel.toml")
    with open(file, encoding="utf-8") as opened:
        _, first, *_ = opened.read().split("[[indication]]\n")
    fields = first.partition("\n[[")[0].split("\n")
    lines = [line for line in fields if not line.startswith("id = ")]
    assert 'status = "active"' in lines
    return 'product = "tisa-cel"\n\n[[indication]]\nid = "again"\n' + "\n".join(lines)


LABEL, TRIAL = "labels/demo-cel.toml", "trials/demo-cel.toml"
PRODUCTS, SOURCES = "products.toml", "sources/demo-cel.toml"
BROKEN = (
    Broken(
        "unknown-key", LABEL, _changed(LABEL, "age_min = 18", "age_mni = 18"),
        "demo-cel-fda-dlbcl: age_mni: unknown key; did you mean 'age_min'?",
    ),
    Broken(
        "origin-written-by-hand", LABEL, _changed(LABEL, "age_min = 18", 'origin = "bundled"'),
        "demo-cel-fda-dlbcl: origin: unknown key",
    ),
    Broken(
        "unknown-table", LABEL, FILES[LABEL].replace("[[indication]]", "[[indications]]"),
        "unknown table 'indications'; did you mean 'indication'?",
    ),
    Broken(
        "wrong-type", LABEL, _changed(LABEL, "age_min = 18", 'age_min = "18"'),
        "demo-cel-fda-dlbcl: age_min: expected a whole number, found '18'",
    ),
    Broken(
        "missing-key", LABEL, _changed(LABEL, 'regulator = "FDA"\napproved = "2026-11-19"\n'
        'status = "active"\ndiseases = ["mcl"]', 'status = "active"\ndiseases = ["mcl"]'),
        "demo-cel-fda-mcl: regulator: missing key",
    ),
    Broken(
        "unknown-disease", LABEL, _changed(LABEL, '["mcl"]', '["mlc"]'),
        "demo-cel-fda-mcl: diseases[0]: no disease 'mlc'",
    ),
    Broken(
        "disease-in-capitals", LABEL, _changed(LABEL, '["mcl"]', '["MCL"]'),
        "demo-cel-fda-mcl: diseases[0]: no disease 'MCL'; did you mean 'mcl'?",
    ),
    Broken(
        "id-twice", LABEL, _changed(LABEL, "demo-cel-fda-mcl", "demo-cel-fda-dlbcl"),
        "demo-cel-fda-dlbcl: id: stands twice",
    ),
    Broken(
        "id-of-another-table", LABEL, _changed(LABEL, "demo-cel-fda-mcl", "crs"),
        "crs: id: stands in adverse_events.toml already",
    ),
    Broken(
        "other-product-at-the-top", LABEL, _changed(LABEL, 'product = "demo-cel"', 'product = "x"'),
        "product: is 'x', not 'demo-cel'",
    ),
    Broken(
        "no-such-product", "labels/demo.toml", 'product = "demo"\n',
        "there is no product 'demo'",
    ),
    Broken(
        "misspelled-product", "labels/democel.toml", 'product = "democel"\n',
        "there is no product 'democel'; did you mean 'demo-cel'?",
    ),
    Broken(
        "no-such-source", LABEL,
        FILES[LABEL][::-1].replace('"lebal-omed"', '"lebal-on"', 1)[::-1],
        "demo-cel-fda-mcl: sources[0]: no source 'no-label'",
    ),
    Broken(
        "no-such-trial", TRIAL, _changed(TRIAL, 'trial = "demo-1"', 'trial = "demo-2"'),
        "demo-cel-crs: trial: no trial 'demo-2'",
    ),
    Broken(
        "percentage", TRIAL, _changed(TRIAL, "any_grade_pct = 50", "any_grade_pct = 500"),
        "demo-cel-crs: any_grade_pct: 500 is no percentage",
    ),
    Broken(
        "future", SOURCES, _changed(SOURCES, "2026-11-19", "2999-01-01"),
        "demo-label: date: '2999-01-01' is after today, 20",
    ),
    Broken(
        "escape", PRODUCTS, _changed(PRODUCTS, '"Demovance"', r'"Demo\u001B[31mvance"'),
        "demo-cel: names[0].text: has control or invisible characters",
    ),
    Broken(
        "right-to-left", SOURCES, _changed(SOURCES, "Demovance", "Demo\u202evance"),
        "demo-label: title: has control or invisible characters",
    ),
    Broken(
        "brand-of-another", PRODUCTS, _changed(PRODUCTS, '"Demovance"', '"Kymriah"'),
        "demo-cel: names: 'Kymriah' is a name of tisa-cel too",
    ),
    Broken(
        "id-of-another", PRODUCTS, _changed(PRODUCTS, '"Demovance"', '"tisa-cel"'),
        "demo-cel: names: 'tisa-cel' is the id of tisa-cel",
    ),
    Broken(
        "brand-as-id", "products.toml",
        FILES["products.toml"] + FILES["products.toml"].replace('"demo-cel"', '"carvykti"')
        .replace("Demovance", "Another brand").replace("demoleucel", "otherleucel")
        .replace('status = "approved"\nfirst_approved_by = "FDA"\nfirst_approved = "2026-11-19"',
                 'status = "investigational"'),
        "carvykti: names: 'carvykti' would be read as cilta-cel without the overlay",
    ),
    Broken(
        "code-of-another", LABEL, FILES[LABEL] + _code("HCPCS", "Q2042"),
        "demo-cel-code: code: 'Q2042' is a code of tisa-cel too",
    ),
    Broken(
        "code-of-another-as-name", PRODUCTS, _changed(PRODUCTS, '"Demovance"', '"Q2042"'),
        "demo-cel: names: 'Q2042' would be read as tisa-cel without the overlay",
    ),
    Broken(
        "ndc-of-another-with-zeros", LABEL, FILES[LABEL] + _code("NDC", "00078-0846-19"),
        "demo-cel-code: code: '00078-0846-19' is a code of tisa-cel too",
    ),
    Broken(
        "trial-of-another", TRIAL, _changed(TRIAL, 'trial = "demo-1"', 'trial = "zuma-1"'),
        "demo-cel-crs: trial: 'zuma-1' is a trial of axi-cel, in trials/axi-cel.toml",
    ),
    Broken(
        "path-as-id", PRODUCTS, _changed(PRODUCTS, 'id = "demo-cel"', 'id = "../../x"'),
        "../../x: id: is not kebab-case",
    ),
    Broken(
        "dataset", PRODUCTS, '[dataset]\nversion = "1"\nas_of = "2026-01-01"\n',
        "dataset: an overlay has none of its own",
    ),
    Broken(
        "criterion-of-another-kind", LABEL,
        _changed(
            LABEL, "age_min = 18",
            'criteria = [{ kind = "antigen", value = "anti-cd38-antibody" }]',
        ),
        "demo-cel-fda-dlbcl: criteria[0].value: 'anti-cd38-antibody' is none of 'antigen'",
    ),
    Broken(
        "more-patients-than-the-trial", TRIAL, _changed(TRIAL, "n = 100\nany", "n = 120\nany"),
        "demo-cel-crs: n: 120 is more than the 100 of trial 'demo-1', and no note says so",
    ),
    Broken(
        "part-of-a-patient", TRIAL, _changed(TRIAL, "any_grade_pct = 50", "any_grade_pct = 50.5"),
        "demo-cel-crs: any_grade_pct: 50.5 per cent of 100 is no whole number of patients",
    ),
    Broken(
        "reaction-twice", TRIAL,
        FILES[TRIAL] + FILES[TRIAL].partition("[[trial]]")[2].partition("\n[[adv")[1]
        + FILES[TRIAL].partition("\n[[adv")[2].replace('"demo-cel-crs"', '"demo-cel-crs-2"'),
        "demo-cel-crs-2: id: says again what 'demo-cel-crs' says",
    ),
    Broken(
        "indication-of-a-bundled-product-again", "labels/tisa-cel.toml", _tisa_cel_again(),
        "again: id: says again what 'tisa-cel-",
    ),
    Broken(
        "young-adults", LABEL,
        _changed(LABEL, "age_min = 18", 'population = "paediatric"\nage_min = 18'),
        "demo-cel-fda-dlbcl: age_min: 18 years is no lowest age of 'paediatric'",
    ),
    Broken(
        "dose-without-use", LABEL,
        FILES[LABEL] + '[[dose]]\nid = "demo-cel-dose"\nregulator = "EMA"\ndiseases = ["mcl"]\n'
        'sources = ["demo-label"]\n',
        "demo-cel-dose: regulator: there is no indication of EMA for demo-cel",
    ),
    Broken(
        "dose-for-another-disease", LABEL,
        FILES[LABEL] + '[[dose]]\nid = "demo-cel-dose"\nregulator = "FDA"\ndiseases = ["mm"]\n'
        'sources = ["demo-label"]\n',
        "demo-cel-dose: diseases[0]: there is no indication of FDA for 'mm'",
    ),
    Broken(
        "target-in-small-letters", PRODUCTS, _changed(PRODUCTS, '"CD19"', '"cd19"'),
        "demo-cel: construct.target: 'cd19' is 'CD19' of tisa-cel",
    ),
    Broken(
        "indication-before-the-first", LABEL,
        FILES[LABEL].replace("2026-11-19", "2026-10", 1),
        "demo-cel-fda-dlbcl: approved: '2026-10' lies before first_approved '2026-11-19'",
    ),
    Broken(
        "registered-as-another", TRIAL,
        _changed(TRIAL, 'kind = "pivotal"', 'kind = "pivotal"\nnct = "NCT02348216"'),
        "demo-1: nct: NCT02348216 is 'zuma-1' of axi-cel",
    ),
    Broken(
        "label-of-another-regulator",
        LABEL,
        FILES[LABEL][::-1].replace("lebal-omed", "ema-abecma-smpc-conditional"[::-1], 1)[::-1],
        "demo-cel-fda-mcl: sources: hold texts of EMA, and none of FDA",
    ),
    Broken(
        "lymphodepletion-tenfold", LABEL,
        FILES[LABEL] + '[[lymphodepletion]]\nid = "demo-cel-ld"\ndiseases = ["mcl"]\n'
        'drugs = [{ drug = "Fludarabine", dose = 300, unit = "mg/m2" }]\n'
        'sources = ["demo-label"]\n',
        "demo-cel-ld: drugs[0].dose: 300 mg/m2 of Fludarabine does not lie between 8 and 90",
    ),
    Broken(
        "region", PRODUCTS, _changed(PRODUCTS, '["US"]', '["UK"]'),
        "demo-cel: names[0].regions[0]: 'UK' is no ISO 3166 code, nor EU",
    ),
    Broken("not-toml", LABEL, "product = ", "is not valid TOML: "),
    Broken("stray-file", "label.toml", "", "is read by nothing"),
    Broken("stray-file-in-a-folder", "labels/demo-cel.yaml", "", "is read by nothing"),
)  # fmt: skip


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_overlay_is_refused_with_file_record_and_key(case: Broken, tmp_path: Path) -> None:
    lay(tmp_path, {case.file: case.text})
    for command in (("product", "axi-cel"), ("product", "axi-cel", "--json"), ("resolve", "-")):
        result = ask(*command, "--data", tmp_path)
        assert (result.exit_code, result.stdout) == (1, "")
        [line] = result.stderr.splitlines()
        assert line.startswith("error: ")
        assert os.path.join(tmp_path, case.file) in line
        assert case.says in line
    checked = ask("data", "check", "--data", tmp_path)
    assert checked.exit_code == 1
    told = (checked.stdout + checked.stderr).replace("\n", " ")
    assert case.says.rpartition(": ")[2] in told
    with pytest.raises(DataError):
        cartref.load(overlay=tmp_path)


def test_the_check_names_every_problem_of_an_overlay(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            TRIAL: _changed(TRIAL, "any_grade_pct = 50", "any_grade_pct = 500"),
            SOURCES: _changed(SOURCES, "2026-11-19", "2026-13-19"),
        },
    )
    result = ask("data", "check", "--data", tmp_path)
    assert result.exit_code == 1
    files = [line.split(": ")[0] for line in result.stdout.splitlines()]
    assert files == [str(tmp_path / SOURCES), str(tmp_path / TRIAL)]
    assert "and 1 more: cartref data check --data" in ask("product", "--data", tmp_path).stderr


# ---- names that would mean something else


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Carvyktii", "would be read as cilta-cel"),
        ("Carvyti", "would be read as cilta-cel"),
        ("KYM-RIAH", "would be read as tisa-cel"),
        ("Yescarta infusion bag", "would be read as axi-cel"),
        ("Breyanzi (Abecma)", "could be ide-cel, liso-cel"),
        ("axi cel", "would be read as axi-cel"),
        ("7128711901", "would be read as axi-cel"),
    ],
)
def test_no_name_of_an_overlay_takes_over_what_is_read_as_another_product(
    name: str, meant: str, tmp_path: Path
) -> None:
    lay(tmp_path, {PRODUCTS: _changed(PRODUCTS, "Demovance", name)})
    told = f"{tmp_path / PRODUCTS}: demo-cel: names: '{name}' {meant} without the overlay"
    assert list(map(str, check_overlay_directory(tmp_path))) == [told]


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        (
            "trials/demo-cel.toml",
            _changed("trials/demo-cel.toml", '"DEMO-1"', '"ZUMA7"'),
            "demo-1: names: 'ZUMA7' would be read as zuma-7",
        ),
        (
            "diseases.toml",
            (
                '[[disease]]\nid = "demo"\nname = "Demo"\nsynonyms = ["Folicular lymphoma"]\n'
                'sources = ["demo-label"]\n'
            ),
            "demo: names: 'Folicular lymphoma' would be read as fl",
        ),
        (
            "adverse_events.toml",
            (
                '[[adverse_event]]\nid = "demo"\nname = "Neutropoenia"\n'
                'category = "haematologic"\nsources = ["demo-label"]\n'
            ),
            "demo: names: 'Neutropoenia' would be read as neutropenia",
        ),
        (
            "terms.toml",
            (
                '[[term]]\nid = "demo"\nterm = "Leukapharesis"\nkind = "basics"\n'
                'meaning = "Demo."\nsources = ["demo-label"]\n'
            ),
            "demo: names: 'Leukapharesis' would be read as leukapheresis",
        ),
    ],
    ids=["trial", "disease", "event", "term"],
)
def test_no_name_of_another_kind_is_taken_over(
    file: str, text: str, told: str, tmp_path: Path
) -> None:
    lay(tmp_path, {file: text})
    [problem] = check_overlay_directory(tmp_path)
    assert str(problem) == f"{tmp_path / file}: {told} without the overlay"


def test_a_replaced_product_keeps_its_names_and_may_take_its_misspellings(
    tmp_path: Path, data_directory: Path
) -> None:
    _, *products = (data_directory / PRODUCTS).read_text(encoding="utf-8").split("[[product]]\n")
    [own] = [text for text in products if 'id = "cilta-cel"\n' in text]
    name = '{ text = "Carvyktii", kind = "synonym" }'
    changed = own.replace("names = [", f"names = [{name}, ", 1)
    assert changed != own
    (tmp_path / PRODUCTS).write_text(f"[[product]]\n{changed}", encoding="utf-8")
    assert check_overlay_directory(tmp_path) == []
    assert asked("product", "Carvyktii", "--data", tmp_path)["results"][0]["id"] == "cilta-cel"


def test_two_products_of_an_overlay_are_no_typing_error_apart(tmp_path: Path) -> None:
    other = (
        FILES[PRODUCTS]
        .replace('"demo-cel"', '"other-cel"')
        .replace('"demoleucel"', '"otherleucel"')
        .replace("Demovance", "Demovanse")
        .partition('status = "approved"')
    )
    late = other[2].partition("names =")
    text = f'{FILES[PRODUCTS]}{other[0]}status = "investigational"\n{late[1]}{late[2]}'
    lay(tmp_path, {PRODUCTS: text})
    assert [
        str(problem).partition(": names: ")[2] for problem in check_overlay_directory(tmp_path)
    ] == [
        "'Demovance' is a typing error away from 'Demovanse' of other-cel",
        "'Demovanse' is a typing error away from 'Demovance' of demo-cel",
    ]


def test_an_overlay_that_lies_one_folder_below_is_told(tmp_path: Path) -> None:
    lay(tmp_path / "data")
    told = f"{tmp_path / 'data'}: is read by nothing; if the overlay lies in it: --data"
    result = ask("data", "check", "--data", tmp_path)
    assert result.stdout == f"{told} {tmp_path / 'data'}\n"


def test_a_name_given_up_by_a_replaced_product_goes_to_no_other(
    tmp_path: Path, data_directory: Path
) -> None:
    _, *products = (data_directory / PRODUCTS).read_text(encoding="utf-8").split("[[product]]\n")
    [own] = [text for text in products if 'id = "cilta-cel"\n' in text]
    assert own.count('"Carvykti"') == 1
    given_up = own.replace('"Carvykti"', '"Another brand"')
    taken = _changed(PRODUCTS, "Demovance", "Carvykti")
    lay(tmp_path, {PRODUCTS: f"{taken}\n[[product]]\n{given_up}"})
    kept = "a record in the place of a bundled one keeps its names"
    told = [
        f"cilta-cel: names: 'Carvykti' is missing: {kept}",
        "demo-cel: names: 'Carvykti' would be read as cilta-cel without the overlay",
    ]
    found = list(map(str, check_overlay_directory(tmp_path)))
    assert found == [f"{tmp_path / PRODUCTS}: {line}" for line in told]


SOP = """
[[source]]
id = "demo-sop"
title = "Procedure"
publisher = "Example Hospital"
kind = "other"
date = "2026-11-19"
"""


def lay_one(directory: Path, file: str, text: str) -> list[str]:
    """Write an overlay of one file and a source, and say what is wrong with it."""
    for name, content in {file: text, "sources/shared.toml": SOP}.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return [
        str(problem).removeprefix(f"{directory / file}: ")
        for problem in check_overlay_directory(directory)
    ]


def _record(table: str, **values: object) -> str:
    """A record as a file of an overlay has it."""
    given = {"id": "demo-one", **values, "sources": ["demo-sop"]}
    return f"[[{table}]]\n" + "".join(
        f"{key} = {json.dumps(value)}\n" for key, value in given.items()
    )


def _branded(name: str) -> tuple[str, str]:
    """A product with this brand, and its file."""
    text = _record("product", short_name="demo-one", status="investigational")
    text += f'names = [{{ text = "{name}", kind = "brand" }}]\n'
    text += 'construct = { target = "CD19", sources = ["demo-sop"] }\n'
    return PRODUCTS, text


@pytest.mark.parametrize(
    ("place", "name", "meant"),
    [
        (_branded("CRS"), "CRS", "the adverse event crs"),
        (_branded("Severe CRS"), "Severe CRS", "the adverse event crs"),
        (_branded("DLBCL"), "DLBCL", "the disease dlbcl"),
        (_branded("ZUMA-1"), "ZUMA-1", "the trial zuma-1"),
        (_branded("Velcade"), "Velcade", "the therapy bortezomib"),
        (
            (
                "labels/axi-cel.toml",
                'product = "axi-cel"\n' + _record("code", system="BLA", code="CRS"),
            ),
            "CRS",
            "the adverse event crs",
        ),
        (
            ("terms.toml", _record("term", term="CRS", kind="basics", meaning="Demo.")),
            "CRS",
            "the adverse event crs",
        ),
        (
            (
                "trials/axi-cel.toml",
                'product = "axi-cel"\n' + _record("trial", name="Kymriah", kind="pivotal"),
            ),
            "Kymriah",
            "the product tisa-cel",
        ),
        (("diseases.toml", _record("disease", name="CRS")), "CRS", "the adverse event crs"),
        (
            (
                "diseases.toml",
                _record("disease", name="Demo", codes=[]).replace(
                    "codes = []", 'codes = [{ system = "ICD-10-CM", code = "D89.831" }]'
                ),
            ),
            "D89.831",
            "the adverse event crs",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_no_name_of_an_overlay_hides_a_record_of_another_kind(
    place: tuple[str, str], name: str, meant: str, tmp_path: Path
) -> None:
    told = lay_one(tmp_path, *place)
    assert any(f"'{name}' would be read as {meant} without the overlay" in line for line in told)


def test_a_term_may_explain_what_no_question_asks_for_beside_terms(tmp_path: Path) -> None:
    text = _record("term", term="ZUMA-1", kind="basics", meaning="Demo.")
    assert lay_one(tmp_path, "terms.toml", text) == []


@pytest.mark.parametrize(
    "question",
    ["side-effects x", "eligibility x", "timeline x", "trial x", "explain x", "indication x",
     "pathway x", "product x", "source x", "compare x y", "eligibility DLBCL --prior x"],
)  # fmt: skip
def test_the_kinds_that_a_question_asks_for_together_are_known(
    question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[tuple[str, ...]] = []
    resolve_any = names.resolve_any

    def noted(catalog: Any, kinds: Any, text: str, *, exact: bool = False) -> Any:
        asked_for.append(tuple(kinds))
        return resolve_any(catalog, kinds, text, exact=exact)

    for module in (filters, explain, patients):
        monkeypatch.setattr(module, "resolve_any", noted)
    assert ask(*question.split()).exit_code == 3
    together = [set(kinds) for kinds in ASKED_TOGETHER]
    assert [kinds for kinds in asked_for if set(kinds) not in together] == []


# ---- what a replacement may not change


def _own(table: str, record: str, data_directory: Path) -> tuple[str, str]:
    """The file of a bundled record, and its text as the only one of that file."""
    for path in sorted(data_directory.rglob("*.toml")):
        head, *blocks = re.split(r"(?m)^(?=\[\[\w+\]\]$)", path.read_text(encoding="utf-8"))
        for block in blocks:
            if block.startswith(f"[[{table}]]") and f'\nid = "{record}"\n' in block:
                product = re.search(r"(?m)^product = .+$", head)
                return path.relative_to(data_directory).as_posix(), (
                    f"{product[0] if product else ''}\n{block}"
                )
    raise AssertionError(record)


REMEDY = "what differs is a record with an id of its own"


@pytest.mark.parametrize(
    ("table", "record", "old", "new", "key", "says"),
    [
        ("disease", "dlbcl", 'name = "', 'name = "Foo ', "name", "must stay 'Diffuse large B-cell"),
        ("disease", "dlbcl", 'parent = "lbcl"', 'parent = "mm"', "parent", "must stay 'lbcl'"),
        ("disease", "mm", 'name = "', 'age_max = 17\nname = "', "age_max", "must not be set"),
        ("disease", "mm", 'name = "', 'set_apart = true\nname = "', "set_apart", "must not be set"),
        ("adverse_event", "crs", 'name = "', 'name = "Mild ', "name", "must stay 'Cytokine"),
        (
            "therapy", "bortezomib", 'kinds = ["', 'kinds = ["anti-cd38-antibody", "', "kinds",
            f"must stay ['proteasome-inhibitor']: bundled records rest on it; {REMEDY}",
        ),
        (
            "therapy", "bortezomib", 'name = "', 'name = "Plain ', "name",
            f"bundled records are shown by it; a new name is a synonym, and {REMEDY}",
        ),
        ("trial", "zuma-1", 'name = "ZUMA-1"', 'name = "SAHARA"', "name", "must stay 'ZUMA-1'"),
        ("trial", "zuma-1", 'kind = "pivotal"', 'kind = "real-world"', "kind", "'pivotal'"),
        ("product", "axi-cel", 'target = "CD19"', 'target = "BCMA"', "construct.target", "'CD19'"),
        ("product", "axi-cel", '"Yescarta"', '"Foo"', "names", "'Yescarta' is missing: a record"),
        ("trial", "zuma-1", 'nct = "NCT02348216"\n', "", "names", "'NCT02348216' is missing"),
        ("disease", "mm", '"myeloma",', "", "names", "'myeloma' is missing"),
        ("term", "leukapheresis", 'term = "', 'term = "Foo ', "term", "must stay 'Leukapheresis'"),
    ],
    ids=lambda value: value if isinstance(value, str) and re.fullmatch(r"[\w.-]+", value) else "",
)  # fmt: skip
def test_a_replacement_leaves_what_bundled_records_rest_on(
    table: str, record: str, old: str, new: str, key: str, says: str,
    tmp_path: Path, data_directory: Path,
) -> None:  # fmt: skip
    file, text = _own(table, record, data_directory)
    assert lay_one(tmp_path, file, text) == []
    assert old in text
    [told] = lay_one(tmp_path, file, text.replace(old, new, 1))
    assert told.startswith(f"{record}: {key}: ")
    assert says in told


def test_a_code_of_a_product_is_not_replaced_by_another(
    tmp_path: Path, data_directory: Path
) -> None:
    code = next(item for item in cartref.load().label("axi-cel").codes if item.system == "HCPCS")
    file, text = _own("code", code.id, data_directory)
    [told] = lay_one(tmp_path, file, text.replace(f'code = "{code.code}"', 'code = "Q9999"'))
    assert told.startswith(f"{code.id}: code: must stay '{code.code}'")


def test_an_investigational_product_may_come_to_be_approved(
    tmp_path: Path, data_directory: Path
) -> None:
    product = next(
        item for item in cartref.load().products.values() if item.status == "investigational"
    )
    file, text = _own("product", product.id, data_directory)
    granted = 'status = "approved"\nfirst_approved_by = "FDA"\nfirst_approved = "2026-11-19"'
    label = FILES[LABEL].replace('"demo-cel"', f'"{product.id}"').replace("demo-label", "demo-sop")
    assert lay_one(tmp_path, f"labels/{product.id}.toml", label) == []
    assert lay_one(tmp_path, file, text.replace('status = "investigational"', granted)) == []


# ---- files that nothing reads


@pytest.mark.parametrize(
    ("file", "text", "where"),
    [
        (
            "diseases.toml",
            '[[disease]]\nid = "axi-cel-dose-fda"\nname = "Demo"\nsources = ["demo-label"]\n',
            "labels/axi-cel.toml",
        ),
        (LABEL, _changed(LABEL, "demo-cel-fda-mcl", "dlbcl"), "diseases.toml"),
    ],
    ids=["before-the-bundled-record", "behind-it"],
)
def test_an_id_of_another_is_told_at_the_record_of_the_overlay(
    file: str, text: str, where: str, tmp_path: Path
) -> None:
    lay(tmp_path, {file: text})
    found = [item for item in check_overlay_directory(tmp_path) if item.key == "id"]
    assert [(item.file, item.message) for item in found] == [
        (str(tmp_path / file), f"stands in {where} already")
    ]


def test_every_stray_file_is_a_line_beside_the_other_problems(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "product.toml": "",
            "labels/demo-cel.yaml": "",
            TRIAL: _changed(TRIAL, "any_grade_pct = 50", "any_grade_pct = 500"),
        },
    )
    (tmp_path / "notes").mkdir()
    assert list(map(str, check_overlay_directory(tmp_path))) == [
        f"{tmp_path / 'labels' / 'demo-cel.yaml'}: is read by nothing",
        f"{tmp_path / 'notes'}: is read by nothing",
        f"{tmp_path / 'product.toml'}: is read by nothing; did you mean 'products.toml'?",
        f"{tmp_path / TRIAL}: demo-cel-crs: any_grade_pct: 500 is no percentage",
    ]


def test_an_overlay_of_nothing_but_stray_files_is_no_wrong_question(tmp_path: Path) -> None:
    (tmp_path / "label").mkdir()
    told = f"{tmp_path / 'label'}: is read by nothing; did you mean 'labels'?"
    assert list(map(str, check_overlay_directory(tmp_path))) == [told]
    with pytest.raises(DataError, match="is read by nothing"):
        cartref.load(overlay=tmp_path)


def test_a_file_may_begin_with_the_mark_of_its_encoding(laid: Path) -> None:
    path = laid / LABEL
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check_overlay_directory(laid) == []
    assert asked("product", "Demovance", "--data", laid)["results"][0]["id"] == "demo-cel"


def test_a_clean_overlay_is_said_to_be_clean(laid: Path) -> None:
    (laid / "README.md").write_text("Notes of the pharmacy.", encoding="utf-8")
    (laid / ".gitignore").write_text("*.bak", encoding="utf-8")
    result = ask("data", "check", "--data", laid)
    assert result.exit_code == 0, result.stdout
    assert result.stderr.startswith("The overlay is clean: ")


@pytest.mark.parametrize("place", ["none", "file", "empty"])
def test_a_directory_that_holds_no_overlay_is_a_wrong_question(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    result = ask("product", "axi-cel", "--data", tmp_path / place)
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert str(tmp_path / place) in line
    with pytest.raises(UsageError):
        cartref.load(overlay=tmp_path / place)


def test_a_file_that_is_too_large_is_not_read(laid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LARGEST", 2**18)
    (laid / "terms.toml").write_text("#" * (2**18 + 1), encoding="utf-8")
    result = ask("product", "axi-cel", "--data", laid)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"error: {laid / 'terms.toml'}: is larger than ")


@pytest.mark.parametrize("kind", ["loop", "dangling", "pipe", "folder"])
def test_what_is_no_file_is_refused(kind: str, laid: Path) -> None:
    path = laid / "terms.toml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(path if kind == "loop" else laid / "nothing")
    result = ask("product", "axi-cel", "--data", laid)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"error: {path}: is no file that can be read\n"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.symlink_to("nowhere"), "is a link that leads nowhere"),
        (lambda path: path.symlink_to(path.name), "is a link that leads nowhere"),
        (lambda path: path.write_text(""), "must be a directory with one file a product"),
    ],
    ids=["dangling", "loop", "file"],
)
@pytest.mark.parametrize("folder", ["labels", "trials", "sources"])
def test_what_stands_for_a_folder_and_is_none_is_told(
    folder: str, make: Callable[[Path], object], told: str, tmp_path: Path
) -> None:
    make(tmp_path / folder)
    assert list(map(str, check_overlay_directory(tmp_path))) == [f"{tmp_path / folder}: {told}"]


@pytest.mark.parametrize("id_", ["", "-"])
@pytest.mark.parametrize(
    ("file", "old", "place"),
    [
        ("products.toml", "demo-cel", "product 1"),
        ("labels/demo-cel.toml", "demo-cel-fda-mcl", "indication 2"),
        ("sources/demo-cel.toml", "demo-label", "source 1"),
    ],
)
def test_an_id_that_can_name_no_record_is_told_with_its_place(
    file: str, old: str, place: str, id_: str, tmp_path: Path
) -> None:
    lay(tmp_path, {file: _changed(file, f'id = "{old}"', f'id = "{id_}"')})
    [problem] = check_overlay_directory(tmp_path)
    assert str(problem) == f"{tmp_path / file}: {place}: id: '{id_}' is not kebab-case"


# ---- what is said of an overlay when a question fails


FAILING = (
    ("product nobody", 3),
    ("side-effects nobody", 3),
    ("compare axi-cel nobody", 3),
    ("product --target CD99", 2),
    ("eligibility DLBCL --prior nobody", 3),
)


@pytest.mark.parametrize(("question", "code"), FAILING)
def test_an_answer_that_fails_tells_of_the_overlay_too(
    question: str, code: int, laid: Path
) -> None:
    told = "The overlay 'overlay' adds 6 records and replaces none."
    plain = ask(*question.split(), "--data", laid)
    assert (plain.exit_code, plain.stdout) == (code, "")
    note, error = plain.stderr.splitlines()
    assert note == f"note: {told}"
    assert error.startswith("error: ")
    structured = ask(*question.split(), "--json", "--data", laid)
    assert structured.exit_code == code
    assert json.loads(structured.stdout)["notices"] == [error.removeprefix("error: "), told]
    assert structured.stderr == f"{error}\n"
    assert len(ask(*question.split()).stderr.splitlines()) == 1


# ---- a directory whose name steers


@pytest.mark.parametrize(
    "question",
    [
        "product -f table", "product -f md", "product -f tsv", "product -f csv", "product --json",
        "timeline -f html", "timeline -f svg", "report demo-cel", "product nobody",
        "product nobody --json", "product demo-cel --sources -f table", "data info", "resolve -",
    ],
)  # fmt: skip
def test_the_name_of_an_overlay_steers_nothing(question: str, tmp_path: Path) -> None:
    directory = lay(tmp_path / "e\x1b[31m\u202e\u3164x")
    result = ask(*question.split(), "--data", directory)
    assert result.exit_code == (3 if "nobody" in question else 0)
    shown = result.stdout + result.stderr
    assert [sign for sign in ("\x1b[31", "\u202e", "\u3164") if sign in shown] == []
    assert "x1b[31m" in shown
    if question == "product --json":
        assert json.loads(result.stdout)["dataset"]["overlay"]["path"] == str(directory)


# ---- signs that nobody sees

UNSEEN = "\u034f\u115f\u1160\u17b4\u180b\u180c\u180d\u180e\u2800\u3164\ufe00\ufe0e\ufe0f\uffa0"


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_a_text_with_a_sign_that_nobody_sees_is_refused(sign: str, tmp_path: Path) -> None:
    lay(tmp_path, {SOURCES: _changed(SOURCES, "Demovance", f"Demo{sign}vance")})
    told = [str(problem) for problem in check_overlay_directory(tmp_path)]
    assert len(told) == 1
    assert "demo-label: title: " in told[0]
    shown = ask("product", f"no{sign}body").stderr
    assert sign not in shown
    assert sign.encode("unicode_escape").decode() in shown


@pytest.mark.parametrize("text", ["奕凯达", "킴리아", "Müller", "e\u0301a", "❤", "한국어 이름"])
def test_names_in_other_scripts_stay_as_they_are(text: str) -> None:
    assert written_out(text) == text


# ---- what must not end in an internal error


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("labels/demo-cel.toml", None, CODE.format("12345"), "12345"),
        ("products.toml", 'inn = "demoleucel"', 'inn = " "', "inn"),
    ],
    ids=["ndc-without-hyphens", "inn-of-spaces"],
)
def test_a_name_of_an_odd_shape_is_a_problem_of_its_record(
    file: str, old: str | None, new: str, said: str, laid: Path
) -> None:
    path = laid / file
    text = path.read_text()
    path.write_text(text + new if old is None else text.replace(old, new))
    result = ask("data", "check", "--data", laid)
    assert result.exit_code == 1
    assert "internal error" not in result.stderr
    assert said in result.output


def test_a_withdrawn_product_is_not_called_investigational(laid: Path) -> None:
    path = laid / "products.toml"
    path.write_text(path.read_text().replace('status = "approved"', 'status = "withdrawn"'))
    label = laid / LABEL
    label.write_text(label.read_text().replace('"active"', '"withdrawn"\nended = "2026-11-20"'))
    for command in ("eligibility", "side-effects"):
        result = ask(command, "demo-cel", "--data", laid, "--format", "md")
        assert "investigational" not in result.output
    listed = asked("product", "--status", "withdrawn", "--data", laid)["results"]
    assert [item["id"] for item in listed] == ["demo-cel"]


def test_an_approval_of_two_products_stands_in_both_lanes(laid: Path) -> None:
    (laid / "class.toml").write_text(
        '[[regulatory_event]]\nid = "demo-both"\nbody = "FDA"\ndate = "2026-11-18"\n'
        'kind = "approval"\ntitle = "Two approved"\nproducts = ["axi-cel", "demo-cel"]\n'
        'sources = ["demo-label"]\n'
    )
    result = ask("timeline", "--data", laid, "--format", "table", "--since", "2026-11")
    assert result.exit_code == 0, result.output


def test_facts_without_any_are_drawn_as_none() -> None:
    drawn = io.StringIO()
    table.draw([Facts("Management", ())], {}, drawn)
    assert drawn.getvalue() == ""
