"""The whole dataset as flat lists with foreign keys: as JSON, as lines, as one CSV a list."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from errno import EACCES
from stat import S_IMODE, S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Any

from cartref import layout
from cartref.errors import CartrefError, UsageError
from cartref.sheets import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO, Literal

    from cartref.catalog import Catalog


def lists(catalog: Catalog) -> dict[str, list[Any]]:
    """Every record of the dataset, in the lists of the export."""
    found: dict[str, list[Any]] = {table.list: [] for table in layout.TABLES.values()}
    for file in sorted(catalog.files(), key="class.toml".__eq__):  # what is of no product, last
        for name in layout.tables(file):
            found[layout.TABLES[name].list] += catalog.records(file).get(name, ())
    found["sources"].sort(key=lambda item: str(item.id))
    return found


def document(catalog: Catalog) -> dict[str, Any]:
    """The export, ready for JSON."""
    from cartref.render.plain import SCHEMA_VERSION

    return {
        "schema_version": SCHEMA_VERSION,
        "dataset": catalog.dataset,
        **lists(catalog),
    }


# ---- files


def ndjson(catalog: Catalog) -> Iterator[str]:
    """Every record as one line of JSON, with the name of its list; first the dataset itself."""
    from cartref.model.record import fields_of
    from cartref.render.plain import SCHEMA_VERSION, to_json

    dataset = fields_of(catalog.dataset)
    yield to_json({"list": "dataset", "schema_version": SCHEMA_VERSION, **dataset}) + "\n"
    for name, records in lists(catalog).items():
        for item in records:
            yield to_json({"list": name, **fields_of(item)}) + "\n"


def csv_files(catalog: Catalog, directory: str) -> list[str]:
    """Write one CSV file a list into a directory, and ``dataset.csv`` with version and date.

    Texts and numbers stand as they are, an unknown value is an empty cell, true and false are
    words, and what holds several values is JSON. A text that a spreadsheet would take for a
    formula has an apostrophe before it. Every file appears whole or not at all.

    Returns:
        the paths of the files

    Raises:
        CartrefError: the directory or a file cannot be written
    """
    from cartref.model.record import fields_of
    from cartref.render.plain import SCHEMA_VERSION

    records = lists(catalog)
    written = [os.path.join(directory, "dataset.csv")]
    _named(directory)
    with _writing(directory):
        os.makedirs(directory, exist_ok=True)
    state = {"schema_version": SCHEMA_VERSION, **fields_of(catalog.dataset)}
    cells = list(map(_cell, state.values()))
    atomically(written[0], lambda file: _rows(file, list(state), [cells]))
    for table in layout.TABLES.values():
        columns = list(table.cls().fields_)
        path = os.path.join(directory, f"{table.list}.csv")
        lines = ([_cell(getattr(item, key)) for key in columns] for item in records[table.list])
        atomically(path, lambda file: _rows(file, columns, lines))  # noqa: B023 - used at once
        written.append(path)
    return written


def _rows(file: IO[str], columns: list[str], lines: Iterable[list[str]]) -> None:
    import csv

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)


def _cell(value: Any) -> str:
    """A value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, (int, float)):
        return str(value)
    from cartref.render.plain import to_json

    return to_json(value)


def atomically(
    path: str, write: Callable[[IO[Any]], object], mode: Literal["w", "wb"] = "w"
) -> None:
    """Write a file beside its place and then move it there, so that nobody sees half of it.

    Args:
        path: the file; an existing one is replaced and keeps its permissions, a link is followed
        write: writes the content
        mode: ``w`` for text in UTF-8, ``wb`` for bytes

    Raises:
        UsageError: it has no name that a file can have
        CartrefError: it cannot be written
    """
    import tempfile

    _named(path)
    encoding, newline = ("utf-8", "") if mode == "w" else (None, None)
    with _writing(path):
        allowed = _allowed(path)
        place = os.path.realpath(path)
        handle, draft = tempfile.mkstemp(dir=os.path.dirname(place), prefix=".cartref-")
        try:
            with open(handle, mode, encoding=encoding, newline=newline) as file:
                write(file)
            os.chmod(draft, allowed)
            os.replace(draft, place)
        except BaseException:
            with suppress(OSError):  # its folder may be gone
                os.unlink(draft)
            raise


def _named(path: str) -> None:
    """Refuse a name that no file can have.

    Raises:
        UsageError: it is empty or holds the sign that ends a name
    """
    if not path or "\0" in path:
        what = "is empty" if not path else "holds a zero byte"
        raise UsageError(f"the name of the file to write {what}: give another")


def _allowed(path: str) -> int:
    """The permissions of the file that is there, else those that a new file gets.

    Raises:
        OSError: it may not be replaced, or its links go round in a circle
        CartrefError: it is no file
    """
    try:
        there = os.stat(path).st_mode
    except FileNotFoundError:
        return 0o666 & ~_umask()
    if not S_ISREG(there):
        what = "is a directory" if S_ISDIR(there) else "is not a file"
        raise CartrefError(f"{path}: cannot be written: it {what}")
    if not os.access(path, os.W_OK):
        raise PermissionError(EACCES, os.strerror(EACCES))
    return S_IMODE(there)


def _umask() -> int:
    """What new files are not allowed, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _writing(path: str) -> Iterator[None]:
    """Say in one line what cannot be written."""
    try:
        yield
    except OSError as error:
        raise CartrefError(f"{path}: cannot be written: {error.strerror or error}") from None
