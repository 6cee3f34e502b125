"""All records of a dataset, each with its place, and how a rule says what breaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cartref.catalog import CLASS, SHARED, VOCABULARY, Catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Problem(NamedTuple):
    """One broken rule.

    Attributes:
        file: path of the file below the data directory
        record: id of the record
        key: the key of the record
        message: what is wrong
    """

    file: str
    record: str
    key: str
    message: str

    def __str__(self) -> str:
        """The problem in one line."""
        return f"{self.file}: {self.record}: {self.key}: {self.message}"


class Entry(NamedTuple):
    """A record and where it stands.

    Attributes:
        file: path of the file below the data directory
        table: name of its table
        record: the record
    """

    file: str
    table: str
    record: Any


class Whole:
    """All records of a dataset, with the files they stand in."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.entries = list(_entries(catalog))
        self.ids: dict[str, set[str]] = {}
        for entry in self.entries:
            self.ids.setdefault(entry.table, set()).add(entry.record.id)

    def of(self, *tables: str) -> Iterator[Entry]:
        """The records of these tables."""
        return (entry for entry in self.entries if entry.table in tables)


def _entries(catalog: Catalog) -> Iterator[Entry]:
    flat: dict[str, dict[str, Iterable[Any]]] = {
        "products.toml": {"product": catalog.products.values()},
        "diseases.toml": {"disease": catalog.diseases.values()},
        "adverse_events.toml": {"adverse_event": catalog.adverse_events.values()},
        "therapies.toml": {"therapy": catalog.therapies.values()},
        "terms.toml": {"term": catalog.terms.values()},
        "pathway.toml": {"step": catalog.pathway.values()},
        "class.toml": {
            "regulatory_event": catalog.class_wide.regulatory_events,
            "code": catalog.class_wide.codes,
        },
    }
    for product in catalog.products:
        label = catalog.label(product)
        flat[f"labels/{product}.toml"] = {
            "indication": label.indications,
            "dose": label.doses,
            "lymphodepletion": label.lymphodepletion,
            "monitoring": label.monitoring,
            "boxed_warning": label.boxed_warnings,
            "warning": label.warnings,
            "regulatory_event": label.regulatory_events,
            "pending": label.pending,
            "logistics": label.logistics,
            "code": label.codes,
        }
    for owner in (*catalog.products, None):
        study = catalog.study(owner)
        flat[f"trials/{owner or CLASS}.toml"] = {
            "trial": study.trials,
            "outcome": study.outcomes,
            "adverse_reaction": study.adverse_reactions,
        }
    for place in (*catalog.products, CLASS, VOCABULARY, SHARED):
        flat[f"sources/{place}.toml"] = {"source": catalog.sources_of(place).values()}
    for file, tables in flat.items():
        for table, records in tables.items():
            for record in records:
                yield Entry(file, table, record)


def walk(record: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a record that is known, with its key; nested records are entered."""
    for name in record.__slots__:
        value = getattr(record, name)
        key = f"{path}{name}"
        items = enumerate(value) if isinstance(value, tuple) else [(None, value)]
        for place, item in items:
            here = key if place is None else f"{key}[{place}]"
            if hasattr(item, "__slots__") and not isinstance(item, str):
                yield from walk(item, f"{here}.")
            elif item is not None:
                yield here, item


def parts_of(record: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The record itself and all records nested in it, each with its key."""
    yield path, record
    for name in record.__slots__:
        value = getattr(record, name)
        for item in value if isinstance(value, tuple) else (value,):
            if hasattr(item, "__slots__") and not isinstance(item, str):
                yield from parts_of(item, f"{path}{name}.")
