"""The rules of the data: the bundled dataset keeps them, and each of them can be broken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from typer.testing import CliRunner

import cartref.loading
from cartref import layout
from cartref.catalog import Catalog
from cartref.check import RULES, Whole, check
from cartref.cli import build
from cartref.model.vocabulary import Regulator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conftest import BrokenCopy, Row

    from cartref.check import Problem, Rule

    Values = dict[str, Any]
    Place = tuple[str, str, str]
    Break = Callable[[BrokenCopy], set[Place]]

app = build()

RULES_BY_NAME = {rule.__name__: rule for rule in RULES}
MISSING = "no-such-record"


# ---- the bundled dataset


@pytest.fixture(scope="session")
def whole(data_directory: Path) -> Whole:
    """All records of the bundled dataset."""
    return Whole(Catalog(data_directory))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_bundled_data_keeps_the_rule(rule: Rule, whole: Whole) -> None:
    problems = [str(problem) for problem in rule(whole)]
    assert not problems, f"{rule.__doc__}\n" + "\n".join(problems)


def test_the_rules_see_every_record_of_every_file(whole: Whole, data_directory: Path) -> None:
    texts = {
        path.relative_to(data_directory).as_posix(): path.read_text(encoding="utf-8")
        for path in data_directory.rglob("*.toml")
    }
    held = Counter(entry.file for entry in whole.entries)
    assert held == {file: count for file in texts if (count := texts[file].count("\nid = "))}


# ---- ways to break a copy


@dataclass(frozen=True, slots=True)
class Case:
    """A way to break one rule.

    Attributes:
        rule: name of the rule
        name: what is wrong
        breaks: breaks a copy and says where the rule must see it
        message: part of what the rule says
    """

    rule: str
    name: str
    breaks: Break
    message: str

    def __str__(self) -> str:
        """The id of the test."""
        return f"{self.rule}-{self.name}"


def has(*keys: str) -> Callable[[Values], bool]:
    """Whether a record has all these keys."""
    return lambda values: values.keys() >= {*keys}


def is_all(values: Values) -> bool:
    """Whether a record is that of ALL."""
    return bool(values["id"] == "all")


def lacks(*keys: str) -> Callable[[Values], bool]:
    """Whether a record has none of these keys."""
    return lambda values: values.keys().isdisjoint(keys)


def put(
    table: str,
    key: str,
    values: Mapping[str, object] | Callable[[Values], Mapping[str, object]],
    *,
    wanted: Callable[[Values], object] | None = None,
    section: str = "",
    drops: tuple[str, ...] = (),
    files: str = "**/*.toml",
) -> Break:
    """Set keys of the first record that is as wanted; the problem lies at ``key``."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        row = copy.find(table, wanted, files)
        new = values(row.values) if callable(values) else values
        changed = {name: value for name, value in new.items() if row.values.get(name) != value}
        for name in drops:
            if name in row.values:
                copy.drop(row.file, row.id, name)
        copy.put(row.file, row.id, changed, section)
        record = str(changed.get("id", row.id)) if not section else row.id
        return {(row.file, record, key)}

    return breaks


def note(text: str) -> Break:
    """Give a record this note."""
    return put("trial", "note", {"note": text})


def dated(key: str, text: str, table: str = "indication") -> Break:
    """Give a record this date."""
    return put(table, key, {key: text})


def criterion(key: str, values: Values) -> Break:
    """Give the first criterion of an indication these keys."""
    return put(
        "indication",
        f"criteria[0].{key}",
        lambda old: {"criteria": [{**old["criteria"][0], **values}, *old["criteria"][1:]]},
        wanted=has("criteria"),
    )


def listed(table: str, key: str, change: Callable[[list[str]], list[str]]) -> Break:
    """Change a list of several."""
    return put(
        table,
        key,
        lambda old: {key: change(old[key])},
        wanted=lambda old: change(old.get(key, [])) != old.get(key, []),
    )


def backwards(items: list[str]) -> list[str]:
    """The list in reverse; the same if it holds one."""
    return items[::-1]


def twice(items: list[str]) -> list[str]:
    """The list with its first item repeated."""
    return [*items[:1], *items]


def reference(table: str, key: str) -> Break:
    """Name a record that is not there."""
    return put(table, key, {key: MISSING}, wanted=has(key))


def references(table: str, key: str) -> Break:
    """List a record that is not there."""
    return put(table, f"{key}[0]", {key: [MISSING]}, wanted=has(key))


def code(system: str, text: str) -> Break:
    """Give a product a code that its system cannot have written."""
    return put("code", "code", {"system": system, "code": text})


def term_code(table: str, system: str, text: str) -> Break:
    """Give a disease or an event a code that its system cannot have written."""
    return put(table, "code", {"codes": [{"system": system, "code": text}]}, wanted=has("codes"))


def url(change: Callable[[str], str]) -> Break:
    """Change the address of a source."""
    return put("source", "url", lambda old: {"url": change(old["url"])}, wanted=has("url"))


def id_again(table: str, other: str, files: str = "**/*.toml") -> Break:
    """Give a record of the later table the id that one of the other already has."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        first = copy.find(other, files=files)
        row = copy.find(table, lambda values: values["id"] != first.id, files)
        copy.put(row.file, row.id, {"id": first.id})
        return {(row.file, first.id, "id")}

    return breaks


def id_again_in_another_file(copy: BrokenCopy) -> set[Place]:
    """Let the shared sources hold a source that a product's file holds."""
    row = copy.find("source", files="sources/axi-cel.toml")
    copy.add("sources/shared.toml", "source", row.values)
    return {("sources/shared.toml", row.id, "id")}


def unused(file: str, table: str, values: Values) -> Break:
    """Add a record that nothing refers to."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        sources = {} if table == "source" else {"sources": copy.find(table).values["sources"]}
        copy.add(file, table, {"id": "some-record", **values, **sources})
        return {(file, "some-record", "id")}

    return breaks


def source_moved(origin: str, target: str) -> Break:
    """Put a source into another file of sources."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        row = copy.find("source", files=f"sources/{origin}.toml")
        copy.move(row.file, row.id, f"sources/{target}.toml")
        return {(f"sources/{target}.toml", row.id, "id")}

    return breaks


def source_cited_by_another_product(copy: BrokenCopy) -> set[Place]:
    """Let a second product cite a source."""
    row = copy.find("source", files="sources/axi-cel.toml")
    citing = copy.find("product", lambda values: values["id"] != "axi-cel")
    copy.put(citing.file, citing.id, {"sources": [*citing.values["sources"], row.id]})
    return {(row.file, row.id, "id")}


def region_lists(change: Callable[[list[str]], list[str]]) -> Break:
    """Change the regions of the first brand name that has several."""

    def several(name: Values) -> bool:
        return len(name.get("regions", ())) > 1

    def values(old: Values) -> Values:
        return {
            "names": [
                {**name, "regions": change(name["regions"])} if several(name) else name
                for name in old["names"]
            ]
        }

    return put(
        "product",
        "names.regions",
        values,
        wanted=lambda old: sum(map(several, old["names"])) == 1,
    )


def first_approved_by_another(copy: BrokenCopy) -> set[Place]:
    """Name a regulator that approved nothing of the product as the first."""
    row = copy.find("product", lambda values: values["status"] == "approved")
    held = {item.values["regulator"] for item in copy.rows("indication", f"labels/{row.id}.toml")}
    other = next(name for name in get_args(Regulator) if name not in held)
    copy.put(row.file, row.id, {"first_approved_by": other})
    return {(row.file, row.id, "first_approved")}


def complete_above_overall(copy: BrokenCopy) -> set[Place]:
    """Add a CR to an ORR of the same analysis, and let it be higher."""
    overall = copy.find(
        "outcome", lambda values: values["endpoint"] == "ORR" and values.get("value", 100) < 100
    )
    changes = {"id": "some-outcome", "endpoint": "CR", "value": overall.values["value"] + 0.1}
    copy.add(overall.file, "outcome", {**overall.values, **changes})
    return {(overall.file, "some-outcome", "value")}


def bare_reaction(measure: str) -> Break:
    """Add an adverse reaction without any number or name."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        row = copy.find("adverse_reaction")
        kept = {key: row.values[key] for key in ("trial", "event", "term", "basis", "sources")}
        copy.add(row.file, row.table, {"id": "some-reaction", **kept, "measure": measure})
        return {(row.file, "some-reaction", "measure")}

    return breaks


def same_document(*dropped: str) -> Break:
    """Add a source a second time under another id."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        row = copy.find(
            "source",
            lambda values: has("url")(values) is ("url" not in dropped),
            "sources/shared.toml",
        )
        copy.add(row.file, "source", {**row.values, "id": "some-source"})
        return {(row.file, "some-source", "title")}

    return breaks


