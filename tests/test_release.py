"""What a release says of itself: versions, dates, notes, licences, the issue of newer labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import licences
import newer_labels
import pytest
import release
import yaml

import cartref
from cartref import schema

REPOSITORY = Path(__file__).resolve().parents[1]

CHANGELOG = """# Changelog

## 1.1.0 (2027-02-03)

- New.

## Dataset 2027.02.01

- Data.

## 1.0.0 (unreleased)

- Old.

## 0.9.0 (2025-01-01)

"""
CITATION = "cff-version: 1.2.0\nversion: {}\n"


# ---- versions, dates, notes


def test_the_citation_is_of_this_version_and_dataset() -> None:
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == cartref.__version__
    assert citation["date-released"].isoformat() == cartref.load().dataset.as_of


def test_the_changelog_tells_of_this_version() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    _, text = release.section(changelog, cartref.__version__)
    assert f"## Dataset {cartref.load().dataset.version}" in text


def test_notes_hold_the_version_and_its_datasets() -> None:
    notes = release.notes("v1.1.0", "1.1.0", CHANGELOG, CITATION.format("1.1.0"))
    assert notes == "- New.\n\n## Dataset 2027.02.01\n\n- Data."


@pytest.mark.parametrize(
    ("tag", "version", "cited", "why"),
    [
        ("v1.0.1", "1.1.0", "1.1.0", "the tag is v1.0.1, the version of the package 1.1.0"),
        ("1.1.0", "1.1.0", "1.1.0", "the tag is 1.1.0, the version of the package 1.1.0"),
        ("v1.2.0", "1.2.0", "1.2.0", r"no heading '## 1.2.0 \(DATE\)'"),
        ("v1.0.0", "1.0.0", "1.0.0", "dates 1.0.0 'unreleased', not with a day"),
        ("v1.1.0", "1.1.0", "1.0.0", "does not cite version 1.1.0"),
        ("v0.9.0", "0.9.0", "0.9.0", "says nothing of 0.9.0"),
    ],
    ids=["other tag", "tag without v", "no heading", "no day", "citation", "no text"],
)
def test_what_does_not_agree_is_not_released(tag: str, version: str, cited: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        release.notes(tag, version, CHANGELOG, CITATION.format(cited))


# ---- licences


def _package(licence: str, *, on_request: bool) -> licences.Package:
    return licences.Package("x", "1", licence, on_request)


@pytest.mark.parametrize(
    ("licence", "always", "on_request"),
    [
        ("MIT", True, True),
        ("MIT AND (BSD-3-Clause AND Zlib)", True, True),
        ("GPL-3.0-only OR MIT", True, True),
        ("GPL-3.0-only", False, False),
        ("MIT AND GPL-3.0-only", False, False),
        ("MPL-2.0", False, True),
        ("", False, False),
    ],
)
def test_a_licence_is_allowed_or_not(licence: str, always: bool, on_request: bool) -> None:
    assert _package(licence, on_request=False).allowed is always
    assert _package(licence, on_request=True).allowed is on_request


def test_what_comes_along_is_found_and_allowed() -> None:
    found = licences.packages("cartref", ["test"])
    always = {name for name, package in found.items() if not package.on_request}
    assert {"rapidfuzz", "rich", "tomli", "typer", "pygments"} <= always
    assert not {"pytest", "matplotlib", "numpy"} & always
    assert [package for package in found.values() if not package.allowed] == []
    assert found["rich"].wanted_by == ["cartref", "typer"]


def test_the_bill_of_materials_holds_every_package_and_who_asks_for_it() -> None:
    found = licences.packages("cartref", [])
    bill = licences.sbom("cartref", found)
    held = {component["name"]: component["bom-ref"] for component in bill["components"]}
    assert held == {name: f"pkg:pypi/{name}@{each.version}" for name, each in found.items()}
    whole = bill["metadata"]["component"]["bom-ref"]
    asked = {edge["ref"]: edge["dependsOn"] for edge in bill["dependencies"]}
    assert set(asked) == {whole, *held.values()}
    assert asked[whole] == [held[name] for name in ("rapidfuzz", "rich", "tomli", "typer")]
    assert held["pygments"] in asked[held["rich"]]


# ---- the issue of newer labels


def _answer(**changed: object) -> dict[str, Any]:
    result = {
        "product": "cilta-cel",
        "state": "newer",
        "source_date": "2025-06",
        "effective": "2026-10-01",
        "url": "https://dailymed.nlm.nih.gov/dailymed/drugInfo.cfm?setid=0a-1b",
        "sources": ["fda-2025-carvykti-label"],
        **changed,
    }
    return {"results": [{**result, "state": "current"}, result]}


def test_the_answer_has_what_the_issue_shows() -> None:
    shown = schema.schema()["$defs"]["Freshness"]["properties"]
    assert set(_answer()["results"][0]) <= set(shown)


def test_no_newer_label_makes_no_issue() -> None:
    assert newer_labels.body(_answer(state="failed")) == ""


def test_a_newer_label_is_a_row() -> None:
    rows = [line for line in newer_labels.body(_answer()).splitlines() if "cilta-cel" in line]
    page = "https://dailymed.nlm.nih.gov/dailymed/drugInfo.cfm?setid=0a-1b"
    assert rows == [f"| cilta-cel | fda-2025-carvykti-label | 2025-06 | 2026-10-01 | {page} |"]


@pytest.mark.parametrize(
    "hostile",
    [
        {"effective": "2026-10-01 @everyone"},
        {"url": "https://dailymed.nlm.nih.gov.example.org/"},
        {"url": "https://dailymed.nlm.nih.gov/a) [b](https://example.org"},
        {"sources": ["a | b"]},
        {"product": None},
    ],
    ids=str,
)
def test_texts_of_a_server_are_shown_only_in_their_form(hostile: dict[str, object]) -> None:
    (row,) = newer_labels.body(_answer(**hostile)).splitlines()[4:5]
    assert row.count("|") == 6
    assert "–" in row
    assert not any(text in row for text in ("@everyone", "example.org", "a | b", "None"))
