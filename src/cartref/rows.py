"""Rows with names in, the same rows with what the names mean out, one at a time.

Lines of text, CSV, TSV and NDJSON are read and written. Nothing is kept but the answers to the
last names, so that memory does not grow with the input. Where the format stays the same a row
is written as it was read, sign for sign, with the answer behind it.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal

from cartref.errors import CartrefError, UsageError
from cartref.names import remembered
from cartref.objects import once
from cartref.sheets import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from cartref.model.match import Match
    from cartref.names import Index

Form = Literal["lines", "csv", "tsv", "ndjson"]
Read = tuple[str | None, Any, str]  # the name, the cells or members of the row, the row as read

ADDED: Final = ("id", "kind", "matched", "alternatives", "status")
ORIGIN: Final = "origin"
PREFIX: Final = "cartref_"
UNRESOLVED: Final = ("ambiguous", "none")
DELIMITERS: Final = {"csv": ",", "tsv": "\t"}
_SIGNS: Final = {",": "comma", "\t": "tab"}
_LARGEST_CELL: Final = 2**24  # signs: an open quote must not read a whole file into memory


class InputError(CartrefError):
    """The input cannot be read on; the message names file, line and column."""


def lines(file: Iterable[bytes], name: str, *, replace: bool) -> Iterator[str]:
    """The lines of a UTF-8 text with their ends; a mark at its beginning is gone.

    Args:
        file: the lines as bytes
        name: what an error calls the input
        replace: whether what is not UTF-8 becomes the replacement character

    Raises:
        InputError: a byte is not UTF-8
    """
    errors = "replace" if replace else "strict"
    for number, line in enumerate(file, 1):
        raw = line
        if number == 1:
            raw = line.removeprefix(codecs.BOM_UTF8)
            if why := _unreadable(raw):
                raise InputError(f"{name} {why}")
        try:
            yield raw.decode("utf-8", errors)
        except UnicodeDecodeError as error:
            column = len(raw[: error.start].decode("utf-8")) + 1
            raise InputError(
                f"{name}, line {number}, column {column}: byte 0x{raw[error.start]:02x} is not"
                " UTF-8: save the file as UTF-8, or read on with --errors replace"
            ) from None


def _unreadable(raw: bytes) -> str | None:
    """Why a text that begins like this cannot be read at all."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or raw[1:4:2] == b"\0\0":
        return "is UTF-16: save it as UTF-8"
    if raw.startswith(b"\x1f\x8b"):
        return "is compressed: unpack it first"
    if b"\r" in raw and b"\n" not in raw and raw.find(b"\r") < len(raw) - 1:
        return "ends its lines in a bare carriage return: save it with \\n or \\r\\n"
    return None


class Number(str):
    """A number of JSON, kept as it was written."""

    __slots__ = ()


