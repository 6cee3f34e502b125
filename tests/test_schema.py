"""Every JSON output keeps to the published schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from cartref import load
from cartref.cli import build
from cartref.schema import schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

app = build()

RUNNER = CliRunner()
SCHEMA = schema()
BY_COMMAND = {
    part["properties"]["command"]["const"]: part for part in SCHEMA["oneOf"] if "properties" in part
}
PRODUCTS = list(load().products)
QUESTIONS = [
    ["product"],
    *(["product", name] for name in PRODUCTS),
    ["product", *PRODUCTS],
    ["product", "--target", "BCMA", "--regulator", "FDA"],
    ["product", "evicel"],
    ["product", "--status", "investigational"],
    ["product", "tisa-cel", "--as-of", "2018-01-01"],
    ["product", "--as-of", "2021-01-01"],
    ["indication", "DLBCL", "--as-of", "2018-06-01"],
    ["compare", "cilta-cel", "ide-cel"],
    ["compare", *PRODUCTS],
    ["compare", "Yescarta", "Kymriah", "--only", "safety", "--regulator", "FDA"],
    ["compare", "axi-cel", "tisa-cel", "--as-of", "2021-01-01"],
    ["compare", "anito-cel", "arlo-cel"],
    ["compare", "axi-cel", "evicel"],
    ["compare", "axi-cel"],
    ["trial"],
    ["trial", "ZUMA-7"],
    ["trial", "cilta-cel", "--kind", "pivotal"],
    ["trial", "nothing of the kind"],
    ["timeline"],
    ["timeline", "--all", "--disease", "MM"],
    ["timeline", "--as-of", "2024-04-05"],
    ["pathway"],
    *(["pathway", name] for name in PRODUCTS),
    ["explain"],
    ["explain", "CRS"],
    ["explain", "ICE"],
    ["explain", "MCL"],
    ["explain", "Carvykti"],
    ["source"],
    ["source", "maude-2018-eliana-nejm"],
    ["source", "no-such-paper"],
    ["search", "tocilizumab"],
    ["search", "xyzzy"],
    ["product", ""],
    ["product", "carvicti"],
    ["indication"],
    ["indication", "DLBCL"],
    ["indication", "PCNSL"],
    ["indication", "MM", "--all"],
    ["indication", "nothing of the kind"],
    ["eligibility"],
    ["eligibility", "tisa-cel", "--all"],
    ["eligibility", "B-ALL"],
    ["eligibility", "B-ALL", "--age", "25"],
    ["eligibility", "--age", "25", "--as-of", "2022-01-01"],
    ["side-effects"],
    ["side-effects", "tisa-cel"],
    ["side-effects", "CRS"],
    ["side-effects", "ELIANA"],
    ["side-effects", "TRANSCEND"],
    ["data", "info"],
]


def _errors(document: Any, part: dict[str, Any]) -> Iterator[str]:
    """Where a document breaks one part of the schema."""
    validator = Draft202012Validator({**part, "$defs": SCHEMA["$defs"]})
    for error in validator.iter_errors(document):
        yield f"{error.json_path}: {error.message[:200]}"


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_command_prints_the_schema() -> None:
    assert json.loads(RUNNER.invoke(app, ["data", "schema"]).stdout) == SCHEMA


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_answers_keep_to_the_schema(question: list[str]) -> None:
    document = json.loads(RUNNER.invoke(app, [*question, "--json"]).stdout)
    assert list(_errors(document, BY_COMMAND[document["command"]])) == []


@pytest.mark.parametrize(
    "question",
    [["product"], ["side-effects", "CRS"], ["compare", "cilta-cel", "ide-cel"]],
    ids=" ".join,
)
def test_every_line_of_ndjson_keeps_to_the_schema(question: list[str]) -> None:
    for line in RUNNER.invoke(app, [*question, "--format", "ndjson"]).stdout.splitlines():
        document = json.loads(line)
        assert list(_errors(document, BY_COMMAND[document["command"]])) == []


def test_the_export_keeps_to_the_schema() -> None:
    document = json.loads(RUNNER.invoke(app, ["data", "export"]).stdout)
    assert list(_errors(document, SCHEMA["$defs"]["Export"])) == []


def test_resolved_rows_keep_to_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("Carvykti\ncarvicti\nKymriah or Abecma\nunknown\n")
    rows = RUNNER.invoke(app, ["resolve", str(path), "--json"]).stdout.splitlines()
    assert len(rows) == 4
    for row in rows:
        assert list(_errors(json.loads(row), SCHEMA["$defs"]["ResolvedRow"])) == []
        assert Draft202012Validator(SCHEMA).is_valid(json.loads(row))


def test_an_answer_matches_exactly_one_part_of_the_schema() -> None:
    document = json.loads(RUNNER.invoke(app, ["product", "obe-cel", "--json"]).stdout)
    assert Draft202012Validator(SCHEMA).is_valid(document)
    assert not Draft202012Validator(SCHEMA).is_valid({**document, "more": 1})
    del document["results"][0]["inn"]
    assert not Draft202012Validator(SCHEMA).is_valid(document)


@pytest.mark.parametrize("name", sorted(SCHEMA["$defs"]))
def test_every_field_is_described(name: str) -> None:
    for key, part in SCHEMA["$defs"][name]["properties"].items():
        if name != "Export":
            assert part.get("description"), f"{name}.{key}"
