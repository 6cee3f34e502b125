"""The commands as their users meet them: answers, streams, formats, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from cartref import load
from cartref.cli import COMMANDS, build
from cartref.cli.repeats import refuse_repeats
from cartref.names import index_of

if TYPE_CHECKING:
    from collections.abc import Iterator

app = build()

RUNNER = CliRunner()
COMMAND = [sys.executable, "-m", "cartref"]
OVERLAY = os.path.join(os.path.dirname(os.path.dirname(__file__)), "examples", "overlay")


def _json(*arguments: str, code: int = 0) -> dict[str, Any]:
    """The envelope that a command prints with --json."""
    result = RUNNER.invoke(app, [*arguments, "--json"])
    assert result.exit_code == code, result.output
    envelope: dict[str, Any] = json.loads(result.stdout)
    return envelope


def _table(width: int, *arguments: str) -> str:
    """What a command prints as a table on a terminal of this width."""
    environment = {"COLUMNS": str(width), "TERM": "dumb"}
    result = RUNNER.invoke(app, [*arguments, "--format", "table"], env=environment)
    assert result.exit_code == 0, result.output
    return result.stdout


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process, its output in a pipe."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, check=False, env={**os.environ, **environment}
    )


# ---- names


@pytest.mark.parametrize(
    "name",
    [
        "carvykti",
        "CILTA CEL",
        "ciltacabtagene autoleucel",
        "JNJ-68284528",
        "LCAR-B38M",
        "Q2056",
        "carvicti",
    ],
)
def test_every_name_of_a_product_leads_to_it(name: str) -> None:
    envelope = _json("product", name)
    assert envelope["results"][0]["id"] == "cilta-cel"


def test_a_typing_error_is_said_on_stderr() -> None:
    result = RUNNER.invoke(app, ["product", "carvicti", "--json"])
    assert json.loads(result.stdout)["query"]["match"]["kind"] == "fuzzy"
    assert "read 'carvicti' as 'Carvykti'" in result.stderr


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("evicel", 3),
        ("KTE-X29", 3),
        ("bb21217", 3),
        ("pembrolizumab", 3),
        ("", 2),
    ],
    ids=["evicel", "KTE-X29", "bb21217", "pembrolizumab", "empty"],
)
def test_what_is_not_ours_is_refused(name: str, code: int) -> None:
    envelope = _json("product", name, code=code)
    assert envelope["results"] == []
    assert envelope["sources"] == {}
    assert len(envelope["notices"]) == 1
    plain = RUNNER.invoke(app, ["product", name])
    assert (plain.exit_code, plain.stdout) == (code, "")
    assert plain.stderr.startswith("error: ")
    assert plain.stderr.count("\n") == 1


def test_an_ambiguous_name_ends_with_its_own_code() -> None:
    result = RUNNER.invoke(app, ["side-effects", "TRANSCEND"])
    assert result.exit_code == 4
    assert "transcend-fl" in result.stderr


def test_a_typing_error_in_a_filter_is_said_too() -> None:
    result = RUNNER.invoke(app, ["indication", "MM", "--product", "carvicti", "--json"])
    [match] = json.loads(result.stdout)["query"]["filter_matches"]
    assert (match["kind"], match["id"]) == ("fuzzy", "cilta-cel")
    assert "read 'carvicti' as 'Carvykti'" in result.stderr


def test_exact_refuses_a_typing_error() -> None:
    assert RUNNER.invoke(app, ["product", "carvicti", "--exact"]).exit_code == 3


# ---- product


def test_several_products_are_shown_in_order() -> None:
    found = [item["id"] for item in _json("product", "Abecma", "Carvykti")["results"]]
    assert found == ["ide-cel", "cilta-cel"]


APPROVED = {
    "tisa-cel", "axi-cel", "brexu-cel", "liso-cel", "ide-cel", "cilta-cel", "obe-cel", "relma-cel",
    "inati-cel", "renikeolunsai", "pcar-19b", "eque-cel", "zevor-cel", "satri-cel", "tali-cel",
    "var-cel", "cesni-cel", "anbal-cel",
}  # fmt: skip
INVESTIGATIONAL = {
    "anito-cel", "miv-cel", "arlo-cel", "cema-cel", "im19", "hd-cd19", "gemagenlecleucel",
    "carthedrall", "ribre-cel",
}  # fmt: skip


def _ids(*arguments: str) -> set[str]:
    """The ids of the products that a question for the list finds."""
    return {item["id"] for item in _json("product", *arguments)["results"]}


def test_the_list_holds_all_products_and_takes_filters() -> None:
    assert _ids() == _ids("--status", "approved") == APPROVED
    assert _ids("--target", "bcma") == {
        "ide-cel", "cilta-cel", "eque-cel", "zevor-cel", "cesni-cel",
    }  # fmt: skip
    assert _ids("--status", "withdrawn") == set()
    assert _ids("--disease", "MCL") == {"brexu-cel", "liso-cel", "relma-cel", "tali-cel", "var-cel"}


def test_the_list_of_a_regulator_tells_its_own_dates_in_order() -> None:
    found = _json("product", "--regulator", "NMPA")["results"]
    dates = {item["id"]: item["approvals"][0]["approved"] for item in found}
    assert dates == {
        "axi-cel": "2021-06-22",
        "relma-cel": "2021-09",
        "eque-cel": "2023-06-30",
        "inati-cel": "2023-11-07",
        "zevor-cel": "2024-02-23",
        "cilta-cel": "2024-08-27",
        "pcar-19b": "2025",
        "renikeolunsai": "2025-07",
        "satri-cel": "2026-06-22",
    }
    assert list(dates.values()) == sorted(dates.values())


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("satri-cel", "satri-cel"),
        ("NexCAR19", "tali-cel"),
        ("倍诺达", "relma-cel"),
        ("恺力美", "satri-cel"),
        ("림카토주", "anbal-cel"),
        ("Qartemi", "var-cel"),
        ("Limcarto", "anbal-cel"),
        ("ARI-0001", "var-cel"),
        ("ARI0002h", "cesni-cel"),
        ("actalycabtagene autoleucel", "tali-cel"),
    ],
)
def test_products_of_the_whole_world_are_found_by_their_names(name: str, product: str) -> None:
    [found] = _json("product", name)["results"]
    assert (found["id"], found["status"]) == (product, "approved")
    assert found["indications"]


# ---- investigational products


@pytest.mark.parametrize("name", sorted(INVESTIGATIONAL))
def test_an_investigational_product_says_that_it_is_not_approved(name: str) -> None:
    envelope = _json("product", name)
    [found] = envelope["results"]
    assert found["status"] == "investigational"
    assert found["indications"] == []
    assert (found["first_approved"], found["first_approved_by"]) == (None, None)
    assert f"{name} is investigational: no approval" in envelope["notices"][0]
    assert all(item["known_on"] for item in found["pending"])
    shown = " ".join(_table(100, "product", name).split())
    assert "investigational: not approved by any regulator" in shown


def test_investigational_products_are_listed_by_what_is_pending() -> None:
    myeloma = _ids("--status", "investigational", "--disease", "MM")
    assert myeloma >= {"anito-cel", "ribre-cel"}
    assert "miv-cel" not in myeloma
    american = _ids("--status", "investigational", "--regulator", "FDA")
    assert american >= {"anito-cel", "miv-cel"}
    assert "im19" not in american


def test_anito_cel_tells_what_is_pending_and_when_that_was_known() -> None:
    [pending] = _json("product", "anito-cel")["results"][0]["pending"]
    assert (pending["body"], pending["target_date"]) == ("FDA", "2026-12-23")
    assert pending["known_on"] == "2026-08-04"
    shown = " ".join(_table(100, "product", "anito-cel").split())
    assert "decision due 2026-12-23; known on 2026-08-04" in shown


def test_investigational_products_stand_among_no_approvals() -> None:
    assert _ids("--status", "investigational") == INVESTIGATIONAL
    assert not _ids() & INVESTIGATIONAL
    for question in (["indication", "MM"], ["eligibility", "MM"], ["side-effects", "CRS"]):
        assert not {item["product"] for item in _json(*question)["results"]} & INVESTIGATIONAL
    assert not {item["product"] for item in _json("trial")["results"]} & INVESTIGATIONAL
    [trial] = _json("trial", "iMMagine-1")["results"]
    assert trial["product"] == "anito-cel"
    assert "investigational: not approved" in " ".join(_json("trial", "iMMagine-1")["notices"])


def test_a_profile_can_be_kept_to_one_regulator() -> None:
    found = _json("product", "cilta-cel", "--regulator", "EU")["results"][0]
    assert {item["regulator"] for item in found["indications"]} == {"EMA"}
    assert {item["regulator"] for item in found["doses"]} <= {"EMA"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["product", "--regulator", "XYZ"],
        ["product", "--target", "CD7"],
        ["product", "--status", "pending"],
        ["product", "cilta-cel", "--target", "BCMA"],
        ["product", "--format", "pdf"],
        ["product", "--json", "--format", "csv"],
        ["data", "check", "nowhere"],
        ["indication", "--line", "0"],
        ["nonsense"],
    ],
    ids=" ".join,
)
def test_a_wrong_question_is_a_usage_error(arguments: list[str]) -> None:
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_words_that_are_one_name_need_no_quotes() -> None:
    found = _json("product", "ciltacabtagene", "autoleucel")["results"]
    assert [item["id"] for item in found] == ["cilta-cel"]


def test_a_profile_can_be_kept_to_one_disease() -> None:
    found = _json("product", "Kymriah", "--disease", "ALL", "--regulator", "EMA")["results"][0]
    assert {disease for item in found["indications"] for disease in item["diseases"]} == {"b-all"}
    assert {disease for item in found["doses"] for disease in item["diseases"]} == {"b-all"}
    assert {item["trial"] for item in found["outcomes"]} <= {
        trial["id"] for trial in found["trials"]
    }
    assert "juliet" not in {trial["id"] for trial in found["trials"]}


def test_the_rule_that_holds_stands_before_those_that_ended() -> None:
    for product in ("cilta-cel", "axi-cel", "liso-cel", "ide-cel"):
        shown = " ".join(_table(100, "product", product, "--regulator", "FDA").split())
        now, _, before = shown.partition("Earlier monitoring rules")
        assert "2025-06" in now.partition("Monitoring after infusion")[2]
        assert "no driving for 8 weeks" not in now
        assert "no driving for 8 weeks" in before


def test_what_is_not_known_of_an_approved_use_is_said() -> None:
    shown = " ".join(_table(100, "product", "cilta-cel", "--regulator", "MHRA").split())
    assert "MHRA, MM not known here; see the label" in shown


def test_a_regulator_without_indication_is_said() -> None:
    (notice,) = _json("product", "liso-cel", "--regulator", "TGA")["notices"]
    assert notice.startswith("The dataset holds no indication of liso-cel with regulator TGA;")


def test_an_empty_list_says_so() -> None:
    envelope = _json("product", "--status", "withdrawn")
    assert envelope["results"] == []
    assert "holds no product with status withdrawn" in envelope["notices"][0]
    assert "First" not in _table(80, "product", "--status", "withdrawn")


# ---- indication and eligibility


def _covering(*arguments: str) -> set[tuple[str, str]]:
    envelope = _json("indication", *arguments)
    return {(item["product"], item["regulator"]) for item in envelope["results"]}


def test_dlbcl_at_the_ema() -> None:
    envelope = _json("indication", "DLBCL", "--regulator", "EMA")
    found = {
        (item["product"], item["approved"], item["min_prior_lines"]) for item in envelope["results"]
    }
    assert found == {
        ("tisa-cel", "2018-08-23", 2),
        ("axi-cel", "2018-08-23", 2),
        ("axi-cel", "2022-10-17", 1),
        ("liso-cel", "2022-04", 2),
        ("liso-cel", "2023-04-28", 1),
    }


@pytest.mark.parametrize(
    ("disease", "expected"),
    [
        ("mantle cell", {"brexu-cel", "liso-cel"}),
        ("MM", {"ide-cel", "cilta-cel"}),
        ("myeloma", {"ide-cel", "cilta-cel"}),
        ("B-ALL", {"tisa-cel", "brexu-cel", "obe-cel"}),
        ("CLL", {"liso-cel"}),
        ("MZL", {"liso-cel"}),
        ("FL", {"tisa-cel", "axi-cel", "liso-cel"}),
        ("LBCL", {"tisa-cel", "axi-cel", "liso-cel"}),
    ],
)
def test_diseases_at_the_fda(disease: str, expected: set[str]) -> None:
    assert {product for product, _ in _covering(disease, "--regulator", "FDA")} == expected


@pytest.mark.parametrize("disease", ["PCNSL", "smouldering myeloma", "Burkitt", "SLE"])
def test_what_no_label_names_is_not_covered(disease: str) -> None:
    envelope = _json("indication", disease)
    assert envelope["results"] == []
    assert any("holds no active indication" in notice for notice in envelope["notices"])


def test_primary_cns_lymphoma_shows_where_it_is_excluded() -> None:
    envelope = _json("indication", "primary CNS lymphoma", "--regulator", "FDA")
    found = {item["product"]: item["relation"] for item in envelope["not_covered"]}
    assert found == {
        "tisa-cel": "excluded",
        "liso-cel": "excluded",
        "axi-cel": "formerly-excluded",
    }


def test_grade_3b_belongs_to_large_cell_lymphoma() -> None:
    found = _json("indication", "FL grade 3B", "--regulator", "FDA")["results"]
    assert {item["product"] for item in found} >= {"liso-cel"}
    assert all("fl" not in item["diseases"] for item in found)


def test_ages_of_the_disease_and_of_the_label_must_meet() -> None:
    envelope = _json("indication", "pedB-ALL", "--regulator", "EMA")
    assert {item["product"] for item in envelope["results"]} == {"tisa-cel"}
    assert {item["relation"] for item in envelope["not_covered"]} == {"other-age"}


def test_an_empty_answer_names_the_filters_behind_it() -> None:
    notices = _json("indication", "FL", "--regulator", "TGA")["notices"]
    assert notices[0].startswith("The dataset holds no active indication of FL with regulator TGA;")


def test_an_indication_for_some_ages_is_a_part_of_the_disease() -> None:
    found = _json("indication", "B-ALL in adults", "--regulator", "EMA")["results"]
    relation = {item["product"]: item["relation"] for item in found}
    assert relation["tisa-cel"] == "part"
    (unclear,) = _json("indication", "B-ALL in adults", "--regulator", "HSA")["results"]
    assert unclear["relation"] == "part"


def test_a_note_stands_below_the_row_that_it_limits() -> None:
    shown = " ".join(_table(100, "indication", "FL", "--regulator", "MHRA").split())
    assert "axi-cel*" in shown
    assert "Notes (*)" in shown
    assert "axi-cel, MHRA" in shown


def test_ended_indications_are_counted() -> None:
    notices = _json("indication", "MM", "--regulator", "FDA")["notices"]
    assert "2 ended indications are left out: --all shows what ended." in notices


def test_relapsed_and_refractory_is_not_relapsed_or_refractory() -> None:
    both = _table(100, "eligibility", "ide-cel", "--regulator", "EMA")
    assert "relapsed and refractory" in both
    either = _table(100, "eligibility", "ide-cel", "--regulator", "FDA")
    assert "relapsed or refractory" in either


def test_a_line_of_therapy_filters() -> None:
    second = _covering("MM", "--line", "2", "--regulator", "FDA")
    assert second == {("cilta-cel", "FDA")}
    assert _covering("MM", "--line", "3", "--regulator", "FDA") == {
        ("cilta-cel", "FDA"),
        ("ide-cel", "FDA"),
    }


def test_ended_indications_come_on_request() -> None:
    now = _json("indication", "MM", "--regulator", "FDA")["results"]
    ever = _json("indication", "MM", "--regulator", "FDA", "--all")["results"]
    assert {item["status"] for item in now} == {"active"}
    assert {item["status"] for item in ever} == {"active", "superseded"}


def test_eligibility_tells_every_criterion() -> None:
    found = _json("eligibility", "cilta-cel", "--regulator", "FDA")["results"]
    (label,) = found
    assert (label["age_min"], label["min_prior_lines"]) == (18, 1)
    criteria = {(item["kind"], item["value"]) for item in label["criteria"]}
    assert {
        ("prior-therapy", "proteasome-inhibitor"),
        ("prior-therapy", "immunomodulatory-agent"),
        ("refractory-to", "lenalidomide"),
    } <= criteria


def test_eligibility_takes_a_disease_too() -> None:
    found = _json("eligibility", "B-ALL", "--regulator", "FDA")["results"]
    ages = {item["product"]: (item["age_min"], item["age_max"]) for item in found}
    assert ages == {"tisa-cel": (None, 25), "brexu-cel": (18, None), "obe-cel": (18, None)}


# ---- side effects


def _rates(*arguments: str) -> set[tuple[Any, ...]]:
    keys = ("trial", "n", "any_grade_pct", "grade3plus_pct", "basis")
    envelope = _json("side-effects", *arguments)
    return {tuple(item[key] for key in keys) for item in envelope["results"]}


def test_crs_holds_the_figures_of_the_labels() -> None:
    found = _rates("CRS", "--product", "tisa-cel")
    assert ("eliana", 79, 77, 48, "FDA label") in found
    assert ("juliet", 115, 74, 23, "FDA label") in found
    assert ("juliet", 115, 57, 23, "SmPC") in found


def test_management_leaves_out_the_labels_of_other_products() -> None:
    every = _table(100, "side-effects", "CRS")
    own = _table(100, "side-effects", "CRS", "--product", "cilta-cel")
    assert "Management: ASCO 2021" in own
    assert "Management: Liso-cel label" in every
    assert "Management: Liso-cel label" not in own


def test_a_label_told_by_others_says_so() -> None:
    found = _json("side-effects", "CRS")["results"]
    indirect = [item for item in found if item["indirect"]]
    assert indirect
    assert all(item["basis"] != "publication" for item in indirect)
    assert "FDA label, indirect" in " ".join(_table(160, "side-effects", "CRS").split())


def test_an_event_brings_its_grading_and_management() -> None:
    envelope = _json("side-effects", "CRS")
    event = envelope["event"]
    assert event["id"] == "crs"
    assert {grading["scale"] for grading in event["grading"]} >= {"ASTCT 2019"}
    assert event["management"]
    assert {item["product"] for item in envelope["results"]} >= {
        "tisa-cel", "axi-cel", "brexu-cel", "liso-cel", "ide-cel", "cilta-cel", "obe-cel",
    }  # fmt: skip


def test_the_overview_tells_crs_and_neurologic_toxicity_of_all() -> None:
    envelope = _json("side-effects")
    assert {item["event"] for item in envelope["results"]} <= {
        "crs",
        "icans",
        "neurologic-toxicity",
    }
    assert {item["product"] for item in envelope["results"]} >= {
        "tisa-cel", "axi-cel", "brexu-cel", "liso-cel", "ide-cel", "cilta-cel", "obe-cel",
    }  # fmt: skip
    assert any("do not rank products" in notice for notice in envelope["notices"])


def test_a_trial_tells_its_own_side_effects() -> None:
    envelope = _json("side-effects", "ZUMA-7")
    assert {item["trial"] for item in envelope["results"]} == {"zuma-7"}


def test_a_disease_keeps_the_trials_in_it() -> None:
    products = {
        item["product"] for item in _json("side-effects", "CRS", "--disease", "MM")["results"]
    }
    assert products == {"ide-cel", "cilta-cel", "eque-cel", "zevor-cel", "cesni-cel"}


# ---- formats and streams

QUESTIONS = [
    ["product"],
    ["product", "cilta-cel"],
    ["indication"],
    ["indication", "DLBCL"],
    ["eligibility", "liso-cel"],
    ["side-effects"],
    ["side-effects", "CRS"],
    ["side-effects", "obe-cel"],
    ["trial"],
    ["trial", "ZUMA-7"],
    ["timeline"],
    ["pathway", "obe-cel"],
    ["explain"],
    ["explain", "CRS"],
    ["search", "tocilizumab"],
    ["source", "maude-2018-eliana-nejm"],
    ["data", "info"],
]


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_tsv_lines_all_have_the_columns_of_the_heading(question: list[str]) -> None:
    result = RUNNER.invoke(app, question)
    lines = result.stdout.splitlines()
    assert len(lines) > 1
    assert {line.count("\t") for line in lines} == {lines[0].count("\t")}
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_csv_reads_back_as_the_lines_of_tsv(question: list[str]) -> None:
    import csv

    read = list(csv.reader(RUNNER.invoke(app, [*question, "-f", "csv"]).stdout.splitlines()))
    lines = RUNNER.invoke(app, [*question, "-f", "tsv"]).stdout.splitlines()
    assert read == [line.split("\t") for line in lines]


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_ndjson_is_one_envelope_a_result(question: list[str]) -> None:
    lines = RUNNER.invoke(app, [*question, "-f", "ndjson"]).stdout.splitlines()
    single = _json(*question)
    assert [json.loads(line)["results"][0] for line in lines] == single["results"]


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
@pytest.mark.parametrize("format", ["table", "md"])
def test_answers_for_people_end_with_date_and_disclaimer(question: list[str], format: str) -> None:
    result = RUNNER.invoke(app, [*question, "--format", format], env={"COLUMNS": "100"})
    footer = " ".join(result.stdout.split()[-14:])
    assert "as of 2026-11-20; reference only, not medical advice." in footer


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 140, 500])
@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_no_line_of_a_table_is_wider_than_the_screen(question: list[str], width: int) -> None:
    if width == 20 and question[0] in ("data", "source"):
        pytest.skip("counts, headings and addresses need more than 20 columns")
    lines = _table(width, *question).splitlines()
    assert max(len(line) for line in lines if "https://" not in line) <= width


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_percentage_is_lost_on_a_narrow_screen(width: int) -> None:
    shown = _table(width, "side-effects", "CRS", "--product", "obe-cel")
    for item in _json("side-effects", "CRS", "--product", "obe-cel")["results"]:
        for key in ("any_grade_pct", "grade3plus_pct"):
            if item[key] is not None and item["measure"] == "reaction":
                assert f"{item[key]:g}%" in shown


def test_a_hidden_column_is_told() -> None:
    assert "Too narrow for:" in _table(80, "product")
    assert "Too narrow for:" not in _table(200, "product")


def test_sources_are_numbered_on_request() -> None:
    shown = _table(120, "product", "obe-cel", "--sources")
    assert "[1]" in shown
    assert "Sources" in shown
    assert "https://" in shown
    assert "[1]" not in _table(120, "product", "obe-cel")


def test_every_cited_source_is_in_the_envelope() -> None:
    envelope = _json("product", "cilta-cel")
    text = json.dumps(envelope["results"])
    for key, source in envelope["sources"].items():
        assert key in text
        assert source["title"]
    cited = set(envelope["results"][0]["sources"])
    assert cited <= set(envelope["sources"])


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16", "latin-1"])
@pytest.mark.parametrize("format", ["table", "tsv", "md", "json"])
def test_no_encoding_stops_an_answer(encoding: str, format: str) -> None:
    result = _run("product", "axi-cel", "--format", format, PYTHONIOENCODING=encoding)
    assert result.returncode == 0
    assert b"Traceback" not in result.stderr
    assert "Yescarta" in result.stdout.decode(encoding)


@pytest.mark.parametrize(
    "question",
    [
        ["product", "tisa-cel"],
        ["product", "tisa-cel", "--format", "table"],
        ["side-effects", "CRS", "--format", "ndjson"],
        ["data", "export"],
        ["data", "schema"],
    ],
    ids=" ".join,
)
def test_a_reader_that_stops_early_is_no_error(question: list[str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, *question], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    _, errors = process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in errors


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "question",
    [
        ["product", "tisa-cel"],
        ["product", "--json"],
        ["data", "export"],
        ["product", "-f", "table"],
        ["--help"],
        ["product", "--help"],
    ],
    ids=" ".join,
)
def test_a_full_disk_is_one_line_and_exit_code_1(question: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [*COMMAND, *question], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert result.returncode == 1
    assert b"Traceback" not in result.stderr
    assert b"error: the answer cannot be written" in result.stderr


def test_a_pipe_gets_plain_lines_and_a_terminal_a_table() -> None:
    piped = _run("product").stdout.decode()
    assert piped.startswith("id\tinn\t")
    assert piped.count("\n") == 1 + len(APPROVED)


def test_every_command_is_in_the_help_and_can_be_built_alone() -> None:
    shown = RUNNER.invoke(app, ["--help"]).stdout
    for name in COMMANDS:
        assert f"\n  {name} " in shown
        alone = RUNNER.invoke(build([name]), [name, "--help"])
        assert alone.stdout == RUNNER.invoke(app, [name, "--help"]).stdout


def test_version_names_code_dataset_and_date() -> None:
    result = RUNNER.invoke(app, ["--version"])
    assert result.stdout.startswith("cartref 0.1.0, dataset 2026.")
    assert "as of 2026-" in result.stdout


def test_help_has_examples_and_exit_codes() -> None:
    for command in (
        "product", "indication", "eligibility", "side-effects", "trial", "timeline", "pathway",
        "explain", "search", "source",
    ):  # fmt: skip
        assert "Examples: cartref" in RUNNER.invoke(app, [command, "--help"]).stdout
    assert "3 not found" in " ".join(RUNNER.invoke(app, ["--help"]).stdout.split())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("cartref product carv", "carvykti"),
        ("cartref indication mant", "mantle cell lymphoma"),
        ("cartref side-effects CR", "CRS"),
        ("cartref product --regulator Sw", "Swissmedic"),
        ("cartref timeline --kind pen", "pending"),
        ("cartref trial mant", "mantle cell lymphoma"),
        (f"cartref source --data {OVERLAY} example", "example-hospital-sop-12"),
    ],
)
def test_completion_offers_names(arguments: str, expected: str) -> None:
    assert expected in _completed(arguments)


def test_completion_knows_the_overlay_of_the_environment() -> None:
    asked = "cartref source example"
    assert "example-hospital" not in _completed(asked)
    assert "example-hospital" in _completed(asked, CARTREF_DATA=OVERLAY)


def test_completion_over_a_missing_overlay_offers_nothing_in_silence() -> None:
    assert "carvykti" not in _completed("cartref product carv", CARTREF_DATA="no-such-directory")


def _completed(arguments: str, **environment: str) -> str:
    """What a shell is offered behind these words."""
    asked = {"_CARTREF_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": arguments, "TERM": "dumb"}
    result = _run(**asked, **environment)
    assert not result.stderr
    return result.stdout.decode()


def test_the_export_has_the_lists_that_others_build_on() -> None:
    exported = json.loads(RUNNER.invoke(app, ["data", "export", "--format", "json"]).stdout)
    assert {
        "products", "indications", "doses", "lymphodepletion", "monitoring", "boxed_warnings",
        "warnings", "regulatory_events", "trials", "outcomes", "adverse_reactions", "codes",
        "logistics", "diseases", "adverse_events", "terms", "pathway", "sources",
    } <= set(exported)  # fmt: skip
    sources = {source["id"] for source in exported["sources"]}
    for name, records in exported.items():
        if isinstance(records, list) and name != "sources":
            for record in records:
                assert set(record["sources"]) <= sources


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (["indication", "mantle", "cell"], "Mantle cell lymphoma"),
        (["side-effects", "cytokine", "release", "syndrome"], "Cytokine release syndrome"),
        (["eligibility", "ciltacabtagene", "autoleucel"], "cilta-cel"),
    ],
    ids=" ".join,
)
def test_a_name_needs_no_quotes(question: list[str], expected: str) -> None:
    assert expected in _table(80, *question)


@pytest.mark.parametrize(
    ("question", "code", "hint"),
    [
        (["indication", "C91.0"], 4, "could be all, b-all"),
        (["indication", "Kymriah"], 3, "it is a name of product tisa-cel: see cartref product"),
        (["product", "CARTITUDE-4"], 3, "trial cartitude-4: see cartref trial"),
        (["product", "38225"], 3, "a code that several products share"),
    ],
    ids=["shared code", "product", "trial", "class code"],
)
def test_a_refusal_says_what_the_name_is_elsewhere(
    question: list[str], code: int, hint: str
) -> None:
    result = RUNNER.invoke(app, question)
    assert result.exit_code == code
    assert hint in result.stderr


def test_a_term_that_says_more_than_the_event_stands_beside_its_rate() -> None:
    shown = " ".join(_table(120, "side-effects", "death").split())
    assert "death within 6 months of randomisation" in shown


def test_an_event_without_rates_points_to_the_wider_one() -> None:
    notices = _json("side-effects", "ICANS", "--product", "axi-cel")["notices"]
    assert "wider event neurologic-toxicity" in notices[0]


def test_a_plain_line_says_of_which_trial_a_regimen_is() -> None:
    lines = [
        line.split("\t")
        for line in RUNNER.invoke(app, ["product", "cilta-cel"]).stdout.splitlines()
    ]
    places = {(line[2], line[3]) for line in lines if line[1] == "lymphodepletion"}
    assert places == {("FDA", "MM"), ("", "MM, CARTITUDE-4")}


@pytest.mark.parametrize(
    ("sign", "told"),
    [("\x1b[31m", r"\x1b[31m"), ("\u202e", r"\u202e"), ("\u200b", r"\u200b"), ("\x07", r"\x07")],
    ids=["colour", "right to left", "zero width", "bell"],
)
@pytest.mark.parametrize(
    "question",
    [["product", "unknown{}name"], ["product", "--status", "x{}y"], ["timeline", "--since", "2{}"],
     ["eligibility", "--prior", "drug{}drug"]],
    ids=lambda question: " ".join(question[:2]),
)  # fmt: skip
def test_signs_that_steer_a_terminal_are_written_out(
    question: list[str], sign: str, told: str
) -> None:
    result = CliRunner().invoke(app, [word.replace("{}", sign) for word in question])
    assert result.exit_code in (2, 3)
    assert told in result.stderr
    assert sign not in result.stderr


# ---- options given twice


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with its words."""
    inner = getattr(command, "commands", {})
    for name, below in inner.items():
        yield from _leaves(below, (*path, name))
    if not inner:
        yield path, command