class Reader:
    """The rows of an input in order.

    Args:
        texts: its lines
        form: its format
        column: which column or member holds the name; none for lines
        name: what an error calls the input

    Raises:
        UsageError: there is no such column, or there are two
    """

    def __init__(self, texts: Iterator[str], form: Form, column: str | None, name: str) -> None:
        self.form = form
        self.name = name
        self.column = column or "input"
        self.header: list[str] = [self.column]
        self.head = ""  # the header as it was read
        self.line = 0  # the line, or the last line of the row, that was read last
        self._ahead: list[Read] = []  # what had to be read to know the members
        self._texts = self._numbered(texts)
        if form in DELIMITERS:
            csv.field_size_limit(_LARGEST_CELL)
            self._tabular = self._records()
            self.header, self.head = next((read for read in self._tabular if read[0]), ([], ""))
        elif form == "ndjson":
            self._objects = self._members()
            self.header = []
            for read in self._objects:
                self._ahead.append(read)
                if read[1] is not None:
                    self.header = list(read[1])
                    break
        if form != "lines" and column is not None and (self.header or self._ahead):
            self.column = _column(self.header, column)

    def __iter__(self) -> Iterator[Read]:
        """The rows: the name, the cells or members, and the row as it was read.

        A blank line has no cells.
        """
        if self.form == "lines":
            for text in self._texts:
                bare = text.rstrip("\r\n")
                yield bare, bare, text
        elif self.form == "ndjson":
            for _, members, raw in chain(self._ahead, self._objects):
                value = members.get(self.column) if members else None
                yield value if isinstance(value, str) else None, members, raw
        else:
            yield from self._table()

    def where(self) -> str:
        """The place that was read last, for an error."""
        return f"{self.name}, line {self.line}"

    def _numbered(self, texts: Iterator[str]) -> Iterator[str]:
        for text in texts:
            self.line += 1
            yield text

    def _table(self) -> Iterator[Read]:
        width = len(self.header)
        place = self.header.index(self.column) if self.header else 0
        delimiter = DELIMITERS[self.form]
        for cells, raw in self._tabular:
            if len(cells) == width:
                yield cells[place], cells, raw
            elif not cells:
                yield None, None, raw
            elif len(cells) < width:
                missing = width - len(cells)
                filled = [*cells, *[""] * missing]
                bare = raw.rstrip("\r\n")
                yield filled[place], filled, bare + delimiter * missing + raw[len(bare) :]
            else:
                raise InputError(
                    f"{self.where()}: {len(cells)} cells, but the header has {width}:"
                    f" quote the cells that hold a {_SIGNS[delimiter]}"
                )

    def _records(self) -> Iterator[tuple[list[str], str]]:
        """The records of a table, each with the text that it was read from."""
        taken: list[str] = []

        def noted() -> Iterator[str]:
            for text in self._texts:
                taken.append(text)
                yield text

        try:
            for cells in csv.reader(noted(), delimiter=DELIMITERS[self.form], strict=True):
                yield cells, "".join(taken)
                taken.clear()
        except csv.Error as error:
            wrong = (
                "a carriage return within a row: end lines with a line feed, or quote the cell"
                if "new-line" in str(error)
                else "a quote that does not close or stands within a cell, or a cell of more than"
                f" {_LARGEST_CELL:,} signs: quote the cell and write its quotes twice"
            )
            raise InputError(f"{self.where()}: {wrong}") from None

    def _members(self) -> Iterator[Read]:
        for text in self._texts:
            if not text.strip():
                yield None, None, text
                continue
            try:
                members = json.loads(
                    text,
                    parse_int=Number,
                    parse_float=Number,
                    parse_constant=Number,
                    object_pairs_hook=once,
                )
            except (ValueError, RecursionError) as error:
                raise InputError(f"{self.where()}: not JSON: {error}") from None
            if not isinstance(members, dict):
                raise InputError(f"{self.where()}: not a JSON object")
            yield None, members, text


def _column(header: Sequence[str], wanted: str) -> str:
    """The column of this name, whatever its case and the spaces around it."""
    same = [name for name in header if name == wanted] or [
        name for name in header if name.strip().casefold() == wanted.strip().casefold()
    ]
    if not same:
        raise UsageError(f"--column: no column '{wanted}'; there are: {told(header)}")
    if len(same) > 1:
        raise UsageError(f"--column: '{wanted}' stands {len(same)} times among: {told(header)}")
    return same[0]


def told(header: Sequence[str]) -> str:
    """The columns in one line, for an error."""
    there = ", ".join(" ".join(name.split()) for name in header) or "none"
    if len(header) == 1 and ";" in header[0]:
        there += " (cells must be parted by a comma, not by a semicolon)"
    return there


