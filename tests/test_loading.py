"""Strict loading: what is not in the model is an error that names file, record and key."""

from __future__ import annotations

import inspect
import re
from dataclasses import FrozenInstanceError, dataclass, fields, is_dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest

import cartref
import cartref.loading
from cartref import layout
from cartref.catalog import Catalog
from cartref.errors import DataError
from cartref.model import dataset, label, match, product, reference, source, study

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import BrokenCopy, Row


def read(directory: Path, file: str) -> None:
    """Read one file into records, as the catalog does."""
    catalog = Catalog(directory)
    assert catalog.records(file)
    if file == "products.toml":
        assert catalog.dataset


def refusal(copy: BrokenCopy, file: str) -> str:
    """What the loader says of a broken file, after the path of that file."""
    with pytest.raises(DataError) as caught:
        read(copy.directory, file)
    path, colon, rest = str(caught.value).partition(": ")
    assert (Path(path), colon) == (copy.directory / file, ": ")
    return rest


def test_an_unbroken_copy_is_read_without_an_error(broken_copy: BrokenCopy) -> None:
    files = broken_copy.files()
    for file in files:
        read(broken_copy.directory, file)
    assert {PurePosixPath(file).parent.name for file in files} == {
        "", "labels", "sources", "trials",
    }  # fmt: skip


# ---- one broken record


@dataclass(frozen=True, slots=True)
class Case:
    """A way to break one record.

    Attributes:
        name: what is wrong
        table: its table
        breaks: breaks the record that was found
        says: what the error says after file and record: it begins with the key
        needs: the keys that the record must have
    """

    name: str
    table: str
    breaks: Callable[[BrokenCopy, Row], None]
    says: str
    needs: tuple[str, ...] = ()


def put(section: str = "", **values: object) -> Callable[[BrokenCopy, Row], None]:
    """Set keys of the record, or of its first nested record of that name."""
    return lambda copy, row: copy.put(row.file, row.id, values, section)


def drop(key: str, section: str = "") -> Callable[[BrokenCopy, Row], None]:
    """Take a key out of the record, or out of its first nested record of that name."""
    return lambda copy, row: copy.drop(row.file, row.id, key, section)


def criterion(**values: object) -> Callable[[BrokenCopy, Row], None]:
    """Change the first criterion of the record."""

    def breaks(copy: BrokenCopy, row: Row) -> None:
        first, *others = row.values["criteria"]
        copy.put(row.file, row.id, {"criteria": [{**first, **values}, *others]})

    return breaks


def bare(note: str) -> Callable[[BrokenCopy, Row], None]:
    """Write something that is no text as the note of the record, as TOML writes it."""

    def breaks(copy: BrokenCopy, row: Row) -> None:
        copy.put(row.file, row.id, {"note": "to be replaced"})
        copy.edit(row.file, row.id, '"to be replaced"', note)

    return breaks


def third_criterion(copy: BrokenCopy, row: Row) -> None:
    """Give the record two right criteria and a wrong one."""
    first, *_ = row.values["criteria"]
    wrong = {**first, "value": "unlucky"}
    copy.put(row.file, row.id, {"criteria": [first, first, wrong]})


def bare_date(copy: BrokenCopy, row: Row) -> None:
    """Write the date of the record as TOML's own date."""
    copy.edit(row.file, row.id, f'\ndate = "{row.values["date"]}"\n', "\ndate = 2024-01-31\n")