LEAVES = list(_leaves(get_command(app)))


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=lambda value: " ".join(value)
                         if isinstance(value, tuple) else "")  # fmt: skip
def test_an_option_that_takes_one_value_is_given_once(path: tuple[str, ...], command: Any) -> None:
    whole = get_command(app)
    for option in command.params:
        if option.param_type_name != "option" or option.is_flag:
            continue
        for first in option.opts:
            words = [*path, first, "x", f"{option.opts[0]}=y"]
            if option.multiple:
                refuse_repeats(whole, words)
                continue
            with pytest.raises(typer.BadParameter, match=f"{option.opts[0]} is given 2 times"):
                refuse_repeats(whole, words)
        refuse_repeats(whole, [*path, option.opts[0], option.opts[0]])  # its own name as its value
        refuse_repeats(whole, [*path, option.opts[0], "x", "--", option.opts[0]])


@pytest.mark.parametrize(
    "question",
    [
        "product -sr FDA -sr EMA",
        "product -sr FDA --regulator EMA",
        "indication MM -sp Carvykti -sp Abecma",
        "compare axi-cel tisa-cel -so a.md -so b.md",
        "product -rFDA -rEMA",
    ],
)
def test_an_option_behind_flags_is_given_once(question: str) -> None:
    with pytest.raises(typer.BadParameter, match="is given 2 times"):
        refuse_repeats(get_command(app), question.split())


