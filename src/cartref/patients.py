"""Patients as they are told, on the command line or in a file, made into facts with ids.

A file is TOML or JSON with one patient or many, or NDJSON with one a line. The names of diseases
and therapies in it are resolved like any other name: what cannot be is refused, never skipped.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cartref import loading
from cartref.errors import AmbiguousError, DataError, NotFoundError, UsageError
from cartref.model.patient import Patient
from cartref.names import resolve, resolve_any
from cartref.objects import once
from cartref.spelling import is_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cartref.catalog import Catalog
    from cartref.model.match import Match
    from cartref.names import Kind

# The largest number that makes sense of each; the smallest is none.
MOST: dict[str, int] = {
    "age": 130,
    "prior_lines": 50,
    "relapses": 50,
    "relapsed_within_months": 1200,
    "first_relapse_within_months": 1200,
    "progressed_within_days": 36_500,
}
WHOLE = ("age", "prior_lines", "relapses", "progressed_within_days")
CLOSED = ("status", "transplant", "antigens")  # whose words are a closed list
LONGEST_ID = 100
LARGEST = 2**25  # bytes of a file: one without an end must not fill the memory
GIVEN = ("prior", "no_prior", "cannot_have")  # which name real therapies, never the last one
THERAPIES = (*GIVEN, "refractory_to", "not_refractory_to", "progressed_on", "not_progressed_on")


THERAPY: tuple[Kind, ...] = ("therapy", "product")  # a CAR T-cell product is a therapy too


class Reader:
    """Makes patients of plain values, and remembers how each name matched.

    Args:
        catalog: the dataset
        exact: whether typing errors in names are refused
        fact: how to call a fact in an error, from its name in a file
    """

    def __init__(self, catalog: Catalog, *, exact: bool, fact: Callable[[str], str] = str) -> None:
        self._catalog = catalog
        self._exact = exact
        self._fact = fact
        self.matches: dict[tuple[str, str], Match] = {}

    def patient(self, values: object, where: str = "") -> Patient:
        """One patient, checked, with ids for names.

        Args:
            values: the facts by name
            where: where they stand, for errors

        Raises:
            UsageError: an unknown fact, or a value that it cannot have
            NotFoundError, AmbiguousError: a disease or therapy that cannot be resolved
        """
        if not isinstance(values, dict):
            found = loading.shown(values)
            raise UsageError(f"{where}: expected the facts of a patient by name, found {found}")
        values = {str(name): _plain(name, value) for name, value in values.items()}
        values = {name: value for name, value in values.items() if value is not None}
        try:
            told = loading.one(where, Patient, values)
        except DataError as error:
            raise UsageError(self._readable(str(error), where)) from None
        for name, most in MOST.items():
            value = getattr(told, name)
            if value is not None and not 0 <= value <= most:
                place = self._place(where, name)
                raise UsageError(f"{place}{value} does not lie between 0 and {most}")
        if told.id and not _is_fit(told.id):
            must = f"must be printable, no mere spaces and at most {LONGEST_ID} signs long"
            raise UsageError(f"{self._place(where, 'id')}{must}")
        changed: dict[str, Any] = {
            name: tuple(self._named("therapy", text, where, name) for text in getattr(told, name))
            for name in THERAPIES
        }
        for name in GIVEN:
            if "last-therapy" in changed[name]:
                place = self._place(where, name)
                raise UsageError(f"{place}the last therapy is no therapy: name what was given")
        if told.disease is not None:
            changed["disease"] = self._named("disease", told.disease, where, "disease")
        return replace(told, **changed)

    def _place(self, where: str, name: str) -> str:
        return f"{where}: {self._fact(name)}: " if where else f"{self._fact(name)}: "

    def _readable(self, text: str, where: str) -> str:
        """The loader's error, with the fact called as the reader calls it."""
        text = text.removeprefix(f"{where}: patient: ")
        name, colon, rest = text.partition(": ")
        if not colon:
            return f"{where}: {text}"
        if rest.startswith("unknown key"):
            known = ", ".join(Patient.__dataclass_fields__)
            return f"{where}: no fact {name[:LONGEST_ID]!r}; there are {known}"
        return f"{self._place(where, name.partition('[')[0])}{rest}"

    def _named(self, kind: str, text: str, where: str, name: str) -> str:
        """The id of a disease or a therapy."""
        if (kind, text) not in self.matches:
            try:
                if kind == "disease":
                    match = resolve(self._catalog, "disease", text, exact=self._exact)
                else:
                    _, match = resolve_any(self._catalog, THERAPY, text, exact=self._exact)
            except (NotFoundError, AmbiguousError) as error:
                message = f"{self._place(where, name)}{error}"
                if kind == "therapy":
                    message += "; name a class or a drug that labels ask about, leave out others"
                raise type(error)(message, error.match) from None
            except UsageError as error:
                raise UsageError(f"{self._place(where, name)}{error}") from None
            self.matches[kind, text] = match
        return self.matches[kind, text].found

    def file(self, path: str) -> list[Patient]:
        """The patients of a file, in its order; one without id is called by its number.

        Args:
            path: the file, or - for NDJSON on stdin

        Raises:
            UsageError: the file cannot be read, or holds something else
            NotFoundError, AmbiguousError: a disease or therapy that cannot be resolved
        """
        found: dict[str, Patient] = {}
        for number, (where, values) in enumerate(_read(path), 1):
            patient = self.patient(values, where)
            patient = replace(patient, id=patient.id or str(number))
            if patient.id in found:
                raise UsageError(f"{where}: id: '{patient.id}' stands twice")
            found[str(patient.id)] = patient
        if not found:
            raise UsageError(f"{called(path)}: holds no patient")
        return list(found.values())


