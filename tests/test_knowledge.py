"""Trials, the pathway, terms, sources and search, and the exports."""

from __future__ import annotations

import csv
import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

import cartref
from cartref import export
from cartref.cli import build

if TYPE_CHECKING:
    from pathlib import Path

app = build()

RUNNER = CliRunner()
CATALOG = cartref.load()
LISTS = export.lists(CATALOG)


def _json(*arguments: str, code: int = 0) -> dict[str, Any]:
    result = RUNNER.invoke(app, [*arguments, "--json"])
    assert result.exit_code == code, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


# ---- trial


@pytest.mark.parametrize("name", ["ZUMA-7", "zuma 7", "NCT03391466", "nct03391466"])
def test_a_trial_is_found_by_name_and_number(name: str) -> None:
    envelope = _json("trial", name)
    [found] = envelope["results"]
    assert (envelope["command"], found["id"], found["nct"]) == ("trial", "zuma-7", "NCT03391466")
    assert {item["trial"] for item in found["outcomes"]} == {"zuma-7"}
    assert any(item["endpoint"] == "HR-EFS" for item in found["outcomes"])
    assert found["publication"]


def test_a_number_of_several_records_shows_them_all() -> None:
    shared: dict[str, list[str]] = {}
    for item in CATALOG.trials.values():
        if item.nct:
            shared.setdefault(item.nct, []).append(item.id)
    number, ids = next((nct, found) for nct, found in shared.items() if len(found) > 1)
    envelope = _json("trial", number)
    assert [item["id"] for item in envelope["results"]] == ids
    assert envelope["query"]["match"]["alternatives"] == ids[1:]
    assert f"{number} stands for {len(ids)} records" in envelope["notices"][0]


def test_a_product_leads_to_its_trials() -> None:
    envelope = _json("trial", "cilta-cel")
    assert envelope["command"] == "trials"
    assert {item["product"] for item in envelope["results"]} == {"cilta-cel"}
    pivotal = _json("trial", "cilta-cel", "--kind", "pivotal")["results"]
    assert {item["id"] for item in pivotal} >= {"cartitude-1", "cartitude-4"}


def test_a_disease_leads_to_its_trials() -> None:
    assert _json("trial", "MCL")["results"] == _json("trial", "--disease", "MCL")["results"]


def test_the_list_of_trials_takes_filters() -> None:
    found = _json("trial", "--kind", "real-world", "--disease", "MM")["results"]
    assert found
    assert {item["kind"] for item in found} == {"real-world"}
    solid = _json("trial", "--target", "CLDN18.2")["results"]
    assert [item["id"] for item in solid] == ["ct041-st-01"]


def test_a_study_of_several_products_belongs_to_none() -> None:
    [found] = _json("trial", "medicare-dlbcl-65-plus")["results"]
    assert (found["product"], found["kind"], found["n_treated"]) == (None, "real-world", 551)
    assert found["outcomes"]


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (["ZUMA-99"], 3, "no trial or product or disease is named 'ZUMA-99'"),
        (["NCT00000001"], 3, "no trial or product or disease is named"),
        (["--kind", "secret"], 2, "there are pivotal, supportive"),
        (["ZUMA-7", "--disease", "MM"], 2, "--disease does not go with a name"),
    ],
    ids=["name", "number", "kind", "filter"],
)
def test_a_wrong_trial_is_one_clear_line(arguments: list[str], code: int, hint: str) -> None:
    result = RUNNER.invoke(app, ["trial", *arguments])
    assert (result.exit_code, result.stdout) == (code, "")
    assert hint in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_trial_says_which_approvals_rest_on_it() -> None:
    shown = RUNNER.invoke(app, ["trial", "JULIET", "--format", "table"]).stdout
    assert "FDA 2018-05-01: LBCL, 3L+" in " ".join(shown.split())


# ---- pathway


def test_the_way_has_eight_stages_in_order() -> None:
    stages = _json("pathway")["results"]
    assert [item["stage"] for item in stages] == [
        "referral", "leukapheresis", "bridging", "manufacturing", "lymphodepletion", "infusion",
        "early-monitoring", "long-term-follow-up",
    ]  # fmt: skip
    assert all(item["general"]["who"] and item["general"]["usual_time"] for item in stages)
    assert not any(item["own"] or item["doses"] for item in stages)


def test_a_product_brings_its_own_times_doses_and_rules() -> None:
    found = _json("pathway", "obe-cel")["results"]
    stages = {item["stage"]: item for item in found}
    assert {item["product"] for item in stages["infusion"]["doses"]} == {"obe-cel"}
    assert stages["manufacturing"]["logistics"]
    assert stages["early-monitoring"]["monitoring"]
    assert stages["referral"]["indications"]
    assert any(step["product"] == "obe-cel" for step in stages["infusion"]["own"])