CASES = (
    # unknown and missing keys
    Case("unknown-key", "code", put(typo=1), "typo: unknown key"),
    Case("unknown-key-of-a-label", "dose", put(typo=1), "typo: unknown key"),
    Case(
        "unknown-key-in-an-inline-table", "indication", criterion(typo=1),
        "criteria[0].typo: unknown key", ("criteria",),
    ),
    Case(
        "unknown-key-in-a-nested-table", "product", put("construct", typo=1),
        "construct.typo: unknown key", ("construct",),
    ),
    Case(
        "unknown-key-two-levels-down", "adverse_event",
        put("grading", grades=[{"grade": "1", "criteria": "fever", "typo": 1}]),
        "grading[0].grades[0].typo: unknown key", ("grading",),
    ),
    Case("missing-key", "trial", drop("kind"), "kind: missing key"),
    Case("missing-sources", "outcome", drop("sources"), "sources: missing key"),
    Case(
        "missing-key-in-a-nested-table", "product", drop("target", "construct"),
        "construct.target: missing key", ("construct",),
    ),
    Case(
        "missing-key-in-an-inline-table", "lymphodepletion",
        put(drugs=[{"dose": 30, "unit": "mg/m2", "days": 3}]),
        "drugs[0].drug: missing key",
    ),
    # wrong types
    Case(
        "text-for-a-number", "adverse_reaction", put(any_grade_pct="12"),
        "any_grade_pct: expected a number, found '12'",
    ),
    Case(
        "bool-for-a-number", "outcome", put(value=True),
        "value: expected a number, found true",
    ),
    Case(
        "number-for-a-text", "trial", put(phase=2),
        "phase: expected a text, found 2",
    ),
    Case(
        "bool-for-a-whole-number", "indication", put(age_min=True),
        "age_min: expected a whole number, found true",
    ),
    Case(
        "fraction-for-a-whole-number", "outcome", put(n=12.5),
        "n: expected a whole number, found 12.5",
    ),
    Case(
        "whole-number-for-a-bool", "code", put(shared=1),
        "shared: expected true or false, found 1",
    ),
    Case(
        "text-for-a-bool", "outcome", put(not_reached="yes"),
        "not_reached: expected true or false, found 'yes'",
    ),
    Case(
        "date-of-toml-for-a-date-as-text", "source", bare_date,
        "date: expected a date as text, found the date 2024-01-31 (write it in quotes)", ("date",),
    ),
    Case(
        "text-for-a-list", "regulatory_event", put(sources="fda-roundup"),
        "sources: expected a list, found 'fda-roundup'",
    ),
    Case(
        "number-in-a-list-of-texts", "disease", put(synonyms=["cancer", 5]),
        "synonyms[1]: expected a text, found 5",
    ),
    Case(
        "text-in-a-list-of-numbers", "adverse_reaction", put(onset_range_days=[1, "9"]),
        "onset_range_days[1]: expected a number, found '9'",
    ),
    Case(
        "text-for-a-table", "product", put(names=["Kymriah"]),
        "names[0]: expected a table, found 'Kymriah'",
    ),
    Case(
        "time-of-toml-for-a-text", "trial", bare(note="2024-01-31T10:00:00"),
        "note: expected a text, found the date and time 2024-01-31 10:00:00 (write it in quotes)",
    ),
    Case(
        "list-for-a-text", "trial", bare(note='["a", true, 2024-01-31, { b = 1 }]'),
        "note: expected a text, found ['a', true, the date 2024-01-31 (write it in quotes), "
        "{ b = 1 }]",
    ),
    Case(
        "value-of-the-third-criterion", "indication", third_criterion,
        "criteria[2].value: 'unlucky' is not one of: ", ("criteria",),
    ),
    # closed vocabularies
    Case(
        "value-outside-a-vocabulary", "indication", put(regulator="XYZ"),
        "regulator: 'XYZ' is not one of: FDA, EMA, ",
    ),
    Case(
        "case-of-a-vocabulary", "product", put(status="Approved"),
        "status: 'Approved' is not one of: approved, ",
    ),
    Case(
        "number-outside-a-vocabulary", "monitoring", put(rems=0),
        "rems: 0 is not one of: none, active, removed",
    ),
    Case(
        "value-outside-a-vocabulary-of-a-nested-record", "indication",
        criterion(value="unlucky"),
        "criteria[0].value: 'unlucky' is not one of: relapsed, ", ("criteria",),
    ),
    Case(
        "value-outside-a-choice-in-the-model", "adverse_event",
        put("management", basis="hearsay"),
        "management[0].basis: 'hearsay' is not one of: guideline, label, review", ("management",),
    ),
    # the header names the product
    Case(
        "product-in-a-record-of-labels", "dose", put(product="axi-cel"),
        "product: stands at the top of the file, not in a record",
    ),
    Case(
        "product-in-a-record-of-results", "outcome", put(product="axi-cel"),
        "product: stands at the top of the file, not in a record",
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_record_is_refused_with_file_record_and_key(
    case: Case, broken_copy: BrokenCopy
) -> None:
    row = broken_copy.find(case.table, lambda values: values.keys() >= {*case.needs})
    case.breaks(broken_copy, row)
    assert refusal(broken_copy, row.file).startswith(f"{case.table} '{row.id}': {case.says}")


@pytest.mark.parametrize(
    "value", [["approved"], {"text": "approved"}], ids=["list-of-values", "table"]
)
def test_a_vocabulary_takes_neither_list_nor_table(value: object, broken_copy: BrokenCopy) -> None:
    row = broken_copy.find("product")
    broken_copy.put(row.file, row.id, {"status": value})
    assert refusal(broken_copy, row.file).startswith(f"product '{row.id}': status: ")


def test_a_record_without_id_is_refused(broken_copy: BrokenCopy) -> None:
    row = broken_copy.find("dose")
    broken_copy.drop(row.file, row.id, "id")
    assert refusal(broken_copy, row.file) == "dose 'without id': id: missing key"


# ---- one broken file


@pytest.mark.parametrize(
    "file", ["products.toml", "class.toml", "labels/axi-cel.toml", "sources/shared.toml"]
)
def test_an_unknown_table_is_refused(file: str, broken_copy: BrokenCopy) -> None:
    broken_copy.add(file, "typo", {"id": "some-record"})
    assert refusal(broken_copy, file) == "unknown table 'typo'"


def test_a_table_that_belongs_in_another_file_is_refused(broken_copy: BrokenCopy) -> None:
    row = broken_copy.find("outcome")
    broken_copy.add("labels/axi-cel.toml", "outcome", row.values)
    assert refusal(broken_copy, "labels/axi-cel.toml") == "unknown table 'outcome'"


def test_a_single_table_in_place_of_many_is_refused(broken_copy: BrokenCopy) -> None:
    broken_copy.write("class.toml", '[regulatory_event]\nid = "some-event"\n')
    assert refusal(broken_copy, "class.toml") == (
        "'regulatory_event' must be an array of tables: [[regulatory_event]]"
    )


@pytest.mark.parametrize("folder", ["labels", "trials"])
def test_a_file_of_one_product_must_name_it_at_the_top(
    folder: str, broken_copy: BrokenCopy
) -> None:
    file = f"{folder}/axi-cel.toml"
    comment, header, rest = broken_copy.text(file).partition('product = "axi-cel"\n')
    assert (comment[0], header) == ("#", 'product = "axi-cel"\n')
    broken_copy.write(file, rest)
    assert refusal(broken_copy, file) == "product: missing key"
    broken_copy.write(file, f'{comment}product = "obe-cel"\n{rest}')
    assert refusal(broken_copy, file) == "product: is 'obe-cel', not 'axi-cel'"


def test_the_file_of_products_must_describe_the_dataset(broken_copy: BrokenCopy) -> None:
    header, opening, rest = broken_copy.text("products.toml").partition("[[product]]")
    assert "[dataset]" in header
    broken_copy.write("products.toml", opening + rest)
    assert refusal(broken_copy, "products.toml") == "dataset: missing key"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('as_of = "2020"\ntypo = 1', "dataset: typo: unknown key"),
        ("as_of = 2026", "dataset: as_of: expected a date as text, found 2026"),
        ("", "dataset: as_of: missing key"),
    ],
    ids=["unknown-key", "wrong-type", "missing-key"],
)
def test_a_broken_description_of_the_dataset_is_refused(
    line: str, says: str, broken_copy: BrokenCopy
) -> None:
    text, count = re.subn(
        "^as_of = .*$", line, broken_copy.text("products.toml"), flags=re.MULTILINE
    )
    assert count == 1
    broken_copy.write("products.toml", text)
    assert refusal(broken_copy, "products.toml") == says