@pytest.mark.parametrize(
    "question", ["product -sr FDA -s", "timeline -k label -k rems", "timeline -krems -kr"]
)
def test_what_is_given_once_or_may_repeat_is_taken(question: str) -> None:
    refuse_repeats(get_command(app), question.split())


@pytest.mark.parametrize(
    "question",
    [
        "product axi-cel --as-of=", "product --target=", "product --disease=", "product --status=",
        "product --regulator=", "indication --product=", "search cell --product=",
        "eligibility --age 50 --product=", "timeline --since=", "timeline --kind=",
    ],
)  # fmt: skip
def test_an_option_without_a_value_is_refused(question: str) -> None:
    result = RUNNER.invoke(app, question.split())
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("error: ")


def test_of_two_values_the_last_does_not_win_in_silence() -> None:
    result = _run("side-effects", "NT", "-p", "axi-cel", "-ptisa-cel")
    assert (result.returncode, result.stdout) == (2, b"")
    says = "error: --product is given 2 times: give it once; see cartref --help\n"
    assert result.stderr.decode() == says


# ---- questions that nothing answers, and names beside options


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (["--product", "anito-cel"], "anito-cel is investigational"),
        (["--as-of", "1990-01-01"], "holds no active indication of any disease on 1990-01-01"),
        (["--product", "axi-cel", "--regulator", "ISAF"], "holds no active indication of any"),
    ],
    ids=["investigational", "before-all", "regulator"],
)
@pytest.mark.parametrize("format", ["table", "md", "tsv", "json"])
def test_a_tree_without_diseases_says_that_there_are_none(
    question: list[str], said: str, format: str
) -> None:
    environment = {"COLUMNS": "500", "TERM": "dumb"}
    result = RUNNER.invoke(app, ["indication", *question, "--format", format], env=environment)
    assert result.exit_code == 0
    assert said in result.output