def name_of_another(table: str, key: str) -> Break:
    """Give a record a further name that is the name, but not the id, of another."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        first = copy.find(table, lambda values: values["name"].casefold() != values["id"])
        row = copy.find(
            table, lambda values: values["id"] != first.id and len(values.get(key, ())) > 0
        )
        copy.put(row.file, row.id, {key: [*row.values[key], first.values["name"]]})
        return {(first.file, first.id, "names"), (row.file, row.id, "names")}

    return breaks


def lists_itself(table: str, key: str) -> Break:
    """Let a record name itself in a list of others."""
    return put(table, f"{key}[0]", lambda old: {key: [old["id"]]})


def parents_of_each_other(copy: BrokenCopy) -> set[Place]:
    """Let a disease have one that lies below it as a further parent."""
    row = copy.find("disease", has("parent"))
    wider = copy.find("disease", lambda values: values["id"] == row.values["parent"])
    copy.put(wider.file, wider.id, {"other_parents": [row.id]})
    return {(row.file, row.id, "parent"), (wider.file, wider.id, "other_parents[0]")}


def superseded_by_each_other(copy: BrokenCopy) -> set[Place]:
    """Let two indications supersede each other."""
    row = copy.find("indication", has("superseded_by"))
    [newer] = [
        item for item in copy.rows("indication", row.file) if item.id == row.values["superseded_by"]
    ]
    copy.put(row.file, newer.id, {"status": "superseded", "superseded_by": row.id})
    return {(row.file, item.id, "superseded_by") for item in (row, newer)}


def superseded_by_a_stranger(copy: BrokenCopy) -> set[Place]:
    """Let an indication be superseded by one of another regulator."""
    row = copy.find("indication", has("superseded_by"))
    other = copy.find(
        "indication", lambda values: values["regulator"] != row.values["regulator"], row.file
    )
    copy.put(row.file, row.id, {"superseded_by": other.id})
    return {(row.file, row.id, "superseded_by")}


def long_line_of_diseases(copy: BrokenCopy) -> set[Place]:
    """Add diseases each of which lies below the one before."""
    sources = copy.find("disease").values["sources"]
    for at in range(203):
        parent = {"parent": f"some-disease-{at - 1}"} if at else {}
        values = {"id": f"some-disease-{at}", "name": f"Some disease {at}", **parent}
        copy.add("diseases.toml", "disease", {**values, "sources": sources})
    return {("diseases.toml", f"some-disease-{at}", "parent") for at in (201, 202)}


def id_as_name(table: str, key: str) -> Break:
    """Give a record a further name that is the id of another."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        first = copy.find(table)
        row = copy.find(table, lambda values: values["id"] != first.id and values.get(key))
        copy.put(row.file, row.id, {key: [*row.values[key], first.id]})
        return {(row.file, row.id, "names")}

    return breaks


def brand_of_another(copy: BrokenCopy) -> set[Place]:
    """Give two products a synonym in common."""
    first, second, *_ = copy.rows("product")
    name = {"text": "Some Shared Name", "kind": "synonym"}
    for row in (first, second):
        copy.put(row.file, row.id, {"names": [*row.values["names"], name]})
    return {(row.file, row.id, "names") for row in (first, second)}


def code_of_another(copy: BrokenCopy) -> set[Place]:
    """Give two products a code in common that is not said to be shared."""
    rows: dict[str, Row] = {}
    for row in copy.rows("code", "labels/*.toml"):
        if not row.values.get("shared"):
            rows.setdefault(row.file, row)
    pair = list(rows.values())[:2]
    for row in pair:
        copy.put(row.file, row.id, {"code": "SOME-CODE-1"})
    return {(row.file, row.id, "code") for row in pair}


def code_as_name(copy: BrokenCopy) -> set[Place]:
    """Give a product the code of another as a name."""
    row = copy.find("code", lambda values: not values.get("shared"), "labels/axi-cel.toml")
    other = copy.find("product", lambda values: values["id"] == "tisa-cel")
    name = {"text": row.values["code"], "kind": "synonym"}
    copy.put(other.file, other.id, {"names": [*other.values["names"], name]})
    return {(row.file, row.id, "code")}


def trial_of_another(table: str, key: str) -> Break:
    """Let a record name a trial of another product."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        row = copy.find(table, has(key), "*/tisa-cel.toml")
        trial = copy.find("trial", files="trials/axi-cel.toml").id
        several = isinstance(row.values[key], list)
        copy.put(row.file, row.id, {key: [trial] if several else trial})
        return {(row.file, row.id, f"{key}[0]" if several else key)}

    return breaks


def result_away_from_its_trial(copy: BrokenCopy) -> set[Place]:
    """Let a result of a product name a study of several."""
    row = copy.find("outcome", files="trials/tisa-cel.toml")
    study = copy.find("trial", files="trials/class.toml")
    copy.put(row.file, row.id, {"trial": study.id})
    return {(row.file, row.id, "trial")}


def read_in(basis: str, regulator: str | None, key: str, table: str = "outcome") -> Break:
    """Say of a result read in a label whose, and what kind of, text that was."""
    named = {} if regulator is None else {"regulator": regulator}

    def wanted(old: Values) -> bool:
        return (
            old["basis"] not in (basis, "publication")
            and old.get("regulator") not in (None, regulator)
        )  # fmt: skip

    return put(table, key, {"basis": basis, **named}, wanted=wanted, drops=("regulator",))


def doses(key: str, values: Values) -> Break:
    """Give a dose these numbers and no others."""
    numbers = ("min_cells", "target_cells", "max_cells", "cap_cells", "schedule")
    told = () if "per_kg" in values else ("per_kg",)
    return put("dose", key, values, drops=(*numbers, *told))


def approval_again(copy: BrokenCopy) -> set[Place]:
    """Tell the approval of an indication once more, as an event."""
    row = copy.find("indication", has("approved"))
    event = {
        "id": "approval-again", "body": row.values["regulator"], "date": row.values["approved"],
        "kind": "approval", "title": "Approved", "sources": row.values["sources"],
    }  # fmt: skip
    copy.add(row.file, "regulatory_event", event)
    return {(row.file, "approval-again", "kind")}


def drugs(key: str, values: Values) -> Break:
    """Let a regimen consist of one drug, given as other drugs are but for these values."""
    usual = {"drug": "fludarabine", "dose": 30, "unit": "mg/m2"}
    drug = {name: value for name, value in {**usual, **values}.items() if value is not None}
    return put("lymphodepletion", f"drugs[0].{key}", {"drugs": [drug]})


def rate(table: str, key: str, values: Values, **named: str) -> Break:
    """Give a result in a label this number of patients and this rate of them, and no other."""
    others = ("any_grade_pct", "grade3plus_pct", "grade5_pct", "serious_pct")

    def wanted(old: Values) -> bool:
        told = {**old, **named}.items() <= old.items()
        return told and old["basis"] != "publication" and old.keys() >= values.keys()

    return put(table, key, values, wanted=wanted, drops=others)


def of_a_regulator_without_use(table: str) -> Break:
    """Let a record be of a regulator that approved nothing of its product."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        row = copy.find(table, has("regulator"))
        held = {item.values["regulator"] for item in copy.rows("indication", row.file)}
        other = next(name for name in get_args(Regulator) if name not in held)
        copy.put(row.file, row.id, {"regulator": other})
        return {(row.file, row.id, "regulator")}

    return breaks