def _is_fit(name: str) -> bool:
    """Whether a text can stand for a patient in an answer, where it must be seen."""
    return is_seen(name) and bool(name.strip()) and len(name) <= LONGEST_ID


def called(path: str) -> str:
    """A file of patients as errors name it."""
    return "stdin" if path == "-" else path


def _read(path: str) -> Iterator[tuple[str, object]]:
    """What a file says of each patient, with the place where it stands."""
    name = called(path)
    ending = ".ndjson" if path == "-" else os.path.splitext(path)[1].casefold()
    readers = {".toml": _toml, ".json": _json, ".ndjson": _lines, ".jsonl": _lines}
    if ending not in readers:
        known = ", ".join(readers)
        raise UsageError(f"--patient: '{path}' must end in {known}, or be - for NDJSON on stdin")
    return readers[ending](_text(path), name)


def _text(path: str) -> str:
    """The text of a file or of stdin.

    Raises:
        UsageError: it cannot be read, or is not UTF-8
    """
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(LARGEST + 1) if sys.stdin else b""
        else:
            with open(path, "rb") as file:
                raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise UsageError(f"{called(path)}: is larger than {LARGEST:,} bytes: ask in parts")
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{called(path)}, line {line}: is not UTF-8") from None
    except ValueError as error:  # a zero byte in the name
        raise UsageError(f"{path}: cannot be read: {error}") from None


def _toml(text: str, name: str) -> Iterator[tuple[str, object]]:
    import tomli

    try:
        content = tomli.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: is not valid TOML: {loading.broken_at(text, error)}") from None
    many = content.get("patient")
    if many is None:
        return iter([(name, content)] if content else [])
    if not isinstance(many, list) or len(content) > 1:
        raise UsageError(f"{name}: write one patient at the top, or each below [[patient]]")
    return _numbered(many, name)


def _json(text: str, name: str) -> Iterator[tuple[str, object]]:
    content = _parsed(text, name)
    if isinstance(content, list):
        return _numbered(content, name)
    return iter([(name, content)])


def _lines(text: str, name: str) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            where = f"{name}, line {number}"
            yield where, _parsed(line, where)


def _parsed(text: str, where: str) -> object:
    import json

    try:
        return json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: is not valid JSON: {loading.why_broken(error)}") from None


def _plain(name: object, value: object) -> object:
    """A value as the model has it: tables of numbers write 60.0 for 60 and a number for an id."""
    if name in WHOLE and isinstance(value, float) and value.is_integer():
        return int(value)
    if name == "id" and type(value) is int:
        return str(value)
    if name in CLOSED and isinstance(value, list):
        return [item.casefold() if isinstance(item, str) else item for item in value]
    return value


def _numbered(items: list[object], name: str) -> Iterator[tuple[str, object]]:
    for number, item in enumerate(items, 1):
        yield f"{name}, patient {number}", item