class Writer:
    """Rows with their answers, in one format.

    In CSV no cell that is added begins a formula; those of the input stay as they were read.

    Args:
        reader: where the rows come from
        form: the format to write; ``lines`` is no format of answers
        prefix: what stands before the names of the added columns
        overlaid: ids of the records that come from an overlay, which a further column tells; none
            without an overlay
    """

    def __init__(
        self,
        reader: Reader,
        form: Form,
        prefix: str | None,
        overlaid: Collection[str] | None = None,
    ) -> None:
        self.reader = reader
        self.form = form
        self.overlaid = overlaid
        self.same = form == reader.form
        names = ADDED if overlaid is None else (*ADDED, ORIGIN)
        taken = not set(names).isdisjoint(reader.header)
        self.prefix = prefix if prefix is not None else PREFIX if taken else ""
        self.added = [self.prefix + name for name in names]
        if twice := sorted(set(self.added) & set(reader.header)):
            raise UsageError(f"--prefix: the input has a column '{twice[0]}': give another prefix")
        if form == "ndjson" and len(set(reader.header)) < len(reader.header):
            raise UsageError(
                f"two columns have one name: {told(reader.header)}: write another format"
            )

    def head(self) -> str:
        """The header, if the format has one and the input is not empty."""
        if self.form == "ndjson" or not self.reader.header:
            return ""
        added = list(map(harmless, self.added)) if self.form == "csv" else self.added
        if self.same:
            return self._behind(self.reader.head, _cells(added, self.form))
        return _cells([*self.reader.header, *added], self.form) + "\n"

    def answer(self, match: Match) -> Any:
        """What is added to a row: text where the row stays as it was read, else cells."""
        origin = () if self.overlaid is None else (self._origin(match),)
        if self.form == "ndjson":
            found = (match.id, match.kind, match.matched, match.alternatives, match.status, *origin)
            text = json.dumps(dict(zip(self.added, found, strict=True)), ensure_ascii=False)
            return text[1:]
        named = (match.matched or "", "; ".join(match.alternatives))
        matched, several = map(harmless, named) if self.form == "csv" else named
        last = (part or "" for part in (match.status, *origin))
        cells = (match.id or "", match.kind, matched, several, *last)
        return _cells(cells, self.form) if self.same else cells

    def _origin(self, match: Match) -> str | None:
        """Where the record that was found comes from; none if none was."""
        if match.id is None:
            return None
        return "overlay" if match.id in (self.overlaid or ()) else "bundled"

    def row(self, read: Read, answer: Any) -> str:
        """A row with its answer."""
        _, cells, raw = read
        if self.form == "ndjson":
            return f"{self._object(cells, raw)}{answer}\n"
        if self.same:
            return self._behind(raw, answer)
        return _cells([*self._values(cells), *answer], self.form) + "\n"

    def _behind(self, raw: str, answer: str) -> str:
        ending = "\r\n" if raw.endswith("\r\n") else "\n"
        return raw.rstrip("\r\n") + DELIMITERS[self.form] + answer + ending

    def _object(self, cells: Any, raw: str) -> str:
        """The row as the beginning of a JSON object."""
        if not self.same:
            values = [cells] if self.reader.form == "lines" else cells
            members = dict(zip(self.reader.header, values, strict=True))
            return json.dumps(members, ensure_ascii=False).removesuffix("}") + ", "
        if not cells:
            return "{"
        if not cells.keys().isdisjoint(self.added):
            twice = min(cells.keys() & set(self.added))
            raise InputError(
                f"{self.reader.where()}: a member '{twice}' of its own: give another --prefix,"
                f" such as {PREFIX}"
            )
        return raw.rstrip().removesuffix("}").rstrip() + ", "

    def _values(self, cells: Any) -> list[str]:
        if self.reader.form == "lines":
            return [cells]
        if self.reader.form != "ndjson":
            return list(cells)
        if further := sorted(cells.keys() - set(self.reader.header)):
            raise InputError(
                f"{self.reader.where()}: a member '{further[0]}' that the first row has not:"
                " write --format ndjson"
            )
        try:
            return [_plain(cells.get(name)) for name in self.reader.header]
        except RecursionError:
            raise InputError(
                f"{self.reader.where()}: a member is nested too deep for a cell:"
                " write --format ndjson"
            ) from None


def _plain(value: Any) -> str:
    """A member of a JSON object as a cell."""
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    """A value as JSON, its numbers as they were written."""
    if isinstance(value, Number):
        return value
    if isinstance(value, dict):
        members = (f"{json.dumps(key, ensure_ascii=False)}: {_json(value[key])}" for key in value)
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _cells(values: Sequence[str], form: Form) -> str:
    """Cells of a table as text, quoted where they must be."""
    text = io.StringIO()
    # The writer quotes the line ends that it writes itself, so it must write both signs.
    csv.writer(text, delimiter=DELIMITERS[form], lineterminator="\r\n").writerow(values)
    return text.getvalue().removesuffix("\r\n")


def resolved(
    reader: Reader,
    writer: Writer,
    index: Index,
    *,
    exact: bool,
    write: Callable[[str], object],
    unresolved: Callable[[str], object] | None = None,
    counts: Counter[str] | None = None,
) -> None:
    """Resolve every row and write it.

    Args:
        reader: the rows
        writer: their new form
        index: the names
        exact: whether typing errors are refused too
        write: takes each row that is done, and the header first
        unresolved: takes those that led to no single record, and the header first
        counts: how many rows had each kind of match

    Raises:
        InputError: the input cannot be read on; what was written before stays
    """

    def shaped(match: Match) -> tuple[str, Any]:
        return match.kind, writer.answer(match)

    told = remembered(index, shaped, exact=exact)
    numbers: Counter[str] = Counter() if counts is None else counts
    head = writer.head()
    write(head)
    if unresolved:
        unresolved(head)
    for read in reader:
        if read[1] is not None:
            kind, answer = told(read[0])
            numbers[kind] += 1
            row = writer.row(read, answer)
            if unresolved and kind in UNRESOLVED:
                unresolved(row)
            write(row)
        elif writer.same:
            write(read[2])  # a blank line