def test_a_way_is_kept_to_one_regulator() -> None:
    found = _json("pathway", "axi-cel", "--regulator", "EMA")["results"]
    records = [
        record
        for item in found
        for name in ("doses", "lymphodepletion", "monitoring", "indications")
        for record in item[name]
    ]
    assert {record["regulator"] for record in records} == {"EMA"}


def test_filters_of_a_way_need_a_product() -> None:
    result = RUNNER.invoke(app, ["pathway", "--regulator", "EMA"])
    assert (result.exit_code, result.stdout) == (2, "")


def test_the_way_to_an_investigational_product_says_so() -> None:
    assert "anito-cel is investigational" in " ".join(_json("pathway", "anito-cel")["notices"])


# ---- explain


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("lymphodepletion", "term", "lymphodepletion"),
        ("Flu/Cy", "term", "lymphodepletion"),
        ("antigen loss", "term", "antigen-loss"),
        ("CRS", "adverse event", "crs"),
        ("mantle cell", "disease", "mcl"),
    ],
)
def test_terms_events_and_diseases_are_explained(name: str, kind: str, found: str) -> None:
    [item] = _json("explain", name)["results"]
    assert (item["kind"], item["id"]) == (kind, found)
    assert item["meaning"]
    assert item["sources"]


@pytest.mark.parametrize(
    ("name", "scales"),
    [
        ("ICE", {"ICE score"}),
        ("CAPD", {"ASTCT 2019 (CAPD)"}),
        ("ASTCT CRS grading", {"ASTCT 2019"}),
        ("ICAHT", {"EHA/EBMT 2023, early (days 0-30)", "EHA/EBMT 2023, late (after day 30)"}),
    ],
)
def test_grading_scales_are_drawn(name: str, scales: set[str]) -> None:
    [item] = _json("explain", name)["results"]
    assert {grading["scale"] for grading in item["gradings"]} == scales
    shown = RUNNER.invoke(app, ["explain", name, "--format", "table"]).stdout
    for scale in scales:
        assert f"Grading: {scale}" in shown


def test_crs_is_graded_sign_by_sign() -> None:
    shown = RUNNER.invoke(
        app, ["explain", "CRS", "--format", "table"], env={"COLUMNS": "100"}
    ).stdout
    heads = next(line for line in shown.splitlines() if line.startswith("Grade  "))
    assert heads.split() == ["Grade", "Temperature", "Hypotension", "Hypoxia"]


def test_every_term_is_explained_and_its_relations_lead_somewhere() -> None:
    assert len(CATALOG.terms) > 100
    for term in CATALOG.terms.values():
        [item] = _json("explain", term.term)["results"]
        assert item["id"] == term.id
    scales = {
        (event.id, scale.scale)
        for event in CATALOG.adverse_events.values()
        for scale in event.grading
    }
    for term in CATALOG.terms.values():
        assert {(term.event, scale) for scale in term.scales} <= scales


def test_a_product_is_no_term_and_says_where_it_stands() -> None:
    result = RUNNER.invoke(app, ["explain", "Carvykti"])
    assert result.exit_code == 3
    assert "it is a name of product cilta-cel: see cartref product" in result.stderr


# ---- source


def test_a_reference_shows_every_record_that_rests_on_it() -> None:
    [found] = _json("source", "maude-2018-eliana-nejm")["results"]
    assert found["url"] == "https://doi.org/10.1056/NEJMoa1709866"
    resting = {(item["list"], item["id"]) for item in found["records"]}
    expected = {
        (name, item.id)
        for name, records in LISTS.items()
        for item in records
        if "maude-2018-eliana-nejm" in getattr(item, "sources", ())
    }
    assert resting >= expected
    assert ("trials", "eliana") in resting
    assert _json("source", found["url"])["results"] == [found]


def test_every_reference_is_listed_and_filtered() -> None:
    assert len(_json("source")["results"]) == len(CATALOG.sources)
    labels = _json("source", "--kind", "label", "--product", "obe-cel")["results"]
    assert labels
    assert {item["kind"] for item in labels} == {"label"}


def test_an_unknown_reference_is_refused() -> None:
    result = RUNNER.invoke(app, ["source", "no-such-paper"])
    assert (result.exit_code, result.stdout) == (3, "")


# ---- search


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Carvykti", ("products", "cilta-cel")),
        ("leukapheresis", ("terms", "leukapheresis")),
        ("mantle cell lymphoma", ("diseases", "mcl")),
        ("NCT03391466", ("trials", "zuma-7")),
        ("ICANS", ("adverse_events", "icans")),
    ],
)
def test_the_best_hit_comes_first(text: str, first: tuple[str, str]) -> None:
    hit = _json("search", text)["results"][0]
    assert (hit["list"], hit["id"]) == first


