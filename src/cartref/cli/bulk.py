"""Resolving many names: where rows come from and go to, progress, and interruption."""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import contextmanager
from itertools import chain
from time import monotonic
from typing import IO, TYPE_CHECKING, NamedTuple

from cartref import names, rows
from cartref.catalog import Catalog
from cartref.cli.answer import note
from cartref.errors import CartrefError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType

BLOCK = 1024  # rows written at once
BUFFER = 2**20
PATIENCE = 1.0  # seconds before progress is shown
SUFFIXES: dict[str, rows.Form] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}


class Task(NamedTuple):
    """What is to be resolved, and how.

    Attributes:
        file: path of the input, - for stdin
        column: the column that holds the name
        form: the format to write; none for that of the input
        kind: what the names are names of
        unresolved: path of the file for rows that led to no single record
        prefix: what stands before the names of the added columns
        replace: whether bytes that are not UTF-8 are replaced
        exact: whether typing errors are refused too
    """

    file: str
    column: str | None
    form: rows.Form | None
    kind: names.Kind
    unresolved: str | None
    prefix: str | None
    replace: bool
    exact: bool


def run(task: Task) -> Counter[str]:
    """Resolve every row of the input and write it to stdout.

    Returns:
        how many rows had each kind of match

    Raises:
        UsageError: there is no such file or column, or it must be named
        InputError: the input cannot be read on; the rows before are written
        CartrefError: a file cannot be written
    """
    counts: Counter[str] = Counter()
    index = names.index_of(Catalog(), task.kind)
    with _opened(task.file) as file, _progress(task.file) as seen:
        name = "stdin" if task.file == "-" else task.file
        texts = rows.lines(_counted(file, seen), name, replace=task.replace)
        form, texts = _form(task, texts)
        reader = rows.Reader(texts, form, task.column, name)
        default: rows.Form = "tsv" if form == "lines" else form
        writer = rows.Writer(reader, task.form or default, task.prefix)
        if writer.prefix and task.prefix is None:
            note(f"note: the input has columns of these names, so: {', '.join(writer.added)}")

        def resolve(unresolved: Callable[[str], object] | None) -> None:
            with _blocks(1 if sys.stdin.isatty() and task.file == "-" else BLOCK) as write:
                rows.resolved(
                    reader,
                    writer,
                    index,
                    exact=task.exact,
                    write=write,
                    unresolved=unresolved,
                    counts=counts,
                )

        if task.unresolved is None:
            resolve(None)
        else:
            from cartref.export import atomically

            atomically(task.unresolved, lambda out: resolve(out.write))
    return counts


def told(counts: Counter[str]) -> str:
    """The counts as one line."""
    kinds = ("exact", "alias", "code", "normalised", "fuzzy", "ambiguous", "none")
    each = ", ".join(f"{kind} {counts[kind]}" for kind in kinds)
    return f"{counts.total()} rows: {each}"


# ---- input


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    """The input as bytes.

    Raises:
        UsageError: there is no such file
        CartrefError: it cannot be read
    """
    if path == "-":
        if sys.stdin.isatty():
            note("Reading names from the keyboard, one a line; Ctrl-D ends.")
        yield sys.stdin.buffer
        return
    try:
        file = open(path, "rb", buffering=BUFFER)  # noqa: SIM115 - closed below
    except FileNotFoundError:
        raise UsageError(f"no file '{path}'; a single name: cartref product '{path}'") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise CartrefError(f"{path} cannot be read: {why}") from None
    with file:
        yield file


def _form(task: Task, texts: Iterator[str]) -> tuple[rows.Form, Iterator[str]]:
    """The format of the input: by the name of the file, else by its first line.

    Raises:
        UsageError: it is a table, but no column was named
    """
    suffix = os.path.splitext(task.file)[1].lower()
    form = SUFFIXES.get(suffix)
    if form is None and task.column is None:
        return "lines", texts
    first = next(texts, None)
    if first is None:
        return form or "lines", texts
    texts = chain([first], texts)
    if form is None:
        form = "ndjson" if first.lstrip()[:1] == "{" else "tsv" if "\t" in first else "csv"
    if task.column is None:
        there = ", ".join(rows.Reader(iter([first]), form, None, task.file).header)
        raise UsageError(f"{task.file} is a table: give --column NAME; there are: {there}")
    return form, texts


# ---- output


@contextmanager
def _blocks(size: int) -> Iterator[Callable[[str], object]]:
    """Write whole rows, many at once, as UTF-8; an interruption leaves no half row."""
    held: list[str] = []
    out = sys.stdout.buffer

    def flush() -> None:
        with _uninterrupted():
            out.write("".join(held).encode("utf-8", "replace"))
            held.clear()
            out.flush()

    def write(row: str) -> None:
        held.append(row)
        if len(held) >= size:
            flush()

    try:
        yield write
    finally:
        if held:
            flush()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for the end of what is being written; a second one does not wait."""
    import signal

    came: list[int] = []

    def later(number: int, _: FrameType | None) -> None:
        if came:
            raise KeyboardInterrupt
        came.append(number)

    try:
        before = signal.signal(signal.SIGINT, later)
    except ValueError:  # signals reach the main thread alone
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


# ---- progress


@contextmanager
def _progress(path: str) -> Iterator[Callable[[int], object]]:
    """Something to tell how many bytes were read: a bar on stderr, if that is a terminal.

    The bar comes when the work takes longer than a second, and not where rows are shown.
    """
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    size = os.path.getsize(path) if path != "-" and os.path.isfile(path) else None
    with Progress(console=Console(stderr=True), transient=True) as bar:
        bar.stop()
        task = bar.add_task("resolving", total=size)
        begun = monotonic()

        def seen(count: int) -> None:
            if not bar.live.is_started and monotonic() - begun > PATIENCE:
                bar.start()
            bar.advance(task, count)

        yield seen


def _counted(file: Iterable[bytes], seen: Callable[[int], object]) -> Iterator[bytes]:
    """The lines of a file; now and then it is said how many bytes they had."""
    size = 0
    for line in file:
        size += len(line)
        if size >= BUFFER:
            seen(size)
            size = 0
        yield line
