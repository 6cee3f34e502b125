"""All records of a dataset, each with its place, and how a rule says what breaks it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from cartref import layout, names
from cartref.model.record import fields_of, is_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartref.catalog import Catalog
    from cartref.model.vocabulary import Origin


NONE = "-"


class Problem(NamedTuple):
    """One broken rule.

    Attributes:
        file: path of the file below the data directory
        record: id of the record; ``NONE`` for the whole file
        key: the key of the record; ``NONE`` for the whole record
        message: what is wrong
    """

    file: str
    record: str
    key: str
    message: str

    def __str__(self) -> str:
        """The problem in one line; what is no matter of one record or key names none."""
        return ": ".join(part for part in self if part != NONE)


class LastDay(NamedTuple):
    """A day after which nothing can be known.

    Attributes:
        day: the day
        name: what it is, in words
    """

    day: str
    name: str


def today() -> LastDay:
    """The day on which this runs."""
    day = datetime.now(tz=UTC).date().isoformat()
    return LastDay(day, f"today, {day}")


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
    """All records of a dataset, with the files they stand in, and those that are judged.

    Args:
        catalog: the dataset
        origin: judge only the records that come from there, and all if not given

    Attributes:
        entries: the records that are judged
    """

    def __init__(self, catalog: Catalog, origin: Origin | None = None) -> None:
        self.catalog = catalog
        self._origin = origin
        self._every = [
            Entry(file, table, record)
            for file in catalog.files()
            for table, records in catalog.records(file).items()
            if table in layout.TABLES
            for record in records
        ]
        self.entries = [entry for entry in self._every if self.judges(entry)]
        self.ids: dict[str, set[str]] = {}
        for entry in self._every:
            self.ids.setdefault(entry.table, set()).add(entry.record.id)

    def judges(self, entry: Entry) -> bool:
        """Whether a record is one of those that are judged."""
        return self._origin in (None, entry.record.origin)

    def of(self, *tables: str) -> Iterator[Entry]:
        """The records of these tables that are judged."""
        return (entry for entry in self.entries if entry.table in tables)

    def beside(self, *tables: str) -> Iterator[Entry]:
        """All records of these tables, or of all, that those that are judged stand among."""
        return (entry for entry in self._every if not tables or entry.table in tables)

    def index(self, kind: names.Kind) -> names.Index:
        """The names of a kind of record."""
        return names.index_of(self.catalog, kind)

    @cached_property
    def bundled(self) -> Catalog:
        """The dataset without the overlay."""
        return self.catalog.bundled()

    def replacing(self, *tables: str) -> Iterator[tuple[Entry, Any]]:
        """The records of these tables that are judged and replace bundled ones, each with its."""
        files = {entry.file for entry in self.of(*tables)}.intersection(self.bundled.files())
        for file in sorted(files):
            held = self.bundled.records(file)
            for table in tables:
                known = {item.id: item for item in held.get(table, ())}
                for entry in self.of(table) if known else ():
                    if entry.file == file and entry.record.id in known:
                        yield entry, known[entry.record.id]

    @property
    def last_day(self) -> LastDay:
        """The last day that a record may be about: of an overlay the day on which it is read."""
        as_of, now = self.catalog.dataset.as_of, today()
        if self.catalog.overlay is not None and now.day >= as_of:
            return now
        return LastDay(as_of, f"the dataset's day {as_of} (as_of in products.toml)")


def walk(record: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a record that is known, with its key; nested records are entered."""
    for name, value in fields_of(record).items():
        key = f"{path}{name}"
        items = enumerate(value) if isinstance(value, tuple) else [(None, value)]
        for place, item in items:
            here = key if place is None else f"{key}[{place}]"
            if is_record(item):
                yield from walk(item, f"{here}.")
            elif item is not None:
                yield here, item


def parts_of(record: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The record itself and all records nested in it, each with its key."""
    yield path, record
    for name, value in fields_of(record).items():
        for item in value if isinstance(value, tuple) else (value,):
            if is_record(item):
                yield from parts_of(item, f"{path}{name}.")