def test_a_timeline_may_begin_with_the_first_year() -> None:
    assert _json("timeline", "--since", "0001")["results"] == _json("timeline")["results"]


@pytest.mark.parametrize("command", ["side-effects", "eligibility", "timeline", "trial"])
def test_a_name_and_an_option_for_the_same_are_refused(command: str) -> None:
    result = RUNNER.invoke(app, [command, "cilta-cel", "--product", "axi-cel"])
    assert result.exit_code == 2
    assert "--product does not go with a name: the name is a product already" in result.stderr


def test_an_option_beside_a_name_of_another_kind_narrows() -> None:
    found = _json("side-effects", "CRS", "--product", "axi-cel")["results"]
    assert {item["product"] for item in found} == {"axi-cel"}


def test_every_investigational_product_is_listed() -> None:
    listed = [item["id"] for item in _json("product", "--status", "investigational")["results"]]
    every = [item.id for item in load().products.values() if item.status == "investigational"]
    assert listed == every
    narrowed = _json("product", "--status", "investigational", "--regulator", "FDA")["results"]
    assert 0 < len(narrowed) < len(every)


def test_a_group_stands_for_ages_that_are_not_known() -> None:
    screen = _table(200, "indication", "B-ALL", "--regulator", "Swissmedic")
    assert "paediatric and young adult" in screen