def again(
    table: str,
    changes: Values | Callable[[Values], Values] | None = None,
    *,
    wanted: Callable[[Values], object],
) -> Break:
    """Add a record a second time under another id, with some changes."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        row = copy.find(table, wanted)
        other = changes(row.values) if callable(changes) else changes or {}
        copy.add(row.file, table, {**row.values, **other, "id": "some-record"})
        return {(row.file, "some-record", "id")}

    return breaks


def near_name(copy: BrokenCopy) -> set[Place]:
    """Give a product a name that is the brand of another but for one letter."""
    row = copy.find("product", lambda values: values["id"] == "tisa-cel")
    name = {"text": "Carvykto", "kind": "brand"}
    copy.put(row.file, row.id, {"names": [*row.values["names"], name]})
    return {(row.file, row.id, "names"), (row.file, "cilta-cel", "names")}


def near_code(copy: BrokenCopy) -> set[Place]:
    """Give a product a development code that is that of another but for one sign."""
    row = copy.find("product", lambda values: values["id"] == "tisa-cel")
    name = {"text": "KTE-C18", "kind": "development-code"}
    copy.put(row.file, row.id, {"names": [*row.values["names"], name]})
    return set()


def registered_twice(copy: BrokenCopy) -> set[Place]:
    """Give a trial the registry number of a trial of another product."""
    first = copy.find("trial", has("nct"), "trials/tisa-cel.toml")
    row = copy.find("trial", has("nct"), "trials/obe-cel.toml")
    copy.put(row.file, row.id, {"nct": first.values["nct"]})
    return {(row.file, row.id, "nct")}


def read_in_another(table: str, changes: Values) -> Break:
    """Let what one regulator says rest on a label of another alone."""

    def breaks(copy: BrokenCopy) -> set[Place]:
        label = copy.find(
            "source",
            lambda values: values["kind"] == "label" and values["publisher"].startswith("FDA"),
            "sources/tisa-cel.toml",
        )
        row = copy.find(table, lambda values: values.get("regulator") == "EMA", "*/tisa-cel.toml")
        copy.put(row.file, row.id, {"sources": [label.id], **changes})
        if "note" in row.values and "note" not in changes:
            copy.drop(row.file, row.id, "note")
        return {(row.file, row.id, "sources")}

    return breaks


def has_numbers(old: Values) -> bool:
    """Whether it is a result of patients in a label, without a note."""
    return old["basis"] != "publication" and {"n", "population"} <= old.keys() and "note" not in old


def is_active(old: Values) -> bool:
    """Whether an indication is in use."""
    return bool(old["status"] == "active")


CASES = (
    # ---- ids and references
    Case(
        "ids_are_kebab_case", "upper-case", put("trial", "id", {"id": "Some-Trial"}),
        "is not kebab-case",
    ),
    Case(
        "ids_are_kebab_case", "underscore", put("source", "id", {"id": "some_source"}),
        "is not kebab-case",
    ),
    Case(
        "ids_are_kebab_case", "two-hyphens", put("dose", "id", {"id": "some--dose"}),
        "is not kebab-case",
    ),
    Case(
        "ids_are_kebab_case", "outer-hyphen", put("disease", "id", {"id": "some-disease-"}),
        "is not kebab-case",
    ),
    Case(
        "ids_are_unique", "in-another-table",
        id_again("adverse_reaction", "outcome", "trials/tisa-cel.toml"),
        "stands in trials/",
    ),
    Case(
        "ids_are_unique", "in-a-table-of-another-file", id_again("dose", "adverse_event"),
        "stands in adverse_events.toml already",
    ),
    Case(
        "ids_are_unique", "in-the-same-table-of-another-file", id_again_in_another_file,
        "stands in sources/axi-cel.toml already",
    ),
    Case(
        "references_resolve", "product",
        put("regulatory_event", "product", {"product": MISSING}, files="class.toml"),
        f"no product '{MISSING}'",
    ),
    Case(
        "references_resolve", "products", references("regulatory_event", "products"),
        f"no product '{MISSING}'",
    ),
    Case("references_resolve", "trial", reference("outcome", "trial"), f"no trial '{MISSING}'"),
    Case(
        "references_resolve", "trials", references("indication", "trials"),
        f"no trial '{MISSING}'",
    ),
    Case("references_resolve", "members", references("trial", "members"), f"no trial '{MISSING}'"),
    Case(
        "references_resolve", "event", reference("adverse_reaction", "event"),
        f"no adverse_event '{MISSING}'",
    ),
    Case(
        "references_resolve", "manifestation", reference("adverse_reaction", "manifestation_of"),
        f"no adverse_event '{MISSING}'",
    ),
    Case(
        "references_resolve", "diseases", references("indication", "diseases"),
        f"no disease '{MISSING}'",
    ),
    Case(
        "references_resolve", "covers", references("indication", "covers"),
        f"no disease '{MISSING}'",
    ),
    Case(
        "references_resolve", "excludes", references("indication", "excludes"),
        f"no disease '{MISSING}'",
    ),
    Case(
        "references_resolve", "parent-of-a-disease", reference("disease", "parent"),
        f"no disease '{MISSING}'",
    ),
    Case(
        "references_resolve", "other-parents", references("disease", "other_parents"),
        f"no disease '{MISSING}'",
    ),
    Case(
        "references_resolve", "parent-of-an-event", reference("adverse_event", "parent"),
        f"no adverse_event '{MISSING}'",
    ),
    Case(
        "references_resolve", "successor", reference("indication", "superseded_by"),
        f"no indication '{MISSING}'",
    ),
    Case(
        "references_resolve", "sources", references("outcome", "sources"),
        f"no source '{MISSING}'",
    ),
    Case(
        "references_resolve", "sources-of-a-nested-record",
        put("product", "construct.sources[0]", {"sources": [MISSING]}, section="construct"),
        f"no source '{MISSING}'",
    ),
    Case(
        "references_resolve", "product-of-a-nested-record",
        put(
            "adverse_event", "management[0].product", {"product": MISSING},
            wanted=has("management"), section="management",
        ),
        f"no product '{MISSING}'",
    ),
    Case(
        "entries_are_used", "source",
        unused(
            "sources/shared.toml", "source",
            {"title": "Some title", "publisher": "Some publisher", "kind": "other"},
        ),
        "nothing uses it",
    ),
    Case(
        "entries_are_used", "event",
        unused("adverse_events.toml", "adverse_event", {"name": "Some event", "category": "any"}),
        "nothing uses it",
    ),
    Case(
        "entries_are_used", "disease",
        unused("diseases.toml", "disease", {"name": "Some disease"}), "nothing uses it",
    ),
    *(
        Case(
            "sources_lie_in_their_file", f"{origin}-source-in-{target}",
            source_moved(origin, target), f"belongs in sources/{origin}.toml",
        )
        for origin, target in (
            ("axi-cel", "shared"),
            ("axi-cel", "tisa-cel"),
            ("class", "shared"),
            ("vocabulary", "class"),
            ("shared", "axi-cel"),
        )
    ),
    Case(
        "sources_lie_in_their_file", "source-of-two-products", source_cited_by_another_product,
        "belongs in sources/shared.toml",
    ),
    Case(
        "facts_name_sources", "no-source", put("outcome", "sources", {"sources": []}), "is empty",
    ),
    Case(
        "facts_name_sources", "no-source-of-a-construct",
        put("product", "construct.sources", {"sources": []}, section="construct"), "is empty",
    ),
    Case(
        "facts_name_sources", "no-source-of-a-grading",
        put(
            "adverse_event", "grading.sources", {"sources": []}, wanted=has("grading"),
            section="grading",
        ),
        "is empty",
    ),
    Case(
        "facts_name_sources", "no-source-of-a-management",
        put(
            "adverse_event", "management.sources", {"sources": []}, wanted=has("management"),
            section="management",
        ),
        "is empty",
    ),
    # ---- texts, lists, dates
    Case("texts_are_clean", "empty", note(""), "is empty"),
    Case("texts_are_clean", "double-space", note("two  spaces"), "outer or double spaces"),
    Case("texts_are_clean", "leading-space", note(" leading"), "outer or double spaces"),
    Case("texts_are_clean", "trailing-space", note("trailing "), "outer or double spaces"),
    Case("texts_are_clean", "not-nfc", note("cafe\u0301"), "is not in Unicode form NFC"),
    Case("texts_are_clean", "smart-quotes", note("\u201cquoted\u201d"), "has smart quotes"),
    Case("texts_are_clean", "smart-apostrophe", note("patient\u2019s"), "has smart quotes"),
    Case("texts_are_clean", "en-dash", note("1\u20132"), "long dashes"),
    Case("texts_are_clean", "em-dash", note("so \u2014 or so"), "long dashes"),
    Case("texts_are_clean", "hard-space", note("10\u00a0mg"), "hard spaces"),
    Case("texts_are_clean", "zero-width-space", note("zero\u200bwidth"), "invisible characters"),
    Case("texts_are_clean", "soft-hyphen", note("soft\u00adhyphen"), "invisible characters"),
    Case("texts_are_clean", "byte-order-mark", note("byte\ufefforder"), "invisible characters"),
    Case("texts_are_clean", "two-lines", note("two\nlines"), "control or invisible"),
    Case("texts_are_clean", "tab", note("a\ttab"), "control or invisible"),
    Case(
        "texts_are_clean", "text-in-a-list",
        put("disease", "synonyms[0]", {"synonyms": ["two  spaces"]}, wanted=has("synonyms")),
        "double spaces",
    ),
    Case(
        "texts_are_clean", "text-of-a-nested-record",
        put("product", "construct.target", {"target": "CD\u00a019"}, section="construct"),
        "hard spaces",
    ),
    *(
        Case("lists_are_sorted", name, breaks, "twice" if "twice" in name else "stands behind '")
        for name, breaks in (
            ("covers", listed("indication", "covers", backwards)),
            ("excludes-twice", listed("indication", "excludes", twice)),
            ("trials", listed("indication", "trials", backwards)),
            ("members", listed("trial", "members", backwards)),
            ("aliases", listed("trial", "aliases", backwards)),
            ("synonyms", listed("disease", "synonyms", backwards)),
            ("synonyms-twice", listed("adverse_event", "synonyms", twice)),
            ("products", listed("regulatory_event", "products", backwards)),
            ("sources", listed("outcome", "sources", backwards)),
            ("sources-twice", listed("code", "sources", twice)),
            ("regions", region_lists(backwards)),
            ("regions-twice", region_lists(twice)),
        )
    ),
    *(
        Case("dates_are_right", name, dated("approved", text), f"'{text}' is not an ISO date")
        for name, text in (
            ("day-first", "30.08.2017"),
            ("short-month", "2017-8-30"),
            ("in-words", "August 2017"),
            ("basic-format", "20170830"),
            ("with-time", "2017-08-30T00:00"),
        )
    ),
    *(
        Case("dates_are_right", name, dated("approved", text), f"'{text}' is not in the calendar")
        for name, text in (
            ("no-such-day", "2017-02-29"),
            ("no-such-month", "2017-13"),
            ("day-zero", "2017-08-00"),
        )
    ),
    Case("dates_are_right", "long-ago", dated("approved", "1900-01-01"), "lies before 1950"),
    *(
        Case(
            "dates_are_right", name, dated("approved", text),
            f"'{text}' is after the dataset's day 2",
        )
        for name, text in (
            ("future-day", "9999-12-31"),
            ("future-month", "9999-12"),
            ("future-year", "9999"),
        )
    ),
    *(
        Case("dates_are_right", f"{table}-{key}", dated(key, "soon", table), "not an ISO date")
        for table, key in (
            ("indication", "converted"),
            ("indication", "ended"),
            ("product", "first_approved"),
            ("code", "valid_from"),
            ("code", "valid_to"),
            ("dose", "valid_from"),
            ("monitoring", "valid_to"),
            ("boxed_warning", "valid_from"),
            ("boxed_warning", "as_of"),
            ("warning", "as_of"),
            ("regulatory_event", "date"),
            ("source", "date"),
        )
    ),
    Case("dates_are_right", "since", criterion("since", {"since": "soon"}), "not an ISO date"),
    Case("dates_are_right", "until", criterion("until", {"until": "9999"}), "is after the"),
    Case(
        "dates_are_in_order", "ended-before-approved",
        put(
            "indication", "ended", {"approved": "2020-05-02", "ended": "2020-05-01"},
            wanted=lacks("converted"),
        ),
        "'2020-05-01' lies before approved '2020-05-02'",
    ),
    Case(
        "dates_are_in_order", "converted-before-approved",
        put(
            "indication", "converted", {"approved": "2020-05-02", "converted": "2020-04"},
            wanted=lacks("ended"),
        ),
        "'2020-04' lies before approved '2020-05-02'",
    ),
    Case(
        "dates_are_in_order", "criterion-ended-before-it-began",
        put(
            "indication", "criteria.until",
            lambda old: {
                "criteria": [{**old["criteria"][0], "since": "2020-05-02", "until": "2020-05-01"}]
            },
            wanted=has("criteria"),
        ),
        "'2020-05-01' lies before since '2020-05-02'",
    ),
    *(
        Case(
            "dates_are_in_order", f"validity-of-a-{table}",
            put(table, "valid_to", {"valid_from": "2020", "valid_to": "2019-12-31"}),
            "'2019-12-31' lies before valid_from '2020'",
        )
        for table in ("code", "dose", "monitoring", "boxed_warning")
    ),
    # ---- numbers
    *(
        Case(
            "percentages_are_right", f"{key}-{name}",
            put(table, key, {key: value}, drops=drops, wanted=has(key)),
            f"{value} is no percentage",
        )
        for table, key, name, value, drops in (
            ("adverse_reaction", "any_grade_pct", "above-100", 100.5, ()),
            ("adverse_reaction", "any_grade_pct", "below-0", -1, ("grade3plus_pct", "grade5_pct")),
            ("adverse_reaction", "serious_pct", "above-100", 101, ()),
            ("adverse_reaction", "tocilizumab_pct", "above-100", 101, ()),
            ("adverse_reaction", "comparator_grade3plus_pct", "above-100", 101, ()),
            ("logistics", "manufacturing_success_pct", "above-100", 101, ()),
        )
    ),
    *(
        Case(
            "percentages_are_right", name,
            put(
                "adverse_reaction", key, values,
                drops=("any_grade_pct", "grade3plus_pct", "grade5_pct"),
            ),
            message,
        )
        for name, key, values, message in (
            (
                "grade-3-above-any-grade", "grade3plus_pct",
                {"any_grade_pct": 20, "grade3plus_pct": 20.5},
                "20.5 is more than any_grade_pct 20",
            ),
            (
                "grade-5-above-grade-3", "grade5_pct",
                {"any_grade_pct": 50, "grade3plus_pct": 20, "grade5_pct": 21},
                "21 is more than grade3plus_pct 20",
            ),
            (
                "grade-5-above-any-grade", "grade5_pct",
                {"any_grade_pct": 20, "grade5_pct": 21},
                "21 is more than any_grade_pct 20",
            ),
        )
    ),
    *(
        Case(
            "intervals_enclose", name,
            put(
                "outcome", "value", values,
                drops=("value", "ci_low", "ci_high"),
            ),
            message,
        )
        for name, values, message in (
            (
                "estimate-below", {"value": 39, "ci_low": 40, "ci_high": 60},
                "39 does not lie in 40 to 60",
            ),
            (
                "estimate-above", {"value": 61, "ci_low": 40, "ci_high": 60},
                "61 does not lie in 40 to 60",
            ),
            (
                "estimate-below-the-only-limit", {"value": 39, "ci_low": 40},
                "39 is below 40",
            ),
            (
                "interval-reversed", {"value": 50, "ci_low": 60, "ci_high": 40},
                "its ends are turned round: 60 to 40",
            ),
            (
                "interval-reversed-without-estimate", {"ci_low": 60, "ci_high": 40},
                "its ends are turned round: 60 to 40",
            ),
        )
    ),
    Case(
        "intervals_enclose", "estimate-of-the-control-arm",
        put(
            "outcome", "comparator_value",
            {"comparator_value": 39, "comparator_ci_low": 40, "comparator_ci_high": 60},
        ),
        "39 does not lie in 40 to 60",
    ),
    *(
        Case(
            "intervals_enclose", f"{name}-{key}",
            put(table, f"{key}_range_days", {f"{key}{median}": value, f"{key}_range_days": ends}),
            f"{value} does not lie in {ends[0]} to {ends[1]}" if "median" in name
            else "its ends are turned round: 8 to 1",
        )
        for table, key, median in (
            ("adverse_reaction", "onset", "_median_days"),
            ("adverse_reaction", "duration", "_median_days"),
            ("adverse_reaction", "resolution", "_median_days"),
            ("logistics", "vein_to_vein", "_days"),
            ("logistics", "manufacturing", "_days"),
        )
        for name, value, ends in (
            ("median-outside-the-range-of", 9, [1, 8]),
            ("reversed-range-of", 5, [8, 1]),
        )
    ),
    *(
        Case(
            "ranges_have_two_ends", f"{name}-of-{table}",
            put(table, key, {key: ends}), "is not a list of two",
        )
        for table, key in (
            ("adverse_reaction", "onset_range_days"),
            ("logistics", "vein_to_vein_range_days"),
        )
        for name, ends in (("one-end", [3]), ("three-ends", [1, 3, 9]))
    ),
    *(
        Case(
            "outcomes_are_right", f"rate-{name}",
            put(
                "outcome", "value", {"value": value},
                wanted=lambda old: old["unit"] == "percent" and old["endpoint"] not in ("ORR", "CR")
                and "value" in old,
            ),
            f"{value} is no percentage",
        )
        for name, value in (("above-100", 100.5), ("below-0", -1))
    ),
    Case(
        "outcomes_are_right", "value-missing",
        put(
            "outcome", "value", {}, drops=("value",),
            wanted=lambda old: has("value")(old)
            and lacks("not_reached", "value_text", "comparator_value")(old),
        ),
        "is missing without a reason",
    ),
    Case(
        "outcomes_are_right", "value-of-what-was-not-reached",
        put("outcome", "not_reached", {"not_reached": True}, wanted=has("value")),
        "goes without a value",
    ),
    Case(
        "outcomes_are_right", "complete-above-overall", complete_above_overall, "is more than ORR",
    ),
    *(
        Case(
            "limits_are_in_order", f"{high}-below-{low}",
            put(
                table, high, {low: 9, high: 8},
                drops=("min_cells", "target_cells", "max_cells") if table == "dose" else (),
            ),
            f"8 is below {low} 9",
        )
        for table, low, high in (
            ("indication", "age_min", "age_max"),
            ("indication", "min_prior_lines", "max_prior_lines"),
            ("dose", "min_cells", "target_cells"),
            ("dose", "target_cells", "max_cells"),
            ("dose", "min_cells", "max_cells"),
            ("lymphodepletion", "infusion_days_min", "infusion_days_max"),
        )
    ),
    Case(
        "target_dates_lie_ahead", "no-date",
        put("pending", "target_date", {"target_date": "soon"}),
        "is not an ISO date",
    ),
    Case(
        "target_dates_lie_ahead", "before-it-was-known",
        put("pending", "target_date", {"target_date": "1999-01-01"}),
        "lies before known_on",
    ),
    # ---- what belongs together
    Case(
        "events_do_not_repeat_indications", "approval-told-twice", approval_again,
        "repeats what an indication says",
    ),
    Case(
        "statuses_agree", "investigational-and-approved",
        put(
            "product", "status", {"status": "investigational"},
            wanted=lambda old: old["status"] == "approved",
        ),
        "is investigational, and yet approved",
    ),
    Case(
        "statuses_agree", "active-and-ended",
        put(
            "indication", "status", {"ended": "2020"},
            wanted=lambda old: old["status"] == "active",
        ),
        "is active, and yet it ended",
    ),
    Case(
        "statuses_agree", "active-and-superseded",
        put(
            "indication", "status", {"superseded_by": MISSING},
            wanted=lambda old: old["status"] == "active",
        ),
        "is active, and yet it ended",
    ),
    Case(
        "statuses_agree", "superseded-by-nothing",
        put(
            "indication", "superseded_by", {"status": "superseded"},
            wanted=lambda old: old["status"] == "active",
        ),
        "is missing",
    ),
    Case(
        "statuses_agree", "converted-from-nothing",
        put(
            "indication", "pathway_at_approval", {"converted": "2020"},
            wanted=lacks("converted", "pathway_at_approval"),
        ),
        "is missing",
    ),
    Case(
        "statuses_agree", "first-approval-on-another-day",
        put(
            "product", "first_approved", {"first_approved": "1999-01-01"},
            wanted=lambda old: old["status"] == "approved",
        ),
        "was approved on 1999-01-01",
    ),
    Case(
        "statuses_agree", "first-approval-by-another-regulator", first_approved_by_another,
        "no indication of ",
    ),
    Case(
        "statuses_agree", "first-approval-unknown",
        put(
            "product", "first_approved", {}, drops=("first_approved",),
            wanted=lambda old: old["status"] == "approved" and "first_approved" in old,
        ),
        "is missing: an approved product names its first approval",
    ),
    Case(
        "statuses_agree", "indication-before-the-first-approval",
        put(
            "indication", "approved", {"approved": "2016-12"}, files="labels/tisa-cel.toml",
            wanted=lambda old: old["regulator"] == "EMA",
        ),
        "'2016-12' lies before first_approved '2017-08-30' of tisa-cel",
    ),
    *(
        Case(
            "lists_match_their_measure", f"empty-{measure}", bare_reaction(measure),
            "is a list that names nothing",
        )
        for measure in ("list", "summary")
    ),
    *(
        Case(
            "lists_match_their_measure", f"{measure}-without-number", bare_reaction(measure),
            "is a rate without a number",
        )
        for measure in ("reaction", "laboratory", "fatal")
    ),
    *(
        Case(
            "codes_fit_their_system", system, code(system, text),
            f"'{text}' is not written as a {system} code",
        )
        for system, text in (
            ("ATC", "L01XL4"),
            ("ChEMBL", "3301574"),
            ("CPT", "38225X"),
            ("DrugBank", "DB1388"),
            ("EU-MA", "EU/1/18/1297"),
            ("HCPCS", "Q204"),
            ("ICD-10-CM", "C8330"),
            ("ICD-10-PCS", "XW033C"),
            ("NCIt", "126109"),
            ("NDC", "71287119-01"),
            ("RxNorm", "RX1986800"),
            ("UK-PLGB", "PLGB 11972-0042"),
            ("UNII", "9TTZ5V"),
        )
    ),
    *(
        Case(
            "codes_fit_their_system", f"{system}-of-{table}", term_code(table, system, text),
            f"'{text}' is not written as a {system} code",
        )
        for table, system, text in (
            ("disease", "NCIt", "3167"),
            ("disease", "MONDO", "MONDO:4967"),
            ("disease", "DOID", "9952"),
            ("disease", "ICD-O-3", "9835"),
            ("adverse_event", "ICD-10-CM", "D89831"),
        )
    ),
    Case(
        "codes_fit_their_system", "NCT",
        put("trial", "nct", {"nct": "NCT0243584"}, wanted=has("nct")),
        "is not NCT and eight digits",
    ),
    Case(
        "sources_are_originals", "http", url(lambda old: old.replace("https:", "http:")),
        "is not a plain https address",
    ),
    Case(
        "sources_are_originals", "space", url(lambda old: f"{old}/a b"),
        "is not a plain https address",
    ),
    *(
        Case(
            "sources_are_originals", name, url(lambda _, address=address: address),  # type: ignore[misc]
            "is the address of a copy",
        )
        for name, address in (
            ("github", "https://raw.githubusercontent.com/someone/labels/main/label.txt"),
            ("archive", "https://web.archive.org/web/2020/https://www.fda.gov/label"),
            ("document-share", "https://www.scribd.com/document/1/label"),
            ("copy", "https://www.example.com/label-copy.pdf"),
        )
    ),
    *(
        Case(
            "sources_are_originals", name,
            url(lambda _, address=address: address),  # type: ignore[misc]
            "holds tracking parameters",
        )
        for name, address in (
            ("campaign", "https://www.fda.gov/label?utm_source=newsletter"),
            ("click", "https://www.fda.gov/label?id=1&gclid=abc"),
        )
    ),
    Case(
        "sources_are_originals", "same-address-and-title", same_document(),
        "is the document of '",
    ),
    Case(
        "sources_are_originals", "same-publisher-and-title", same_document("url"),
        "is the document of '",
    ),
    # ---- names
    Case("names_are_unique", "product", brand_of_another, "' is a name of "),
    Case("names_are_unique", "product-code", code_of_another, "'SOME-CODE-1' is a code of "),
    Case("names_are_unique", "code-and-name", code_as_name, "' is a name of tisa-cel too"),
    Case("names_are_unique", "disease", name_of_another("disease", "synonyms"), "' is a name of "),
    Case("names_are_unique", "event", name_of_another("adverse_event", "synonyms"), "a name of "),
    Case("names_are_unique", "trial", name_of_another("trial", "aliases"), "' is a name of "),
    Case("names_are_unique", "id-of-a-trial", id_as_name("trial", "aliases"), "' is the id of "),
    Case("names_are_unique", "id-of-a-disease", id_as_name("disease", "synonyms"), "is the id of "),
    Case(
        "trees_have_roots", "disease", put("disease", "parent", {"parent": "all"}, wanted=is_all),
        "lies below itself",
    ),
    *(
        Case("trees_have_roots", name, breaks, message)
        for name, breaks, message in (
            (
                "event", put("adverse_event", "parent", lambda old: {"parent": old["id"]}),
                "lies below itself",
            ),
            ("other-parent", lists_itself("disease", "other_parents"), "lies below itself"),
            ("parent-that-lies-below", parents_of_each_other, "lies below itself"),
            ("kind", lists_itself("therapy", "kinds"), "counts as itself"),
            ("member", lists_itself("trial", "members"), "is a part of itself"),
            ("superseded", superseded_by_each_other, "is superseded by itself"),
            ("without-an-end", long_line_of_diseases, "leads to more than 200 others"),
        )
    ),
    Case(
        "statuses_agree", "superseded-by-one-of-another-regulator", superseded_by_a_stranger,
        "is one of ",
    ),
    Case(
        "statuses_agree", "withdrawn-and-active",
        put(
            "product", "status", {"status": "withdrawn"},
            wanted=lambda values: values["status"] == "approved",
        ),
        "is withdrawn, and yet indications are active, such as '",
    ),
    Case(
        "bases_fit_their_sources", "direct-without-a-label",
        put("outcome", "indirect", {"indirect": False}, wanted=has("indirect")), "should be true",
    ),
    Case(
        "bases_fit_their_sources", "indirect-publication",
        put(
            "adverse_reaction", "indirect", {"indirect": True},
            wanted=lambda values: values["basis"] == "publication",
        ),
        "should be false",
    ),
    *(
        Case(
            "texts_belong_to_a_use", f"{table}-of-a-regulator", of_a_regulator_without_use(table),
            "there is no indication of ",
        )
        for table in ("dose", "lymphodepletion", "monitoring", "boxed_warning", "warning")
    ),
    *(
        Case(
            "texts_belong_to_a_use", f"{table}-for-a-disease",
            put(
                table, "diseases[0]", {"diseases": ["mm"]}, wanted=has("regulator", "diseases"),
                files="labels/tisa-cel.toml",
            ),
            " for 'mm'",
        )
        for table in ("dose", "lymphodepletion")
    ),
    *(
        Case("uses_name_diseases", table, put(table, "diseases", {"diseases": []}), "is empty")
        for table in ("indication", "pending", "dose", "lymphodepletion")
    ),
    *(
        Case(
            "units_fit_their_endpoint", endpoint,
            put(
                "outcome", "unit", {"unit": unit},
                wanted=lambda values, endpoint=endpoint: values["endpoint"] == endpoint,  # type: ignore[misc]
            ),
            f"is '{unit}', but {endpoint} is in ",
        )
        for endpoint, unit in (
            ("ORR", "months"), ("OS-24m", "months"), ("mPFS", "percent"), ("HR-OS", "percent"),
        )
    ),
    *(
        Case(
            "numbers_make_sense", f"{key}-{value}",
            put(table, key, {key: value}, wanted=has(key)), f"{value} does not lie between",
        )
        for table, key, value in (
            ("outcome", "n", 0),
            ("outcome", "value", -1),
            ("outcome", "ci_level", 0.95),
            ("adverse_reaction", "n", -3),
            ("trial", "n_treated", -8),
            ("indication", "age_min", -1),
            ("indication", "age_min", 121),
            ("indication", "min_prior_lines", 100),
            ("dose", "max_cells", -1),
            ("monitoring", "proximity_weeks", -2),
            ("logistics", "storage_temperature_c", -1200),
        )
    ),
    Case(
        "names_are_unique", "name-without-letters",
        put("disease", "names", {"synonyms": ["--"]}, wanted=has("synonyms")),
        "has no letter or digit",
    ),
    # ---- what is not likely
    Case("names_lie_apart", "brand", near_name, "is a typing error away from 'Carvyk"),
    *(
        Case("regimens_are_plausible", name, drugs(key, values), message)
        for name, key, values, message in (
            ("tenfold", "dose", {"dose": 250}, "250 mg/m2 of fludarabine does not lie between 8"),
            ("hundredfold", "dose", {"dose": 3000}, "does not lie between 8 and 90"),
            ("tenth", "dose", {"dose": 3}, "3 mg/m2 of fludarabine does not lie between"),
            (
                "tenfold-cyclophosphamide", "dose", {"drug": "cyclophosphamide", "dose": 2500},
                "does not lie between 100 and 2,400",
            ),
            (
                "tenth-of-cyclophosphamide", "dose", {"drug": "cyclophosphamide", "dose": 90},
                "does not lie between 100 and 2,400",
            ),
            ("without-unit", "unit", {"unit": None}, "is missing: 30 of what?"),
            (
                "days-that-are-not-listed", "days", {"days": 3, "days_before_infusion": [5, 4]},
                "3 is not the number of the days before infusion: 5, 4",
            ),
            (
                "day-listed-twice", "days", {"days": 3, "days_before_infusion": [5, 5, 4]},
                "3 is not the number of the days",
            ),
        )
    ),
    *(
        Case(
            "criteria_are_understood", f"{kind}-{value}",
            criterion("value", {"kind": kind, "value": value}), f"'{value}' is none of '{kind}'",
        )
        for kind, value in (
            ("antigen", "anti-cd38-antibody"),
            ("disease-status", "cd19-positive"),
            ("prior-therapy", "last-therapy"),
            ("no-prior-therapy", "relapsed"),
            ("refractory-to", "refractory-to-first-line"),
            ("progression-on", "lenalidomide"),
            ("transplant", "primary-cns-lymphoma"),
            ("excluded-disease", "autologous-eligible"),
        )
    ),
    *(
        Case(
            "patients_are_of_their_trial", f"{table}-of-more",
            put(
                table, "n", {"n": 999_999}, files="trials/axi-cel.toml",
                wanted=lambda old: old["trial"] == "zuma-1" and "n" in old,
            ),
            "999999 is more than the ",
        )
        for table in ("outcome", "adverse_reaction")
    ),
    *(
        Case(
            "patients_are_of_their_trial", f"more-treated-than-{key}",
            put("trial", "n_treated", {"n_treated": 999_999}, wanted=has(key)),
            "999999 is more than the ",
        )
        for key in ("n_enrolled", "n_leukapheresed")
    ),
    *(
        Case(
            "rates_are_of_whole_patients", name,
            rate("adverse_reaction", key, {"n": patients, key: value}),
            f"{value} per cent of {patients} is no whole number of patients: {near}",
        )
        for name, key, patients, value, near in (
            ("exact-rate-of-none", "any_grade_pct", 96, 12.9, "12 are 12.5, 13 are 13.54"),
            ("fraction", "any_grade_pct", 100, 0.83, "0 are 0, 1 are 1"),
            ("whole-rate-of-few", "grade3plus_pct", 32, 73, "23 are 71.88, 24 are 75"),
            ("rate-of-serious-events", "serious_pct", 20, 12, "2 are 10, 3 are 15"),
        )
    ),
    *(
        Case(
            "rates_are_of_whole_patients", endpoint,
            rate("outcome", "value", {"n": 96, "value": 12.9}, endpoint=endpoint),
            "12.9 per cent of 96 is no whole number of patients",
        )
        for endpoint in ("ORR", "CR")
    ),
    *(
        Case(
            "ages_fit_their_population", name,
            put(
                "indication", key, values,
                drops=("age_max",) if key == "age_min" else ("age_min",),
            ),
            message,
        )
        for name, key, values, message in (
            (
                "paediatric-adults", "age_min", {"population": "paediatric", "age_min": 18},
                "18 years is no lowest age of 'paediatric'",
            ),
            (
                "adolescents-of-age", "age_min",
                {"population": "adolescent and adult", "age_min": 18},
                "18 years is no lowest age of 'adolescent and adult'",
            ),
            (
                "adults-not-of-age", "age_min", {"population": "adult", "age_min": 12},
                "12 years is no lowest age of 'adult'",
            ),
            (
                "old-children", "age_max", {"population": "paediatric", "age_max": 40},
                "40 years is no highest age of 'paediatric'",
            ),
        )
    ),
    *(
        Case("nothing_is_said_twice", name, breaks, message)
        for name, breaks, message in (
            ("outcome", again("outcome", wanted=has_numbers), "says again what '"),
            (
                "outcome-in-capitals",
                again(
                    "outcome", lambda old: {"population": old["population"].upper()},
                    wanted=has_numbers,
                ),
                "says again what '",
            ),
            (
                "outcome-otherwise", again("outcome", {"value_text": "no"}, wanted=has_numbers),
                "of the same: tell why in both notes",
            ),
            ("reaction", again("adverse_reaction", wanted=has_numbers), "says again what '"),
            (
                "reaction-otherwise",
                again("adverse_reaction", {"duration_median_days": 999}, wanted=has_numbers),
                "of the same: tell why in both notes",
            ),
            ("indication", again("indication", wanted=is_active), "says again what '"),
            (
                "indication-on-another-day",
                again("indication", {"approved": "2020", "summary": "Other"}, wanted=is_active),
                "says again what '",
            ),
        )
    ),
    Case(
        "targets_are_written_alike", "small",
        put(
            "product", "construct.target", {"target": "cd 19"}, section="construct",
            wanted=lambda old: old["id"] == "obe-cel",
        ),
        "'cd 19' is 'CD19' of ",
    ),
    *(
        Case(
            "sources_fit_their_regulator", table, read_in_another(table, {}),
            "hold texts of FDA, and none of EMA",
        )
        for table in ("outcome", "adverse_reaction", "indication", "dose")
    ),
    Case(
        "sources_fit_their_regulator", "result-with-a-note",
        read_in_another("outcome", {"note": "In another label."}),
        "hold texts of FDA, and none of EMA",
    ),
    Case(
        "trials_belong_to_their_product", "registered-twice", registered_twice,
        " of tisa-cel",
    ),
    *(
        Case(
            "codes_fit_their_system", f"region-{text}",
            put(
                "product", "names[0].regions[0]",
                {"names": [{"text": "Some Name", "kind": "brand", "regions": [text]}]},
            ),
            f"'{text}' is no ISO 3166 code, nor EU",
        )
        for text in ("UK", "Europe", "us")
    ),
    *(
        Case("doses_are_plausible", name, doses(key, values), message)
        for name, key, values, message in (
            (
                "handful", "min_cells", {"min_cells": 50, "per_kg": False},
                "50 cells do not lie between 5,000,000 and 5,000,000,000",
            ),
            (
                "flat-dose-per-kg", "min_cells", {"min_cells": 50_000_000, "per_kg": True},
                "50,000,000 cells per kg do not lie between 10,000 and 40,000,000",
            ),
            (
                "dose-per-kg-as-flat", "target_cells",
                {"target_cells": 2_000_000, "per_kg": False}, "2,000,000 cells do not lie between",
            ),
            (
                "flat-dose-a-hundred-times", "max_cells",
                {"max_cells": 11_000_000_000, "per_kg": False}, "cells do not lie between",
            ),
            (
                "dose-per-kg-a-hundred-times", "target_cells",
                {"target_cells": 200_000_000, "per_kg": True}, "cells per kg do not lie between",
            ),
            ("neither-told", "max_cells", {"max_cells": 5_000}, "cells do not lie between"),
            (
                "cap-of-a-dose-per-kg", "cap_cells",
                {"target_cells": 2_000_000, "cap_cells": 2_000_000, "per_kg": True},
                "2,000,000 cells do not lie between",
            ),
            (
                "part-of-a-flat-dose", "schedule[1].cells",
                {
                    "per_kg": False,
                    "schedule": [{"day": 1, "cells": 10_000_000}, {"day": 10, "cells": 400_000}],
                },
                "400,000 cells do not lie between",
            ),
            (
                "part-of-a-dose-per-kg", "schedule[0].cells",
                {"per_kg": True, "schedule": [{"day": 1, "cells": 400}]},
                "400 cells do not lie between",
            ),
            (
                "one-number-a-hundred-times", "max_cells",
                {"min_cells": 10_000_000, "max_cells": 1_000_000_000, "per_kg": False},
                "1,000,000,000 is more than 50 times the lowest, 10,000,000",
            ),
        )
    ),
    *(
        Case("bases_fit_their_regulator", name, breaks, message)
        for name, breaks, message in (
            (
                "smpc-of-the-fda", read_in("SmPC", "FDA", "basis"),
                "'SmPC' is none of FDA, which has 'FDA label'",
            ),
            (
                "fda-label-of-ema", read_in("FDA label", "EMA", "basis", "adverse_reaction"),
                "'FDA label' is none of EMA, which has 'SmPC'",
            ),
            (
                "swiss-label-of-mhra", read_in("Swiss label", "MHRA", "basis"),
                "'Swiss label' is none of MHRA, which has 'SmPC'",
            ),
            (
                "fda-label-of-pmda", read_in("FDA label", "PMDA", "basis"),
                "'FDA label' is none of PMDA, which has 'label'",
            ),
            ("label-of-the-fda", read_in("label", "FDA", "basis"), "'label' is none of FDA"),
            (
                "smpc-of-nobody", read_in("SmPC", None, "regulator"),
                "is missing: whose text is the 'SmPC'?",
            ),
        )
    ),
    *(
        Case(
            "trials_belong_to_their_product", name, breaks, message,
        )
        for name, breaks, message in (
            ("outcome", trial_of_another("outcome", "trial"), "is a trial of axi-cel, in trials"),
            ("reaction", trial_of_another("adverse_reaction", "trial"), "is a trial of axi-cel"),
            ("indication", trial_of_another("indication", "trials"), "is a trial of axi-cel"),
            ("pool", trial_of_another("trial", "members"), "is a trial of axi-cel"),
            (
                "result-in-the-file-of-a-product", result_away_from_its_trial,
                "is a trial of several products, in trials/class.toml",
            ),
        )
    ),
)  # fmt: skip


# ---- every rule can be broken


@pytest.fixture(scope="module")
def read_files() -> dict[tuple[object, ...], Any]:
    """What the loader made of each content of a file."""
    return {}


@pytest.fixture
def quick_reading(
    monkeypatch: pytest.MonkeyPatch, read_files: dict[tuple[object, ...], Any]
) -> None:
    """Let the loader build a file anew only if its content is new: a copy differs in one file."""
    read = cartref.loading.read

    def remembering(directory: str, file: str) -> object:
        key = (Path(directory, file).read_bytes(), file)
        if key not in read_files:
            read_files[key] = read(directory, file)
        return read_files[key]

    monkeypatch.setattr(cartref.loading, "read", remembering)


def places(problems: list[Problem]) -> set[Place]:
    return {(problem.file, problem.record, problem.key) for problem in problems}


@pytest.mark.usefixtures("quick_reading")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_breach_is_seen_with_file_record_and_key(case: Case, broken_copy: BrokenCopy) -> None:
    expected = case.breaks(broken_copy)
    problems = list(RULES_BY_NAME[case.rule](Whole(Catalog(broken_copy.directory))))
    assert places(problems) == expected
    assert [problem for problem in problems if case.message not in problem.message] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_has_a_case(rule: Rule) -> None:
    assert rule.__name__ in {case.rule for case in CASES}


def test_no_two_cases_have_one_name() -> None:
    assert len({str(case) for case in CASES}) == len(CASES)


@pytest.mark.usefixtures("quick_reading")
@pytest.mark.parametrize(
    ("rule", "breaks"),
    [
        (
            "entries_are_used",
            unused("diseases.toml", "disease", {"name": "Some disease", "description": "Rare."}),
        ),
        ("dates_are_right", dated("approved", "2017")),
        (
            "dates_are_in_order",
            put("indication", "ended", {"approved": "2020-06-01", "ended": "2020"}),
        ),
        (
            "percentages_are_right",
            put("adverse_reaction", "", {"any_grade_pct": 100, "grade3plus_pct": 100}),
        ),
        (
            "intervals_enclose",
            put("outcome", "value", {"value": 50, "ci_low": 50, "ci_high": 50}),
        ),
        (
            "lists_match_their_measure",
            put(
                "adverse_reaction",
                "measure",
                {"onset_median_days": 3},
                drops=("any_grade_pct", "grade3plus_pct", "grade5_pct"),
            ),
        ),
        ("codes_fit_their_system", term_code("disease", "ICD-10-CM", "C83.0-C83.9")),
        (
            "doses_are_plausible",
            doses("schedule", {"per_kg": True, "schedule": [{"day": 1, "cells": 10**8}]}),
        ),
        ("bases_fit_their_regulator", read_in("SmPC", "AEMPS", "basis")),
        ("bases_fit_their_regulator", read_in("label", None, "basis")),
        ("bases_fit_their_sources", references("outcome", "sources")),
        ("names_lie_apart", near_code),
        (
            "patients_are_of_their_trial",
            put(
                "outcome", "", {"n": 999, "note": "All 999 of both cohorts."},
                files="trials/axi-cel.toml", wanted=lambda old: old["trial"] == "zuma-1",
            ),
        ),
        (
            "rates_are_of_whole_patients",
            rate("adverse_reaction", "", {"n": 97, "any_grade_pct": 17}),
        ),
        (
            "rates_are_of_whole_patients",
            rate("adverse_reaction", "", {"n": 78, "grade3plus_pct": 61}),
        ),
        (
            "rates_are_of_whole_patients",
            put(
                "outcome", "", {"n": 96, "value": 12.9},
                wanted=lambda old: old["endpoint"] == "PFS-12m" and "n" in old,
            ),
        ),
        (
            "nothing_is_said_twice",
            again(
                "outcome", {"value": 1, "note": "Other censoring."}, wanted=has("value", "note")
            ),
        ),
        (
            "nothing_is_said_twice",
            again(
                "outcome", lambda old: {"population": f"< {old['population']}"}, wanted=has_numbers
            ),
        ),
        (
            "nothing_is_said_twice",
            again("indication", {"status": "withdrawn"}, wanted=is_active),
        ),
        (
            "sources_fit_their_regulator",
            read_in_another("indication", {"note": "As in the US label."}),
        ),
        (
            "statuses_agree",
            put(
                "indication", "", {"approved": "2017-08"}, files="labels/tisa-cel.toml",
                wanted=lambda old: old["regulator"] == "EMA",
            ),
        ),
        (
            "trials_belong_to_their_product",
            lambda copy: (
                copy.put(
                    "labels/tisa-cel.toml",
                    copy.find("indication", has("trials"), "labels/tisa-cel.toml").id,
                    {"trials": [copy.find("trial", files="trials/class.toml").id]},
                )
                or set()
            ),
        ),
    ],
    ids=[
        "disease-in-its-own-right", "year-alone", "ended-in-the-year-of-approval",
        "all-patients-grade-3", "interval-of-one-point", "time-without-percentage",
        "range-of-codes", "parts-of-a-dose-per-kg-in-all", "smpc-of-spain", "label-of-nobody",
        "source-that-is-not-there", "codes-a-sign-apart", "number-in-a-note", "rounded-twice",
        "cut", "estimate-at-a-time", "two-that-differ-with-notes", "population-a-sign-apart",
        "use-that-ended",
        "text-of-another-with-a-note", "month-of-the-first-approval",
        "study-of-several",
    ],
)  # fmt: skip
def test_what_is_allowed_is_no_breach(rule: str, breaks: Break, broken_copy: BrokenCopy) -> None:
    breaks(broken_copy)
    assert list(RULES_BY_NAME[rule](Whole(Catalog(broken_copy.directory)))) == []


# ---- all rules together, and the command


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the command wrote, and how it ended."""

    exit_code: int
    stdout: str
    stderr: str


