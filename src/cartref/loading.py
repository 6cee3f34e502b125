"""TOML to dataclasses, strictly: what is not in the model is an error with its place.

Each annotation in the model is turned once into a reader function. Errors name the file, the
record and the key, so that whoever edits the data finds the spot at once.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from cartref import layout
from cartref.errors import DataError
from cartref.model import vocabulary
from cartref.model.record import filled, is_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cartref.model.vocabulary import Origin

R = TypeVar("R")
GIVEN = ("origin", "overlay")  # set here, so that no file may
LONGEST_SHOWN = 200  # signs of a value in an error
LIKENESS = 0.7  # of a word that may be meant
LIKENESS_OF_FILES = 0.85  # which share folders and endings
LARGEST = 2**24  # bytes of a file
MOST = 2**63  # what a whole number of TOML stays below
BOM = b"\xef\xbb\xbf"  # editors of Windows write it at the start of a file


class _MismatchError(Exception):
    """A value is not of the type that the model asks for.

    Args:
        wrong: what is wrong with it
        key: where it stands in its record, as ``criteria[2].value``
    """

    def __init__(self, wrong: str, key: str = "") -> None:
        super().__init__(f"{key}: {wrong}" if key else wrong)
        self._wrong = wrong
        self._key = key

    def within(self, outer: str) -> _MismatchError:
        """The same, seen from the key or the place in a list that the value stands in."""
        dot = "." if self._key and not self._key.startswith("[") else ""
        return _MismatchError(self._wrong, f"{outer}{dot}{self._key}")


def shown(value: object) -> str:
    """A value as an error shows it, in the words of TOML, however long, large or deep it is."""
    try:
        text = _written(value)
    except (RecursionError, ValueError):  # Python writes no number of thousands of digits
        return f"{_SORTS.get(type(value), 'a value')} too large to show"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} ..."


_SORTS: dict[type, str] = {dict: "a table", list: "a list", int: "a number"}


def _written(value: object) -> str:
    """A value as TOML writes it, or nearly so."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, dict):
        keys = {key: key if key.isidentifier() else repr(key) for key in value}
        inner = ", ".join(f"{keys[key]} = {_written(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if value is None or isinstance(value, (str, int, float)):
        return "nothing" if value is None else repr(value)
    return f"the {_MOMENTS.get(type(value).__name__, 'date')} {value} (write it in quotes)"


_MOMENTS = {"datetime": "date and time", "time": "time"}  # TOML has values for them


def meant(wrong: str, known: Iterable[str], likeness: float = LIKENESS) -> str:
    """What an error says of a word that is not known: the one that may be meant, if any is near.

    Args:
        wrong: the word, which is none of those that are known
        known: the words that are
        likeness: how like the two must be, of 1
    """
    import difflib

    if len(wrong) > LONGEST_SHOWN:
        return ""
    folded = {word.casefold(): word for word in sorted(known)}
    near = difflib.get_close_matches(wrong.casefold(), folded, n=1, cutoff=likeness)
    return f"; did you mean '{folded[near[0]]}'?" if near else ""


def _plain(kind: type, words: str) -> Callable[[object], Any]:
    def read(value: object) -> object:
        if type(value) is not kind:
            raise _MismatchError(f"expected {words}, found {shown(value)}")
        return value

    return read


def _number(value: object) -> float | int:
    if type(value) not in (int, float):
        raise _MismatchError(f"expected a number, found {shown(value)}")
    if not -MOST < value < MOST:  # type: ignore[operator]
        raise _MismatchError(f"{shown(value)} is no number, or too large a one")
    return value  # type: ignore[return-value]


def _whole(value: object) -> int:
    if type(value) is not int:
        raise _MismatchError(f"expected a whole number, found {shown(value)}")
    return int(_number(value))


def _one_of(allowed: tuple[str, ...]) -> Callable[[object], Any]:
    members = frozenset(allowed)

    def read(value: object) -> object:
        if type(value) is not str or value not in members:
            raise _MismatchError(f"{shown(value)} is not one of: {', '.join(allowed)}")
        return value

    return read


def _many(read_one: Callable[[object], Any]) -> Callable[[object], Any]:
    def read(value: object) -> tuple[Any, ...]:
        if type(value) is not list:
            raise _MismatchError(f"expected a list, found {shown(value)}")
        try:
            return tuple(map(read_one, value))
        except _MismatchError:
            raise _first_wrong(read_one, value) from None

    return read


def _first_wrong(read_one: Callable[[object], Any], items: Iterable[object]) -> _MismatchError:
    """What is wrong with the first item of a list that cannot be read, and its place."""
    for at, item in enumerate(items):
        try:
            read_one(item)
        except _MismatchError as error:
            return error.within(f"[{at}]")
    raise AssertionError("all items can be read")


_text, _date = _plain(str, "a text"), _plain(str, "a date as text")
_SIMPLE: dict[str, Callable[[object], Any]] = {
    "str": _text,
    "Date": _date,
    "int": _whole,
    "bool": _plain(bool, "true or false"),
    "float": _number,
}


def _reader(annotation: str, module: str) -> Callable[[object], Any]:
    """Turn one annotation of the model into the function that checks and converts a value."""
    annotation = annotation.removesuffix(" | None")
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if annotation.startswith("tuple["):
        return _many(_reader(annotation[6:].removesuffix(", ...]"), module))
    if annotation.startswith("Literal["):
        return _one_of(tuple(part.strip().strip("\"'") for part in annotation[8:-1].split(",")))
    allowed = getattr(vocabulary, annotation, None)
    if allowed is not None:
        return _one_of(get_args(allowed))
    nested = getattr(sys.modules[module], annotation)
    return lambda value: build(nested, value)


class _Plan:
    """How to build one class: what reads each key, and which keys must be there.

    A text that is a text needs no reader, and most values are.
    """

    __slots__ = ("readers", "required", "texts")

    def __init__(self, cls: Any) -> None:
        kinds: dict[str, str] = cls.fields_
        self.readers = {
            name: _reader(kind, cls.__module__) for name, kind in kinds.items() if name not in GIVEN
        }
        self.texts = frozenset(
            name for name, read in self.readers.items() if read in (_text, _date)
        )
        self.required = frozenset(kinds.keys() - cls.defaults_.keys())


_plans: dict[type, _Plan] = {}


def build(cls: type[R], table: object) -> R:
    """Make one record from one TOML table.

    Raises:
        _MismatchError: a key is unknown or missing, or a value has the wrong type
    """
    if type(table) is not dict:
        raise _MismatchError(f"expected a table, found {shown(table)}")
    plan = _plans.get(cls) or _plans.setdefault(cls, _Plan(cls))
    if not plan.required <= table.keys():
        raise _MismatchError("missing key", min(plan.required - table.keys()))
    values = dict(table)
    texts, readers = plan.texts, plan.readers
    for key, value in table.items():
        if type(value) is str and key in texts:
            continue
        if key not in readers:
            raise _MismatchError(f"unknown key{meant(key, readers)}", key)
        try:
            values[key] = readers[key](value)
        except _MismatchError as error:
            raise error.within(key) from None
    return filled(cls, values)


def _package() -> str:
    """Where this package lies."""
    return os.path.dirname(os.path.abspath(__file__))


def data_directory() -> str:
    """Where the dataset lies: beside the package in a wheel, at the top of the repository else.

    Raises:
        DataError: neither place holds it
    """
    package = _package()
    for place in (
        os.path.join(package, "data"),
        os.path.join(os.path.dirname(os.path.dirname(package)), "data"),
    ):
        if os.path.isfile(os.path.join(place, "products.toml")):
            return place
    raise DataError(
        "the dataset is missing: data/products.toml lies neither beside the package"
        " nor in the repository; reinstall cartref"
    )


def text_of(path: str) -> str:
    """The text of a TOML file.

    Raises:
        DataError: the file cannot be read, or is not UTF-8
    """
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from None
    if len(raw) > LARGEST:
        raise DataError(f"{path}: is larger than {LARGEST:,} bytes")
    raw = raw.removeprefix(BOM)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}: is not valid TOML: line {line} is not UTF-8") from None