def test_an_act_without_a_date_is_shown_with_its_product() -> None:
    [found] = _json("search", "obe-cel-event-fda-designations")["results"]
    assert found["see"] == "cartref product obe-cel"
    assert "RMAT" in _table(100, "product", "obe-cel")


def test_a_carriage_return_in_a_row_is_called_by_its_name() -> None:
    result = RUNNER.invoke(app, ["resolve", "--column", "drug"], input="drug,b\nx\ry,1\n")
    assert result.exit_code == 1
    assert "line 2: a carriage return within a row" in result.stderr


def test_a_summary_that_cannot_be_told_takes_nothing_from_the_rows() -> None:
    with open("/dev/full", "wb") as full:
        found = subprocess.run(
            [*COMMAND, "resolve", "--summary"],
            input=b"Carvykti\n", stdout=subprocess.PIPE, stderr=full, check=False,
        )  # fmt: skip
    assert found.returncode == 0
    assert b"cilta-cel" in found.stdout


def test_the_names_of_a_dataset_are_made_ready_once() -> None:
    catalog = load()
    assert index_of(catalog, "product") is index_of(catalog, "product")
    assert index_of(catalog, "product") is not index_of(load(), "product")


def test_a_key_that_stands_twice_in_a_row_is_refused() -> None:
    row = '{"drug": "Kymriah", "drug": "Abecma"}\n'
    result = RUNNER.invoke(app, ["resolve", "-c", "drug", "--json"], input=row)
    assert result.exit_code == 1
    assert "line 1: not JSON: a key stands twice" in result.stderr


@pytest.mark.parametrize(
    "facts",
    [
        ["--progressed-on", "ibrutinib", "--not-progressed-on", "ibrutinib"],
        ["--progressed-on", "ibrutinib", "--not-progressed-on", "btk-inhibitor"],
        ["--prior-lines", "0", "--relapsed-within", "3"],
        ["--prior-lines", "0", "--first-relapse-within", "3"],
    ],
    ids=["same", "class", "last-line", "first-line"],
)
def test_facts_that_contradict_each_other_are_refused(facts: list[str]) -> None:
    result = RUNNER.invoke(app, ["eligibility", "CLL", *facts])
    assert result.exit_code == 2
    assert "contradict" in result.stderr
