"""The workflows: pinned, with least rights, on the Pythons that the package names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((REPOSITORY / ".github").rglob("*.yml"))
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+){2}")
# What anyone may write, and what would then stand in a script: github.event.issue.title and such.
INTERPOLATION = re.compile(r"\$\{\{")

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def _parsed(path: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return parsed


def _steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in _parsed(path)["jobs"].values() for step in job["steps"]]


def test_there_are_workflows() -> None:
    assert {path.stem for path in WORKFLOWS} == {"ci", "freshness", "release"}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_file_is_yaml(path: Path) -> None:
    assert _parsed(path)


@each_workflow
def test_every_action_is_pinned_by_hash_with_its_version(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []


def test_an_action_has_one_version_everywhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    used = set(re.findall(r"uses: (.*)", text))
    assert len(used) == len({line.partition("@")[0] for line in used})


@each_workflow
def test_rights_are_given_to_jobs_only(path: Path) -> None:
    parsed = _parsed(path)
    assert parsed["permissions"] == {}
    for name, job in parsed["jobs"].items():
        assert "permissions" in job, name
        assert "timeout-minutes" in job, name
    assert "concurrency" in parsed


def test_rights_to_write_are_those_that_are_needed() -> None:
    writing = {
        (path.stem, name, right)
        for path in WORKFLOWS
        for name, job in _parsed(path)["jobs"].items()
        for right, kind in job["permissions"].items()
        if kind != "read"
    }
    assert writing == {
        ("freshness", "tell", "issues"),
        ("release", "attest", "attestations"),
        ("release", "attest", "id-token"),
        ("release", "publish", "id-token"),
        ("release", "announce", "contents"),
    }


@each_workflow
def test_no_checkout_keeps_its_token(path: Path) -> None:
    for step in _steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@each_workflow
def test_scripts_take_values_from_the_environment_only(path: Path) -> None:
    assert [step["run"] for step in _steps(path) if INTERPOLATION.search(step.get("run", ""))] == []


def test_every_extra_that_is_installed_exists() -> None:
    project = tomli.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run = " ".join(step.get("run", "") for path in WORKFLOWS for step in _steps(path))
    asked = set(re.findall(r"\[(\w+)\]\"", run))
    assert asked == {"docs", "freshness", "test"}
    assert asked <= set(project["optional-dependencies"])


@pytest.mark.parametrize("workflow", ["ci", "release"])
def test_the_matrix_is_that_of_the_classifiers(workflow: str) -> None:
    project = tomli.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = [
        found[1]
        for classifier in project["classifiers"]
        if (found := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", classifier))
    ]
    job = _parsed(REPOSITORY / ".github" / "workflows" / f"{workflow}.yml")["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == told
    assert project["requires-python"] == f">={told[0]}"


@pytest.mark.parametrize(
    "file", sorted((REPOSITORY / ".github" / "requirements").glob("*.txt")), ids=lambda f: f.stem
)
def test_tools_of_workflows_are_pinned_by_hash(file: Path) -> None:
    """Each line that names a package goes on to its hashes."""
    lines = file.read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if not line.startswith(("#", " "))]
    assert named
    for line in named:
        assert re.fullmatch(r"[\w-]+==\S+( ; .*)? \\", line)
    asked = file.with_suffix(".in").read_text(encoding="utf-8").split()
    assert {line.partition("==")[0] for line in named} >= set(asked)


GH = """#!/usr/bin/env bash
if [ "$2" = list ]; then printf '%s' "$ISSUES"; else echo "$2 ${3#--title}" >> told; fi
"""
OURS = '[{"number": 3, "title": "Else"}, {"number": 7, "title": "Newer labels at openFDA"}]'


@pytest.mark.skipif(os.name == "nt" or shutil.which("jq") is None, reason="there is no jq here")
@pytest.mark.parametrize(
    ("body", "issues", "code", "told"),
    [
        ("newer", "[]", "0", "create"),
        ("newer", '[{"number": 3, "title": "Else"}]', "1", "create"),
        ("newer", OURS, "0", "edit 7"),
        ("", OURS, "0", "close 7"),
        ("", OURS, "1", ""),
        ("", "[]", "0", ""),
    ],
    ids=["first", "beside others", "again", "current again", "one could not be asked", "none"],
)
def test_there_is_one_issue_of_newer_labels(
    body: str, issues: str, code: str, told: str, tmp_path: Path
) -> None:
    path = next(path for path in WORKFLOWS if path.stem == "freshness")
    (script, environment) = next(
        (step["run"], step["env"])
        for step in _parsed(path)["jobs"]["tell"]["steps"]
        if "run" in step
    )
    (tmp_path / "issue").mkdir()
    (tmp_path / "issue" / "body.md").write_text(body)
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    known = {"ISSUES": issues, "EXIT_CODE": code, "TITLE": environment["TITLE"]}
    where = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    shell = ["bash", "-e", "-c", script]
    subprocess.run(shell, check=True, cwd=tmp_path, env=known | where)
    done = tmp_path / "told"
    assert (done.read_text().strip() if done.exists() else "") == told


@pytest.mark.skipif(os.name == "nt", reason="Windows does not know who may execute")
def test_the_one_command_of_ci_can_be_run() -> None:
    assert os.access(REPOSITORY / ".ci" / "run", os.X_OK)
