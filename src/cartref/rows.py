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
from typing import TYPE_CHECKING, Any, Final, Literal

from cartref.errors import CartrefError, UsageError
from cartref.names import remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cartref.model.match import Match
    from cartref.names import Index

Form = Literal["lines", "csv", "tsv", "ndjson"]
Read = tuple[str | None, Any, str]  # the name, the cells or members of the row, the row as read

ADDED: Final = ("id", "kind", "matched", "alternatives")
PREFIX: Final = "cartref_"
UNRESOLVED: Final = ("ambiguous", "none")
DELIMITERS: Final = {"csv": ",", "tsv": "\t"}
_LARGEST_CELL: Final = 2**26  # signs: an open quote must not read a whole file into memory


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
        raw = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        try:
            yield raw.decode("utf-8", errors)
        except UnicodeDecodeError as error:
            column = len(raw[: error.start].decode("utf-8")) + 1
            raise InputError(
                f"{name}, line {number}, column {column}: byte 0x{raw[error.start]:02x} is not"
                " UTF-8: save the file as UTF-8, or read on with --errors replace"
            ) from None


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
        self.ending = "\n"
        self._texts = texts
        if form in DELIMITERS:
            csv.field_size_limit(_LARGEST_CELL)
            self._tabular = self._records()
            self.header, self.head = next(self._tabular, ([], ""))
            if self.head.endswith("\r\n"):
                self.ending = "\r\n"
            if self.header and column is not None:
                self.column = _column(self.header, column)
        elif form == "ndjson":
            self._objects = self._members()
            self._first = next(self._objects, None)
            self.header = list(self._first[0]) if self._first else []
            if self.header and column is not None:
                self.column = _column(self.header, column)

    def __iter__(self) -> Iterator[Read]:
        """The rows: the name, the cells or members, and the row as it was read.

        A blank line between the rows of a table has no cells.
        """
        if self.form == "lines":
            for text in self._texts:
                bare = text.rstrip("\r\n")
                yield bare, bare, text
        elif self.form == "ndjson":
            for members, raw in self._rest():
                value = members.get(self.column) if members else None
                yield value if isinstance(value, str) else None, members, raw
        else:
            yield from self._table()

    def _table(self) -> Iterator[Read]:
        width = len(self.header)
        place = self.header.index(self.column) if self.header else 0
        delimiter = DELIMITERS[self.form]
        for cells, raw in self._tabular:
            if len(cells) == width:
                yield cells[place], cells, raw
            elif not cells:
                yield None, cells, raw
            elif len(cells) < width:
                missing = width - len(cells)
                filled = [*cells, *[""] * missing]
                yield filled[place], filled, raw.rstrip("\r\n") + delimiter * missing
            else:
                raise InputError(
                    f"{self.name}, row {self._row}: {len(cells)} cells, but the header has"
                    f" {width}: quote the cells that hold a '{delimiter}'"
                )

    def _records(self) -> Iterator[tuple[list[str], str]]:
        """The records of a table, each with the text that it was read from."""
        taken: list[str] = []

        def noted() -> Iterator[str]:
            for text in self._texts:
                taken.append(text)
                yield text

        reader = csv.reader(noted(), delimiter=DELIMITERS[self.form], strict=True)
        self._row = 0
        while True:
            try:
                for cells in reader:
                    self._row += 1
                    yield cells, "".join(taken)
                    taken.clear()
            except csv.Error as error:
                raise InputError(f"{self.name}, line {reader.line_num}: {error}") from None
            return

    def _members(self) -> Iterator[tuple[dict[str, Any], str]]:
        for number, text in enumerate(self._texts, 1):
            if not text.strip():
                yield {}, text
                continue
            try:
                members = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise InputError(f"{self.name}, line {number}: not JSON: {error}") from None
            if not isinstance(members, dict):
                raise InputError(f"{self.name}, line {number}: not a JSON object")
            yield members, text

    def _rest(self) -> Iterator[tuple[dict[str, Any], str]]:
        if self._first:
            yield self._first
        yield from self._objects


