"""Records as they are written: cut out of their file, to be copied into an overlay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
import tomli
from typer.testing import CliRunner

import cartref
from cartref import layout, loading, verbatim
from cartref.check import check_overlay_directory
from cartref.cli import build

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

RUNNER = CliRunner()
app = build()

LABEL = "labels/cilta-cel.toml"
DOSE = """[[dose]]
id = "cilta-cel-dose-fda"
regulator = "FDA"
diseases = ["mm"]
sources = ["medscape-carvykti-monograph"]"""
OTHER = """[[dose]]
id = "cilta-cel-dose-ema"
regulator = "EMA"
diseases = ["mm"]
note = "Once the same as cilta-cel-dose-fda."
sources = ["medscape-carvykti-monograph"]"""


def show(*arguments: object) -> Result:
    """Run the command."""
    return RUNNER.invoke(app, ["data", "show", *map(str, arguments)])


def lay(directory: Path, text: str | bytes, file: str = LABEL) -> Path:
    """Write an overlay of one file."""
    path = directory / file
    path.parent.mkdir(parents=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return directory


def test_every_record_of_the_dataset_can_be_shown() -> None:
    catalog = cartref.load()
    for file in catalog.files():
        tables = {name: held for name, held in catalog.records(file).items() if name != "dataset"}
        ids = [item.id for held in tables.values() for item in held]
        if not ids:
            continue
        [text] = verbatim.texts_at(catalog, [
            verbatim.Place(file, "bundled", name, item.id)
            for name, held in tables.items()
            for item in held
        ])  # fmt: skip
        said = loading.parse(catalog.path(file))
        said.pop("dataset", None)
        assert text.startswith(f"# {file}\n")
        assert tomli.loads(text) == said


def test_a_record_stands_below_its_file_and_its_product() -> None:
    result = show("cilta-cel-dose-fda")
    assert result.exit_code == 0
    file, product, blank, table, identity, *_, last = result.stdout.splitlines()
    assert (file, product, blank) == (f"# {LABEL}", 'product = "cilta-cel"', "")
    assert (table, identity, last) == ("[[dose]]", 'id = "cilta-cel-dose-fda"', "]")
    assert result.stderr == ""


def test_a_record_of_a_file_without_a_product_stands_below_its_file() -> None:
    result = show("bortezomib")
    assert result.stdout.startswith('# therapies.toml\n\n[[therapy]]\nid = "bortezomib"\n')


def test_the_parts_of_a_record_belong_to_it() -> None:
    [product] = tomli.loads(show("cilta-cel").stdout)["product"]
    assert product["construct"]["target"] == "BCMA"
    [event] = tomli.loads(show("crs").stdout)["adverse_event"]
    assert event["grading"]
    assert event["management"]


def test_records_of_one_file_stand_together_and_each_once() -> None:
    result = show("crs", "cilta-cel-dose-fda", "icans", "crs", "cilta-cel-dose-ema")
    files = [line for line in result.stdout.splitlines() if line.startswith("#")]
    assert files == ["# adverse_events.toml", f"# {LABEL}"]
    ids = [line for line in result.stdout.splitlines() if line.startswith("id = ")]
    assert [line.partition(" = ")[2].strip('"') for line in ids] == [
        "crs", "icans", "cilta-cel-dose-fda", "cilta-cel-dose-ema",
    ]  # fmt: skip


def test_what_is_shown_is_an_overlay_as_it_stands(tmp_path: Path) -> None:
    ids = [item.id for item in cartref.load().label("cilta-cel").doses]
    lay(tmp_path, show(*ids).stdout)
    assert check_overlay_directory(tmp_path) == []
    overlay = cartref.load(overlay=tmp_path).dataset.overlay
    assert overlay is not None
    assert (overlay.added, overlay.replaced, overlay.lacking) == ((), tuple(sorted(ids)), ())


# ---- ids that are none


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "cilta-cel-dose-fdx",
            "no record has the id 'cilta-cel-dose-fdx'; near: cilta-cel-dose-fda,",
        ),
        ("Carvykti", "no record has the id 'Carvykti'; it is a name of product cilta-cel"),
        ("CRS", "no record has the id 'CRS'; it is a name of adverse event crs"),
        ("zzzzqqqq", "no record has the id 'zzzzqqqq'"),
        ("", "no record has the id ''"),
    ],
    ids=["typing-error", "name", "abbreviation", "nothing-near", "empty"],
)
def test_an_unknown_id_is_not_found_and_near_ones_are_suggested(text: str, told: str) -> None:
    result = show("crs", text)
    assert (result.exit_code, result.stdout) == (3, "")
    [line] = result.stderr.splitlines()
    assert line.startswith(f"error: {told}")


def test_ids_are_unique_across_all_tables() -> None:
    catalog = cartref.load()
    ids = [
        item.id
        for file in catalog.files()
        for name, held in catalog.records(file).items()
        if name in layout.TABLES
        for item in held
    ]
    assert len(ids) == len(set(ids))


# ---- overlays, which others write


class Written(NamedTuple):
    """An overlay that is written in a way of its own.

    Attributes:
        name: what is peculiar
        text: its file of labels
        shown: what is shown of the dose of the FDA, below the two lines of the head
    """

    name: str
    text: str | bytes
    shown: str = DOSE


HEAD = 'product = "cilta-cel"\n\n'
WRITTEN = (
    Written("as-the-data", f"{HEAD}{DOSE}\n\n{OTHER}\n"),
    Written("behind-another", f"{HEAD}{OTHER}\n{DOSE}"),
    Written("returns", f"{HEAD}{DOSE}\n\n{OTHER}\n".replace("\n", "\r\n").encode()),
    Written("mark-of-the-encoding", f"\ufeff{HEAD}{DOSE}\n"),
    Written(
        "remarks",
        f"# all\n{HEAD}# first\n{DOSE}\n# behind\n\n# second\n{OTHER}\n# last\n",
    ),
    Written(
        "spaces-and-quotes",
        HEAD + DOSE.replace("[[dose]]", ' [[ "dose" ]] # ours').replace("id =", "'id'  =") + "\n",
        DOSE.replace("[[dose]]", ' [[ "dose" ]] # ours').replace("id =", "'id'  ="),
    ),
    Written(
        "what-steers-a-terminal-in-a-remark",
        HEAD + DOSE.replace("[[dose]]", "[[dose]] # \u009b31m\u202e") + "\n",
        DOSE.replace("[[dose]]", "[[dose]] # \\x9b31m\\u202e"),
    ),
)


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case.name)
def test_a_record_of_an_overlay_is_shown_as_it_is_written(case: Written, tmp_path: Path) -> None:
    lay(tmp_path, case.text)
    result = show("cilta-cel-dose-fda", "--data", tmp_path)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f'# {LABEL} [overlay]\nproduct = "cilta-cel"\n\n{case.shown}\n'


def test_bundled_records_and_those_of_an_overlay_are_told_apart(tmp_path: Path) -> None:
    lay(tmp_path, f"{HEAD}{DOSE}\n")
    result = show("cilta-cel-dose-fda", "cilta-cel-dose-ema", "--data", tmp_path)
    files = [line for line in result.stdout.splitlines() if line.startswith("#")]
    assert files == [f"# {LABEL} [overlay]", f"# {LABEL}"]


def test_a_record_that_is_no_block_of_lines_is_refused(tmp_path: Path) -> None:
    row = ", ".join(DOSE.splitlines()[1:])
    lay(tmp_path, f"{HEAD}dose = [{{ {row} }}]\n")
    assert check_overlay_directory(tmp_path) == []
    result = show("cilta-cel-dose-fda", "--data", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert line.startswith(f"error: {tmp_path / LABEL}: dose 'cilta-cel-dose-fda': is not written")