@pytest.mark.parametrize(
    "content",
    [
        b'[[disease]]\nid = "unclosed',
        b'[[disease]]\nid = "one"\nid = "two"\n',
        b'[[disease]]\nname = "caf\xe9"\n',
        "[[disease]]".encode("utf-16"),
    ],
    ids=["syntax", "key-twice", "latin-1", "utf-16"],
)  # fmt: skip
def test_a_file_that_is_not_toml_in_utf_8_is_refused(
    content: bytes, broken_copy: BrokenCopy
) -> None:
    broken_copy.write("diseases.toml", content)
    assert refusal(broken_copy, "diseases.toml").startswith("is not valid TOML: ")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[disease]]\nid =\n", "Invalid value (at line 2, column 5): 'id ='"),
        ("a = 1\n\n  a = 2\n", "Cannot overwrite a value (at line 3, column 8): 'a = 2'"),
        ("a = 1\r\nb = \r\n", "Invalid value (at line 2, column 5): 'b ='"),
        ("a = \u202e\u001b[31m", "Invalid value (at line 1, column 5): 'a = \\u202e\\x1b[31m'"),
        ("a = " + "x" * 900, f"Invalid value (at line 1, column 5): 'a = {'x' * 195} ..."),
    ],
    ids=["no-value", "key-twice", "lines-of-windows", "hidden-signs", "long-line"],
)
def test_the_line_that_is_no_toml_is_shown_cut_and_written_out(
    content: str, says: str, broken_copy: BrokenCopy
) -> None:
    broken_copy.write("diseases.toml", content.encode())
    assert refusal(broken_copy, "diseases.toml") == f"is not valid TOML: {says}"