def _column(header: Sequence[str], wanted: str) -> str:
    """The column of this name, whatever its case and the spaces around it."""
    there = ", ".join(header)
    same = [name for name in header if name == wanted] or [
        name for name in header if name.strip().casefold() == wanted.strip().casefold()
    ]
    if not same:
        raise UsageError(f"--column: no column '{wanted}'; there are: {there}")
    if len(same) > 1:
        raise UsageError(f"--column: '{wanted}' stands {len(same)} times among: {there}")
    return same[0]


class Writer:
    """Rows with their answers, in one format.

    Args:
        reader: where the rows come from
        form: the format to write; ``lines`` is no format of answers
        prefix: what stands before the names of the added columns
    """

    def __init__(self, reader: Reader, form: Form, prefix: str | None) -> None:
        self.reader = reader
        self.form = form
        self.same = form == reader.form
        taken = not set(ADDED).isdisjoint(reader.header)
        self.prefix = prefix if prefix is not None else PREFIX if taken else ""
        self.added = [self.prefix + name for name in ADDED]
        if twice := sorted(set(self.added) & set(reader.header)):
            raise UsageError(f"--prefix: the input has a column '{twice[0]}': give another prefix")

    def head(self) -> str:
        """The header, if the format has one and the input is not empty."""
        if self.form == "ndjson" or not self.reader.header:
            return ""
        if self.same:
            return self._behind(self.reader.head, _cells(self.added, self.form))
        return _cells([*self.reader.header, *self.added], self.form) + "\n"

    def answer(self, match: Match) -> Any:
        """What is added to a row: text where the row stays as it was read, else cells."""
        if self.form == "ndjson":
            found = (match.id, match.kind, match.matched, match.alternatives)
            text = json.dumps(dict(zip(self.added, found, strict=True)), ensure_ascii=False)
            return text[1:]
        several = "; ".join(match.alternatives)
        cells = (match.id or "", match.kind, match.matched or "", several)
        return _cells(cells, self.form) if self.same else cells

    def row(self, read: Read, answer: Any) -> str:
        """A row with its answer."""
        _, cells, raw = read
        if self.form == "ndjson":
            return f"{self._object(cells, raw)}{answer}\n"
        if self.same:
            return self._behind(raw, answer)
        return _cells([*self._values(cells), *answer], self.form) + "\n"

    def _behind(self, raw: str, answer: str) -> str:
        return raw.rstrip("\r\n") + DELIMITERS[self.form] + answer + self.reader.ending

    def _object(self, cells: Any, raw: str) -> str:
        """The row as the beginning of a JSON object."""
        if self.same:
            if self.prefix == "" and not cells.keys().isdisjoint(ADDED):
                twice = min(cells.keys() & set(ADDED))
                raise InputError(
                    f"{self.reader.name}: a row has a member '{twice}' of its own:"
                    f" give --prefix {PREFIX}"
                )
            return raw.rstrip().removesuffix("}").rstrip() + ", "
        values = [cells] if self.reader.form == "lines" else cells
        members = dict(zip(self.reader.header, values, strict=True))
        return json.dumps(members, ensure_ascii=False).removesuffix("}") + ", "

    def _values(self, cells: Any) -> list[str]:
        if self.reader.form == "lines":
            return [cells]
        if self.reader.form != "ndjson":
            return list(cells)
        if further := sorted(cells.keys() - set(self.reader.header)):
            raise InputError(
                f"{self.reader.name}: a row has a member '{further[0]}' that the first has not:"
                " write --format ndjson"
            )
        return [_plain(cells.get(name)) for name in self.reader.header]


def _plain(value: Any) -> str:
    """A member of a JSON object as a cell."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cells(values: Sequence[str], form: Form) -> str:
    """Cells of a table as text, quoted where they must be."""
    text = io.StringIO()
    csv.writer(text, delimiter=DELIMITERS[form], lineterminator="").writerow(values)
    return text.getvalue()


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
        if read[1] or reader.form == "lines":
            kind, answer = told(read[0])
            numbers[kind] += 1
            row = writer.row(read, answer)
            if unresolved and kind in UNRESOLVED:
                unresolved(row)
            write(row)
        elif writer.same:
            write(read[2])  # a blank line