def run(*arguments: str) -> Outcome:
    """Run ``cartref data check``."""
    result = CliRunner().invoke(app, ["data", "check", *arguments])
    return Outcome(result.exit_code, result.stdout, result.stderr)


ALONE = (
    "ids_are_unique-in-another-table",
    "texts_are_clean-double-space",
    "percentages_are_right-any_grade_pct-above-100",
    "names_are_unique-name-without-letters",
)


@pytest.mark.usefixtures("quick_reading")
@pytest.mark.parametrize("case", [case for case in CASES if str(case) in ALONE], ids=str)
def test_check_and_command_report_the_breach(case: Case, broken_copy: BrokenCopy) -> None:
    expected = case.breaks(broken_copy)
    problems = check(str(broken_copy.directory))
    assert places(problems) == expected
    [problem] = problems
    assert case.message in problem.message
    assert run(str(broken_copy.directory)) == Outcome(
        exit_code=1,
        stdout=f"{problem.file}: {problem.record}: {problem.key}: {problem.message}\n",
        stderr="error: 1 problem in the data\n",
    )


def test_the_cases_for_the_command_are_there() -> None:
    assert {*ALONE} <= {str(case) for case in CASES}


def test_the_command_writes_one_line_for_each_breach(broken_copy: BrokenCopy) -> None:
    trial, *_ = broken_copy.rows("trial")
    source, *_ = broken_copy.rows("source")
    broken_copy.put(trial.file, trial.id, {"note": "two  spaces"})
    broken_copy.put(source.file, source.id, {"url": "http://www.fda.gov/label"})
    result = run(str(broken_copy.directory))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{source.file}: {source.id}: url: is not a plain https address",
        f"{trial.file}: {trial.id}: note: has outer or double spaces",
    ]
    assert result.stderr == "error: 2 problems in the data\n"