@pytest.mark.parametrize("folder", ["labels", "trials"])
def test_a_file_that_is_missing_is_told_with_who_needs_it(
    folder: str, broken_copy: BrokenCopy
) -> None:
    (broken_copy.directory / folder / "axi-cel.toml").unlink()
    assert refusal(broken_copy, f"{folder}/axi-cel.toml") == (
        "cannot be read: there is no such file; a product that is approved needs it"
    )


@pytest.mark.parametrize("file", ["products.toml", "diseases.toml", "labels/axi-cel.toml"])
def test_a_file_may_begin_with_the_mark_of_its_encoding(file: str, broken_copy: BrokenCopy) -> None:
    content = broken_copy.text(file).encode()
    mark = b"\xef\xbb\xbf"
    broken_copy.write(file, mark + content)
    (table, *_) = layout.tables(file)
    found = Catalog(broken_copy.directory).records(file)[table]
    assert len(found) == content.count(f"[[{table}]]".encode())
    broken_copy.write(file, mark + mark + content)
    assert refusal(broken_copy, file).startswith("is not valid TOML: ")


@pytest.mark.parametrize(
    ("table", "values", "says"),
    [
        ("dose", {"min_cels": 1}, "min_cels: unknown key; did you mean 'min_cells'?"),
        ("indication", {"AGE_MIN": 18}, "AGE_MIN: unknown key; did you mean 'age_min'?"),
        ("trial", {"n_treatd": 1}, "n_treatd: unknown key; did you mean 'n_treated'?"),
        ("trial", {"zzz": 1}, "zzz: unknown key"),
        ("trial", {"n" * 300: 1}, f"{'n' * 300}: unknown key"),
    ],
    ids=["letter-missing", "capitals", "near-others", "near-nothing", "long"],
)
def test_an_unknown_key_is_told_with_the_one_that_may_be_meant(
    table: str, values: dict[str, object], says: str, broken_copy: BrokenCopy
) -> None:
    row = broken_copy.find(table)
    broken_copy.put(row.file, row.id, values)
    assert refusal(broken_copy, row.file) == f"{table} '{row.id}': {says}"


@pytest.mark.parametrize("name", ["doses", "Dose", "indicaton"])
def test_an_unknown_table_is_told_with_the_one_that_may_be_meant(
    name: str, broken_copy: BrokenCopy
) -> None:
    broken_copy.add("labels/axi-cel.toml", name, {"id": "some-record"})
    meant = "indication" if name.startswith("i") else "dose"
    said = f"unknown table '{name}'; did you mean '{meant}'?"
    assert refusal(broken_copy, "labels/axi-cel.toml") == said


@pytest.mark.parametrize("file", ["products.toml", "diseases.toml", "trials/axi-cel.toml"])
def test_a_missing_file_is_an_error(file: str, broken_copy: BrokenCopy) -> None:
    (broken_copy.directory / file).unlink()
    assert refusal(broken_copy, file).startswith("cannot be read: ")


def test_a_missing_dataset_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "src" / "cartref" / "loading.py"
    monkeypatch.setattr(cartref.loading, "__file__", str(package))
    with pytest.raises(DataError, match="the dataset is missing"):
        cartref.load()