def test_a_hit_holds_every_word() -> None:
    for hit in _json("search", "cerebral", "oedema", "--limit", "100")["results"]:
        item = next(item for item in LISTS[hit["list"]] if item.id == hit["id"])
        text = repr(item).casefold()
        assert "cerebral" in text
        assert "oedema" in text


@pytest.mark.parametrize(
    ("american", "british"),
    [
        ("pediatric", "paediatric"),
        ("tumor", "tumour"),
        ("anemia", "anaemia"),
        ("randomized", "randomised"),
        ("cerebral edema", "cerebral oedema"),
        ("hematologic", "haematologic"),
    ],
)
def test_british_and_american_spelling_find_the_same(american: str, british: str) -> None:
    found = [
        [hit["id"] for hit in _json("search", text, "--limit", "500")["results"]]
        for text in (american, british)
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "question",
    [
        ["tocilizumab", "--product", "cilta-cel"],
        ["fludarabine 25", "--list", "lymphodepletion"],
        ["300 mg/m2"],
    ],
    ids=" ".join,
)
def test_what_is_told_of_a_record_is_found_too(question: list[str]) -> None:
    assert _json("search", *question)["results"]


@pytest.mark.parametrize(
    "name",
    [
        "Abecma",
        "ABECMA,",
        "abecma®",
        "idecabtagene vicleucel",
        "idecabtagene",
        "bb2121",
        "59572-515",
    ],
)
def test_words_that_name_a_product_count_as_that_product(name: str) -> None:
    envelope = _json("search", "tocilizumab", name)
    [match] = envelope["query"]["filter_matches"]
    assert match["id"] == "ide-cel"
    found = {hit["id"] for hit in envelope["results"]}
    assert found == {hit["id"] for hit in _json("search", "tocilizumab ide-cel")["results"]}
    assert "ide-cel-monitoring-swissmedic" in found


def test_two_names_are_two_products_and_a_hit_holds_both() -> None:
    found = _json("search", "Abecma/Carvykti", "--limit", "100")
    assert [item["id"] for item in found["query"]["filter_matches"]] == ["ide-cel", "cilta-cel"]
    assert "class-event-fda-rems-removal" in {hit["id"] for hit in found["results"]}
    assert "ide-cel" not in {hit["id"] for hit in found["results"]}


@pytest.mark.parametrize("name", ["Abecmaa", "abec", "0540T"])
def test_words_that_nearly_name_a_product_are_words(name: str) -> None:
    result = RUNNER.invoke(app, ["search", "tocilizumab", name])
    assert (result.exit_code, result.stdout) == (3, "")


@pytest.mark.parametrize("text", ["bundled", "overlay", "https"])
def test_what_is_no_text_of_a_record_is_not_searched(text: str) -> None:
    result = RUNNER.invoke(app, ["search", text])
    assert (result.exit_code, result.stdout) == (3, "")


def test_what_sorts_the_names_of_a_product_is_no_text_of_it() -> None:
    found = {hit["id"] for hit in _json("search", "brand", "--limit", "500")["results"]}
    assert "ide-cel" not in found


def test_a_long_text_is_shown_around_the_word() -> None:
    for hit in _json("search", "tocilizumab", "--limit", "100")["results"]:
        assert len(hit["text"]) < 400
        assert "tocilizumab" in f"{hit['title']} {hit['text']}".casefold()


@pytest.mark.parametrize(
    ("text", "hint"),
    [("Carvicti", "perhaps Carvykti"), ("tocilizumb", "perhaps tocilizumab")],
)
def test_a_misspelt_text_is_answered_with_a_suggestion(text: str, hint: str) -> None:
    result = RUNNER.invoke(app, ["search", text])
    assert (result.exit_code, result.stdout) == (3, "")
    assert hint in result.stderr


def test_hits_are_limited_and_the_rest_is_told() -> None:
    envelope = _json("search", "lymphoma", "--limit", "3")
    assert len(envelope["results"]) == 3
    assert "The best 3 of" in envelope["notices"][0]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["xyzzy"], 3), ([""], 2), (["crs", "--list", "nothing"], 2), ([], 2)],
    ids=["nothing", "empty", "no list", "no text"],
)
def test_a_search_without_answer_is_one_line(arguments: list[str], code: int) -> None:
    result = RUNNER.invoke(app, ["search", *arguments])
    assert (result.exit_code, result.stdout) == (code, "")


def _shown_by(command: str) -> dict[str, Any]:
    return _json(*command.split()[1:])