@pytest.mark.parametrize("given", [True, False], ids=["given-directory", "bundled-dataset"])
def test_clean_data_ends_in_exit_code_0_and_an_empty_stdout(
    given: bool, data_directory: Path
) -> None:
    result = run(*([str(data_directory)] if given else []))
    assert result == Outcome(0, "", f"The data is clean: {len(RULES)} rules.\n")


# ---- files that cannot be read into records


def test_an_overlay_that_is_checked_as_a_dataset_is_told_how(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    told = f"an overlay is checked with: cartref data check --data {tmp_path}"
    assert list(map(str, check(str(tmp_path)))) == [f"products.toml: is not there; {told}"]
    (tmp_path / "products.toml").write_text("", encoding="utf-8")
    assert list(map(str, check(str(tmp_path)))) == [f"products.toml: dataset: missing key; {told}"]
    (tmp_path / "products.toml").write_text("x", encoding="utf-8")
    assert "--data" not in str(check(str(tmp_path)))


def test_a_dataset_without_its_description_still_tells_what_else_is_broken(
    broken_copy: BrokenCopy,
) -> None:
    head, table, rest = broken_copy.text("products.toml").partition("[[product]]")
    assert "[dataset]" in head
    broken_copy.write("products.toml", table + rest)
    broken_copy.write("class.toml", "x")
    first, second = check(str(broken_copy.directory))
    assert first.message.startswith("dataset: missing key; an overlay is checked with: ")
    assert second.file == "class.toml"


def test_a_directory_above_the_data_is_told_where_they_lie(broken_copy: BrokenCopy) -> None:
    above = broken_copy.directory.parent
    [problem] = check(str(above))
    assert problem.message == f"is not there; did you mean '{above / 'data'}'?"


def test_a_misnamed_file_is_named_beside_the_one_that_is_missing(broken_copy: BrokenCopy) -> None:
    labels = broken_copy.directory / "labels"
    (labels / "axi-cel.toml").rename(labels / "axicel.toml")
    assert run(str(broken_copy.directory)) == Outcome(
        exit_code=1,
        stdout=(
            "labels/axi-cel.toml: cannot be read: there is no such file;"
            " a product that is approved needs it\n"
            "labels/axicel.toml: is read by nothing; did you mean 'labels/axi-cel.toml'?\n"
        ),
        stderr="error: 2 problems in the data\n",
    )


def test_a_stray_file_is_named_though_nothing_is_missing(broken_copy: BrokenCopy) -> None:
    (broken_copy.directory / "notes.toml").write_text("", encoding="utf-8")
    assert list(map(str, check(str(broken_copy.directory)))) == ["notes.toml: is read by nothing"]


@pytest.mark.parametrize(
    ("table", "key", "value", "meant"),
    [
        ("indication", "diseases", ["LBCL"], "lbcl"),
        ("adverse_reaction", "event", "ICANS", "icans"),
        ("outcome", "trial", "zuma1", "zuma-1"),
        ("adverse_reaction", "event", "neutropenias", "neutropenia"),
        ("outcome", "sources", ["fda-yescarta-label-2019-06"], "fda-yescarta-label-2019-05"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_with_the_one_that_may_be_meant(
    table: str, key: str, value: object, meant: str, broken_copy: BrokenCopy
) -> None:
    row = broken_copy.find(table)
    broken_copy.put(row.file, row.id, {key: value})
    [problem] = RULES_BY_NAME["references_resolve"](Whole(Catalog(broken_copy.directory)))
    assert problem.message.endswith(f"; did you mean '{meant}'?")


@pytest.mark.parametrize(
    ("table", "key", "value", "told"),
    [
        ("indication", "diseases", ["myeloma"], "; did you mean 'mm' (Multiple myeloma)?"),
        (
            "adverse_reaction", "event", "cytokine release syndrome",
            "; did you mean 'crs' (Cytokine release syndrome)?",
        ),
        ("adverse_reaction", "event", "lung-infection", "no adverse_event 'lung-infection'"),
    ],
    ids=["synonym", "name", "like-another-thing"],
)  # fmt: skip
def test_a_name_in_the_place_of_an_id_is_told_with_its_record(
    table: str, key: str, value: object, told: str, broken_copy: BrokenCopy
) -> None:
    row = broken_copy.find(table)
    broken_copy.put(row.file, row.id, {key: value})
    [problem] = RULES_BY_NAME["references_resolve"](Whole(Catalog(broken_copy.directory)))
    assert problem.message.endswith(told)


def test_every_broken_file_is_reported_at_once(broken_copy: BrokenCopy) -> None:
    dose = broken_copy.find("dose")
    event = broken_copy.find("adverse_event")
    trial = broken_copy.find("trial")
    broken_copy.put(dose.file, dose.id, {"unit": 5})
    broken_copy.put(event.file, event.id, {"category": "unlucky"})
    broken_copy.put(trial.file, trial.id, {"n_treated": True})
    (broken_copy.directory / "class.toml").unlink()
    problems = check(str(broken_copy.directory))
    assert places(problems) == {
        (dose.file, dose.id, "unit"),
        (event.file, event.id, "category"),
        (trial.file, trial.id, "n_treated"),
        ("class.toml", "-", "-"),
    }
    assert run(str(broken_copy.directory)) == Outcome(
        exit_code=1,
        stdout="".join(f"{problem}\n" for problem in problems),
        stderr="error: 4 problems in the data\n",
    )


def test_a_broken_file_of_products_is_reported(broken_copy: BrokenCopy) -> None:
    row = broken_copy.find("product")
    broken_copy.put(row.file, row.id, {"status": "unlucky"})
    [problem] = check(str(broken_copy.directory))
    assert (problem.file, problem.record, problem.key) == (row.file, row.id, "status")
    assert problem.message.startswith("'unlucky' is not one of: ")


@pytest.mark.parametrize("table", layout.TABLES)
def test_an_id_twice_in_a_file_is_reported(table: str, broken_copy: BrokenCopy) -> None:
    row = broken_copy.find(table)
    broken_copy.add(row.file, table, row.values)
    [problem] = check(str(broken_copy.directory))
    assert problem == (row.file, row.id, "id", "stands twice")


@pytest.mark.usefixtures("quick_reading")
@pytest.mark.parametrize("table", ["trial", "indication"])
def test_an_id_twice_among_all_files_is_reported(table: str, broken_copy: BrokenCopy) -> None:
    files = "*/tisa-cel.toml"
    first = broken_copy.find(table, files=files)
    row = broken_copy.find(table, lambda values: values["id"] != first.id, files)
    broken_copy.put(row.file, row.id, {"id": first.id})
    assert (row.file, first.id, "id") in places(check(str(broken_copy.directory)))


def test_files_are_named_below_a_directory_with_a_slash(broken_copy: BrokenCopy) -> None:
    row = broken_copy.find("product")
    broken_copy.put(row.file, row.id, {"status": "unlucky"})
    [problem] = check(f"{broken_copy.directory}/")
    assert problem.file == row.file


def test_a_directory_that_is_not_there_ends_in_exit_code_2(tmp_path: Path) -> None:
    result = run(str(tmp_path / "nowhere"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: there is no directory ")


def test_a_directory_without_dataset_ends_in_exit_code_1(tmp_path: Path) -> None:
    result = run(str(tmp_path))
    assert result.exit_code == 1
    assert "products.toml: " in result.stdout
    assert "cannot be read" in result.stdout
    assert result.stderr.startswith("error: ")
