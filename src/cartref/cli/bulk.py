"""Resolving many names: where rows come from and go to, progress, and interruption."""

from __future__ import annotations

import io
import os
import select
import stat
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain
from time import monotonic
from typing import IO, TYPE_CHECKING, NamedTuple

from cartref import load, names, rows
from cartref.cli import streams
from cartref.cli.answer import laid_over, note
from cartref.errors import CartrefError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

BLOCK = 1024  # rows written at once
BUFFER = 2**20
LONGEST = 2**24  # bytes of a line: a file without an end must not fill the memory
SEEN = 2**16  # bytes after which progress is told
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
        overlay: the directory of records to lay over the dataset
    """

    file: str
    column: str | None
    form: rows.Form | None
    kind: names.Kind
    unresolved: str | None
    prefix: str | None
    replace: bool
    exact: bool
    overlay: str | None


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
    catalog = load(overlay=task.overlay)
    index = names.index_of(catalog, task.kind)
    overlaid = None
    if overlay := catalog.dataset.overlay:
        overlaid = {*overlay.added, *overlay.replaced}
        note(f"note: {laid_over(overlay)}")
    with _opened(task) as file, _progress(task.file) as seen, _blocks() as (write, flush):
        target = _target(task, file)
        name = "stdin" if task.file == "-" else task.file
        read = _read(file, name, seen, flush if task.file == "-" else None)
        form, texts = _form(task, rows.lines(read, name, replace=task.replace))
        reader = rows.Reader(texts, form, task.column, name)
        if form != "lines" and task.column is None:
            there = rows.told(reader.header)
            raise UsageError(f"{name} is a table: give --column NAME; there are: {there}")
        default: rows.Form = "tsv" if form == "lines" else form
        writer = rows.Writer(reader, task.form or default, task.prefix, overlaid)
        if writer.prefix and task.prefix is None:
            note(f"note: the input has columns of these names, so: {', '.join(writer.added)}")

        def resolve(unresolved: Callable[[str], object] | None) -> None:
            rows.resolved(
                reader,
                writer,
                index,
                exact=task.exact,
                write=write,
                unresolved=unresolved,
                counts=counts,
            )

        if target is None:
            resolve(None)
        else:
            from cartref.export import atomically

            # A lone surrogate, which JSON can hold, has no form in UTF-8.
            atomically(
                target,
                lambda out: resolve(lambda row: out.write(row.encode("utf-8", "replace").decode())),
            )
    return counts


def told(counts: Counter[str]) -> str:
    """The counts as one line."""
    kinds = ("exact", "alias", "code", "normalised", "fuzzy", "ambiguous", "none")
    each = ", ".join(f"{kind} {counts[kind]}" for kind in kinds)
    return f"{counts.total()} rows: {each}"


# ---- input


@contextmanager
def _opened(task: Task) -> Iterator[IO[bytes]]:
    """The input as bytes.

    Raises:
        UsageError: there is no such file
        CartrefError: it cannot be read
    """
    if task.file == "-":
        if sys.stdin is None:
            raise UsageError("there is no stdin to read: give a FILE")
        if sys.stdin.isatty():
            note("Reading names from the keyboard, one a line; Ctrl-D ends.")
        yield sys.stdin.buffer
        return
    try:
        file = open(task.file, "rb", buffering=BUFFER)  # noqa: SIM115 - closed below
    except FileNotFoundError:
        command = names.COMMANDS[task.kind]
        raise UsageError(
            f"no file '{task.file}'; for a single name: cartref {command} NAME"
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise CartrefError(f"{task.file} cannot be read: {why}") from None
    with file:
        yield file


def _target(task: Task, file: IO[bytes]) -> str | None:
    """The path to write unresolved rows to.

    Raises:
        UsageError: an output is the input, or no regular file
    """
    opened = [state for state in (_state(file), _state(sys.stdout)) if state is not None]
    if len(opened) > 1 and stat.S_ISREG(opened[0].st_mode) and os.path.samestat(*opened):
        raise UsageError("the input is the output: write to another file")
    if task.unresolved is None:
        return None
    path = task.unresolved
    if path == "-" or (os.path.exists(path) and not os.path.isfile(path)):
        raise UsageError(f"--unresolved: '{task.unresolved}' is no regular file")
    if os.path.exists(path) and any(os.path.samestat(os.stat(path), one) for one in opened):
        raise UsageError(f"--unresolved: '{task.unresolved}' is the input or the output")
    return path


def _state(file: IO[bytes] | IO[str]) -> os.stat_result | None:
    """What the system knows of an open file; none if it is none of the system's."""
    try:
        return os.fstat(file.fileno())
    except (OSError, ValueError):
        return None