def parse(path: str) -> dict[str, Any]:
    """Parse one TOML file.

    Raises:
        DataError: the file cannot be read, is not UTF-8 or is not TOML
    """
    import tomli

    text = text_of(path)
    try:
        return tomli.loads(text)
    except (ValueError, RecursionError) as error:  # the second of what is nested too deep
        raise DataError(f"{path}: is not valid TOML: {broken_at(text, error)}") from None


def broken_at(text: str, error: Exception) -> str:
    """What a reader of TOML says of a text, with the line that it means."""
    import re

    told = why_broken(error)
    if place := re.search(r"\(at line (\d+), column \d+\)$", told):
        line = text.split("\n")[int(place[1]) - 1]
        told += f": {shown(line.strip())}"
    return told


def why_broken(error: Exception) -> str:
    """What a reader of TOML or JSON says, but for advice to whoever programs it."""
    told = str(error)
    return "a number has too many digits" if "set_int_max_str_digits" in told else told


def index_path(file: str) -> str:
    """Where an installed package keeps a file of its dataset as JSON, which is read faster."""
    return os.path.join(_package(), "index", file.removesuffix("toml") + "json")


def _content(directory: str, file: str) -> dict[str, Any]:
    """What a file says: out of the index, of the dataset that is installed; else out of TOML.

    The index is made from the TOML when the package is built. A checkout has none.

    Raises:
        DataError: the file cannot be read, or is broken
    """
    if directory == os.path.join(_package(), "data"):
        import json

        path = index_path(file)
        try:
            with open(path, "rb") as indexed:
                found: dict[str, Any] = json.loads(indexed.read())
                return found
        except FileNotFoundError:
            pass
        except (OSError, ValueError):
            raise DataError(f"{path}: cannot be read; reinstall cartref") from None
    return parse(os.path.join(directory, file))