# ---- references


def test_a_dangling_source_is_an_error(broken_copy: BrokenCopy) -> None:
    row = broken_copy.find("product")
    broken_copy.put(row.file, row.id, {"sources": [*row.values["sources"], "no-such-source"]})
    catalog = Catalog(broken_copy.directory)
    cited = catalog.products[row.id].sources
    with pytest.raises(DataError, match="no source 'no-such-source', which a record cites"):
        catalog.find_sources(cited, [row.id])


def test_sources_are_found_wherever_they_lie(data_directory: Path) -> None:
    catalog = Catalog(data_directory)
    places = ["tisa-cel", "axi-cel", "shared"]
    wanted = [next(iter(catalog.sources_of(place))) for place in places]
    found = catalog.find_sources([*wanted, *wanted], ["axi-cel"])
    assert list(found) == sorted(wanted)
    assert [found[key].id for key in wanted] == wanted


# ---- records


def _classes() -> list[type]:
    return [
        cls
        for module in (dataset, label, match, product, reference, source, study)
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if is_dataclass(cls) and cls.__module__ == module.__name__
    ]


@pytest.mark.parametrize("cls", _classes(), ids=lambda cls: cls.__name__)
def test_records_are_frozen(cls: type[Any]) -> None:
    bare = object.__new__(cls)
    for part in fields(cls):
        with pytest.raises(FrozenInstanceError):
            setattr(bare, part.name, None)
    # CPython's dataclasses raise either for a name that is no field.
    with pytest.raises((AttributeError, TypeError)):
        setattr(bare, "typo", None)  # noqa: B010 - mypy knows no such attribute
    assert list(cls.fields_) == [part.name for part in fields(cls)]


def test_what_the_catalog_gives_cannot_be_changed(data_directory: Path) -> None:
    found = Catalog(data_directory).products["axi-cel"]
    name = found.inn
    for key, value in (("inn", "other"), ("names", ())):
        with pytest.raises(FrozenInstanceError):
            setattr(found, key, value)
    assert (found.inn, type(found.names), type(found.sources)) == (name, tuple, tuple)


# ---- lazy reading


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read from now on, in order."""
    files: list[str] = []
    read = cartref.loading.read

    def recording(directory: str, file: str) -> dict[str, tuple[Any, ...]]:
        files.append(file)
        return read(directory, file)

    monkeypatch.setattr(cartref.loading, "read", recording)
    return files


def test_opening_the_dataset_reads_nothing(opened: list[str], data_directory: Path) -> None:
    catalog = cartref.load(data_directory)
    assert opened == []
    assert catalog.products
    assert opened == ["products.toml"]


@pytest.mark.parametrize(
    ("ask", "file"),
    [
        (lambda catalog: (catalog.products, catalog.dataset), "products.toml"),
        (lambda catalog: catalog.tree.ancestors("dlbcl"), "diseases.toml"),
        (lambda catalog: catalog.event_family("crs"), "adverse_events.toml"),
        (lambda catalog: catalog.class_wide.codes, "class.toml"),
        (lambda catalog: catalog.label("axi-cel").indications, "labels/axi-cel.toml"),
        (lambda catalog: catalog.study("axi-cel").outcomes, "trials/axi-cel.toml"),
        (lambda catalog: catalog.sources_of("axi-cel"), "sources/axi-cel.toml"),
    ],
    ids=["products", "diseases", "events", "class", "label", "trials", "sources"],
)
def test_a_question_reads_the_one_file_it_needs_and_once(
    ask: Callable[[Catalog], object], file: str, opened: list[str], data_directory: Path
) -> None:
    catalog = cartref.load(data_directory)
    for _ in range(2):
        assert ask(catalog)
    assert opened == [file]


@pytest.mark.parametrize("kind", [str, Path], ids=["text", "path"])
def test_a_data_directory_may_be_given_as_text_or_path(
    kind: type[str | Path], broken_copy: BrokenCopy
) -> None:
    broken_copy.put("products.toml", "axi-cel", {"developer": "another developer"})
    catalog = cartref.load(kind(broken_copy.directory))
    assert catalog.products["axi-cel"].developer == "another developer"