def _read(
    file: IO[bytes], name: str, seen: Callable[[int], object], idle: Callable[[], object] | None
) -> Iterator[bytes]:
    """The lines of a file, none without an end; now and then it is said how many bytes they had.

    Args:
        file: the file
        name: what an error calls it
        seen: takes the number of bytes
        idle: called before waiting for more from a pipe or a terminal
    """
    size = 0
    state = _state(file)
    waiting = idle and state and not stat.S_ISREG(state.st_mode)
    try:
        for line in iter(partial(file.readline, LONGEST), b""):
            if len(line) == LONGEST:
                raise rows.InputError(f"{name}: a line of more than {LONGEST:,} bytes: break it")
            size += len(line)
            if size >= SEEN:
                seen(size)
                size = 0
            yield line
            if waiting and idle and not _more(file):
                idle()
    except OSError as error:
        raise CartrefError(f"{name} cannot be read: {error.strerror}") from None


def _more(file: IO[bytes]) -> bool:
    """Whether a pipe or a terminal is known to hold more already."""
    try:
        return bool(select.select([file], [], [], 0)[0])
    except OSError:  # Windows knows it of sockets only
        return False


def _form(task: Task, texts: Iterator[str]) -> tuple[rows.Form, Iterator[str]]:
    """The format of the input: by the name of the file, else by its first line."""
    suffix = os.path.splitext(task.file)[1].lower()
    form = SUFFIXES.get(suffix)
    if form is not None:
        return form, texts
    ahead: list[str] = []
    for text in texts:
        ahead.append(text)
        if text.strip():
            break
    first = ahead[-1] if ahead else ""
    seems: rows.Form = "ndjson" if first.lstrip()[:1] == "{" else "tsv" if "\t" in first else "csv"
    if task.column is not None:
        return seems, chain(ahead, texts)
    if seems != "csv":
        note(f"note: this looks like {seems}, but is read line by line: see --column")
    return "lines", chain(ahead, texts)


# ---- output


class _WriteError(Exception):
    """The rows cannot be written; keeps the error from being taken for one of another file."""


@contextmanager
def _blocks() -> Iterator[tuple[Callable[[str], object], Callable[[], object]]]:
    """Write whole rows, many at once, as UTF-8; an interruption leaves no half row.

    Yields:
        a function that takes a row, and one that writes what waits
    """
    held: list[str] = []
    out = sys.stdout.buffer
    shown = out.isatty()
    # Where Python is told not to buffer, a write may take a part only.
    whole = io.BufferedWriter(out) if isinstance(out, io.RawIOBase) else out

    def flush() -> None:
        if held:
            text = "".join(held)
            held.clear()
            # Files and pipes get rows as they were read, a terminal what does not steer it.
            if shown:
                text = streams.written_out(text.replace("\r\n", "\n"), kept="\t\n")
            block = text.encode("utf-8", "replace")
            with _uninterrupted():
                try:
                    whole.write(block)
                    whole.flush()
                except OSError as error:
                    raise _WriteError from error

    def write(row: str) -> None:
        held.append(row)
        if len(held) >= BLOCK:
            flush()

    try:
        try:
            yield write, flush
        finally:
            flush()
    except _WriteError as error:
        raise error.__cause__ or error from None
    finally:
        if isinstance(whole, io.BufferedWriter) and whole is not out:
            whole.detach()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C and a request to end wait for what is being written; a second does not wait."""
    import signal

    came: list[int] = []

    def later(number: int, _: FrameType | None) -> None:
        came.append(number)
        signal.signal(number, signal.SIG_DFL)

    try:
        before = {one: signal.signal(one, later) for one in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # signals reach the main thread alone
        yield
        return
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    for number in came:
        signal.raise_signal(number)


# ---- progress


@contextmanager
def _progress(path: str) -> Iterator[Callable[[int], object]]:
    """Something to tell how many bytes were read: a bar on stderr, if that is a terminal.

    The bar comes when the work takes longer than a second, and not where rows are shown.
    """
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda _: None
        return
    size = os.path.getsize(path) if path != "-" and os.path.isfile(path) else None
    begun = monotonic()
    with ExitStack() as shown:
        done = 0
        advance: Callable[[int], object] | None = None

        def seen(count: int) -> None:
            nonlocal done, advance
            done += count
            if advance:
                advance(done)
            elif monotonic() - begun > PATIENCE:
                advance = shown.enter_context(_bar(size))
                advance(done)

        yield seen


@contextmanager
def _bar(size: int | None) -> Iterator[Callable[[int], object]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("resolving", total=size)
        yield lambda done: bar.update(task, completed=done)