def read(directory: str, file: str, origin: Origin = "bundled") -> dict[str, tuple[Any, ...]]:
    """Read one file of a data directory into records.

    Args:
        directory: the data directory
        file: the path of the file in it, as ``labels/cilta-cel.toml``
        origin: where the records come from

    Returns:
        the records by table name; of ``products.toml`` that is bundled also ``dataset``, a tuple
        of one table

    Raises:
        DataError: names the file, the record and the key
    """
    path = os.path.join(directory, file)
    content = _content(directory, file)
    records: dict[str, tuple[Any, ...]] = {}
    header, owner = layout.header(file), None
    head = content.pop(header, None) if header else None
    if header == "product":
        owner = _owner(path, file, head)
    elif header == "dataset":
        records |= _dataset(path, head, origin)
    for name, rows in content.items():
        if name not in layout.tables(file):
            known = layout.tables(file)
            raise DataError(f"{path}: unknown table '{name}'{meant(name, known)}")
        if type(rows) is not list:
            raise DataError(f"{path}: '{name}' must be an array of tables: [[{name}]]")
        cls = layout.TABLES[name].cls()
        records[name] = tuple([_record(path, name, cls, row, owner) for row in rows])
        _demand_ids(path, name, records[name])
        if origin != "bundled":
            for record in records[name]:
                _mark(record, origin)
    return records


def _dataset(path: str, head: object, origin: Origin) -> dict[str, tuple[Any, ...]]:
    """The table that says what dataset the products are of; an overlay is none."""
    if origin != "bundled" and head is not None:
        raise DataError(f"{path}: dataset: an overlay has none of its own")
    if origin == "bundled" and head is None:
        raise DataError(f"{path}: dataset: missing key")
    return {} if head is None else {"dataset": (head,)}


def _demand_ids(path: str, name: str, records: Iterable[Any]) -> None:
    """Refuse an id that stands twice in a table, and one of a product that fits in no path."""
    seen: set[str] = set()
    for at, record in enumerate(records, 1):
        if record.id in ("", "-"):  # by which no error can name a record
            raise DataError(f"{path}: {name} {at}: id: '{record.id}' is not kebab-case")
        if record.id in seen:
            raise DataError(f"{path}: {name} '{record.id}': id: stands twice")
        if name == "product" and not layout.is_id(record.id):
            raise DataError(f"{path}: {name} '{record.id}': id: is not kebab-case")
        seen.add(record.id)


def _owner(path: str, file: str, told: object) -> str:
    """The product of all records of a file, which stands at its top and in its name."""
    named = layout.owner(file)
    if told is None:
        raise DataError(f"{path}: product: missing key")
    if told != named:
        raise DataError(f"{path}: product: is {shown(told)}, not '{named}'")
    return named


def _mark(record: Any, origin: Origin) -> None:
    """Say of a record, and of the records in it, where it comes from."""
    values = vars(record)
    if "origin" in record.fields_:
        values["origin"] = origin
    for value in values.values():
        for item in value if type(value) is tuple else (value,):
            if is_record(item):
                _mark(item, origin)


def one(path: str, cls: type[R], table: object) -> R:
    """Build the record of a table that stands once in a file.

    Raises:
        DataError: names the file and the key
    """
    try:
        return build(cls, table)
    except _MismatchError as error:
        raise DataError(f"{path}: {cls.__name__.lower()}: {error}") from None


def _record(path: str, name: str, cls: type[R], row: object, owner: str | None) -> R:
    """Build one record of a file, and say where it stands if it cannot be built."""
    try:
        if owner is not None and isinstance(row, dict):
            _own(row, owner)
        return build(cls, row)
    except _MismatchError as error:
        identity = row.get("id", "without id") if isinstance(row, dict) else "without id"
        identity = identity if isinstance(identity, str) else shown(identity)
        raise DataError(f"{path}: {name} '{identity}': {error}") from None


def _own(row: dict[str, Any], owner: str) -> None:
    """Give a record the product that stands at the top of its file."""
    if "product" in row:
        raise _MismatchError("stands at the top of the file, not in a record", "product")
    row["product"] = owner