@pytest.mark.parametrize("name", sorted(LISTS))
def test_the_command_of_a_hit_shows_its_record(name: str) -> None:
    from cartref.cli.questions.hits import command

    shown = 0
    for item in LISTS[name][:: max(len(LISTS[name]) // 4, 1)]:
        told = command(name, item)
        assert f'"{item.id}"' in json.dumps(_shown_by(told)), told
        shown += 1
    assert shown


# ---- exports


def test_lines_hold_every_record_once() -> None:
    lines = [json.loads(line) for line in RUNNER.invoke(
        app, ["data", "export", "--format", "ndjson"]
    ).stdout.splitlines()]  # fmt: skip
    assert lines[0]["list"] == "dataset"
    found = [(line["list"], line["id"]) for line in lines[1:]]
    assert found == [(name, item.id) for name, records in LISTS.items() for item in records]


def test_tables_hold_every_record_and_value(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    result = RUNNER.invoke(app, ["data", "export", "--format", "csv", "--output", str(folder)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert {path.stem for path in folder.iterdir()} == {"dataset", *LISTS}
    with (folder / "dataset.csv").open(encoding="utf-8", newline="") as file:
        [state] = csv.DictReader(file)
    assert state["as_of"] == CATALOG.dataset.as_of
    for name, records in LISTS.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["id"] for row in rows] == [item.id for item in records]
        for row, item in zip(rows, records, strict=True):
            assert list(row) == list(item.fields_)
            for key, cell in row.items():
                value = getattr(item, key)
                if isinstance(value, str):
                    assert cell == value
                elif value is None:
                    assert cell == ""
                elif isinstance(value, (int, float)) and not isinstance(value, bool):
                    assert float(cell) == value
                elif isinstance(value, tuple) and all(isinstance(part, str) for part in value):
                    assert json.loads(cell) == list(value)


def test_tables_may_be_written_again(tmp_path: Path) -> None:
    for _ in range(2):
        arguments = ["data", "export", "--format", "csv", "--output", str(tmp_path)]
        assert RUNNER.invoke(app, arguments).exit_code == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv"}


def test_tables_need_a_directory() -> None:
    result = RUNNER.invoke(app, ["data", "export", "--format", "csv"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--output DIR" in result.stderr


@pytest.mark.parametrize("format", ["json", "ndjson", "csv"])
def test_what_cannot_be_written_is_one_line_and_nothing_half_written(
    format: str, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    target = file / "below"  # a file is no directory
    result = RUNNER.invoke(app, ["data", "export", "--format", format, "--output", str(target)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == ["file"]
    assert file.read_text(encoding="utf-8") == "mine"


def test_the_ending_of_a_file_tells_the_format_of_an_export(tmp_path: Path) -> None:
    lines = RUNNER.invoke(app, ["data", "export", "--format", "ndjson"]).stdout
    for name in ("all.ndjson", "all.jsonl"):
        target = tmp_path / name
        assert RUNNER.invoke(app, ["data", "export", "--output", str(target)]).exit_code == 0
        assert target.read_text(encoding="utf-8") == lines


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("--output all.ndjson --format json", "ask for different things"),
        ("--output all.json --format csv", "ask for different things"),
        ("--output all.csv", "with --format csv a directory"),
        ("--output all.html", "a file of json or ndjson"),
    ],
)
def test_an_ending_that_says_another_format_is_refused(
    asked: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = RUNNER.invoke(app, ["data", "export", *asked.split()])
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in " ".join(result.stderr.split())
    assert os.listdir(tmp_path) == []


def test_an_export_into_a_file_is_the_one_on_stdout(tmp_path: Path) -> None:
    target = tmp_path / "all.json"
    assert RUNNER.invoke(app, ["data", "export", "--output", str(target)]).exit_code == 0
    assert target.read_text(encoding="utf-8") == RUNNER.invoke(app, ["data", "export"]).stdout


def test_a_hyphen_is_stdout_for_an_export_and_no_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for form in ("json", "ndjson"):
        command = ["data", "export", "--format", form]
        plain = RUNNER.invoke(app, command).stdout
        assert RUNNER.invoke(app, [*command, "-o", "-"]).stdout == plain
    result = RUNNER.invoke(app, ["data", "export", "--format", "csv", "--output", "-"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "give --output DIR" in result.stderr
    assert os.listdir(tmp_path) == []


def test_what_is_not_known_is_told_by_product_and_regulator() -> None:
    unknown = _json("data", "info")["not_known"]
    assert {"product": "relma-cel", "regulator": "NMPA", "kind": "doses",
            "diseases": ["lbcl", "fl", "mcl"], "origin": "bundled"} in unknown  # fmt: skip
    assert any(
        item["product"] == "anbal-cel" and item["kind"] == "construct.costimulatory_domain"
        for item in unknown
    )
