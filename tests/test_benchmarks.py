"""The benchmarks ask of every command, and their datasets are whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import combinations

import pytest
from rapidfuzz.distance import OSA

from cartref.catalog import Catalog
from cartref.check import Whole, check
from cartref.render.plain import to_json

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "benchmarks"))

import growth
import startup
import synthetic
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


@pytest.fixture(scope="module")
def tripled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A dataset of three copies of the bundled one."""
    folder = str(tmp_path_factory.mktemp("synthetic"))
    synthetic.write(folder, 3)
    return folder


def test_a_synthetic_dataset_breaks_no_rule(tripled: str) -> None:
    assert check(tripled) == []


def test_every_record_stands_in_each_copy(tripled: str) -> None:
    for bundled, written in zip(Whole(Catalog()).ids.items(), _ids(tripled).items(), strict=True):
        (table, one), (other, three) = bundled, written
        assert table == other
        assert one < three
        assert len(three) == 3 * len(one)


def test_a_synthetic_dataset_answers_about_bundled_records_the_same(tripled: str) -> None:
    profiles = [Catalog(place).profile("cilta-cel") for place in (None, tripled)]
    assert to_json(profiles[0]) == to_json(profiles[1])


def test_marks_of_copies_are_more_than_a_typing_error_apart() -> None:
    marks = synthetic.marks(100)
    assert len(set(marks)) == 100
    distances = (OSA.distance(one, other) for one, other in combinations(marks, 2))
    assert min(distances) > 2


def test_no_two_copies_share_a_code() -> None:
    codes = {code.code for code in Catalog().codes if code.product and not code.shared}
    copies = [synthetic.shifted(code, place) for code in codes for place in range(100)]
    assert len(set(copies)) == 100 * len(codes)


@pytest.mark.parametrize(
    ("factor", "word"),
    [(1.0, "flat"), (3.2, "less than linear"), (10.0, "linear"), (100.0, "WORSE")],
    ids=["constant", "root", "linear", "quadratic"],
)
def test_a_growth_is_called_by_its_name(factor: float, word: str) -> None:
    assert growth.verdict(factor) == word


def test_growth_is_told_for_ten_times_the_records_whatever_the_step() -> None:
    assert growth.tenfold([2.0, 8.0], [1, 4]) == pytest.approx([10.0])
    assert growth.tenfold([1.0, 10.0, 1000.0], [1, 10, 100]) == pytest.approx([10.0, 100.0])


def _ids(folder: str) -> dict[str, set[str]]:
    return Whole(Catalog(folder)).ids


COPIES = 4
CALLS = """
import cProfile, json, os, pstats, sys
from cartref.__main__ import main
sys.argv[0], out = "cartref", sys.stdout
sys.stdout = open(os.devnull, "w")
profile = cProfile.Profile()
try:
    profile.runcall(main)
except SystemExit:
    pass
stats = pstats.Stats(profile).stats
print(json.dumps({f"{file}:{line} {name}": found[1] for (file, line, name), found in stats.items()
                  if "cartref" in file}), file=out)
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The package beside the bundled dataset, and beside one of four copies."""
    folders = [str(tmp_path_factory.mktemp(f"of-{copies}")) for copies in (1, COPIES)]
    for folder, copies in zip(folders, (1, COPIES), strict=True):
        synthetic.install(folder, copies)
    return folders


@pytest.mark.parametrize(
    "question",
    [
        "indication --json",
        "indication DLBCL --format table",
        "eligibility DLBCL --age 58 --json",
        "timeline --format table",
        "product --json",
        "trial --json",
        "data info --json",
        "search tocilizumab --json",
    ],
)
def test_no_function_is_called_more_than_in_proportion(packages: list[str], question: str) -> None:
    one, many = (_calls(folder, question) for folder in packages)
    grown = {
        name: (one.get(name, 0), count)
        for name, count in many.items()
        if count > 1000 and count > 2 * COPIES * one.get(name, 0)
    }
    assert grown == {}


def _calls(folder: str, question: str) -> dict[str, int]:
    """How often each function of ours is called to answer a question."""
    done = subprocess.run(
        [sys.executable, "-c", CALLS, *question.split()],
        check=True,
        capture_output=True,
        env={**environment(), "PYTHONPATH": folder},
    )
    found: dict[str, int] = json.loads(done.stdout)
    return {name.removeprefix(folder): count for name, count in found.items()}
