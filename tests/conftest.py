"""What all tests share: the data directory, and copies of it that a test may break."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tomli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# Terminals, signals and limits are those of POSIX here: Windows runs the other tests.
if os.name == "nt":
    needed = re.compile("^import (console|fcntl|pty|resource|signal)$", re.MULTILINE)
    collect_ignore = [
        path.name
        for path in Path(__file__).parent.glob("test_*.py")
        if needed.search(path.read_text(encoding="utf-8"))
    ]

_RECORD = re.compile(r"^\[\[\w+\]\]$", re.MULTILINE)
_SECTION = re.compile(r"^\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it stands in its file, before any model reads it.

    Attributes:
        file: path of the file below the data directory
        table: name of its table
        values: what the file says of it
    """

    file: str
    table: str
    values: dict[str, Any]

    @property
    def id(self) -> str:
        """The id of the record."""
        return str(self.values["id"])


class BrokenCopy:
    """A copy of the dataset, with edits that fail loudly if they would change nothing."""

    def __init__(self, directory: Path) -> None:
        """Take a directory that may be written to."""
        self.directory = directory

    # ---- finding records

    def files(self, pattern: str = "**/*.toml") -> list[str]:
        """The files that match a pattern, as paths below the data directory."""
        return sorted(
            path.relative_to(self.directory).as_posix() for path in self.directory.glob(pattern)
        )

    def rows(self, table: str, files: str = "**/*.toml") -> Iterator[Row]:
        """The records of one table, in the files that match a pattern."""
        for file in self.files(files):
            found = _parsed(self.text(file)).get(table)
            # A file of one product names it where the file of products holds its table.
            for values in found if isinstance(found, list) else ():
                yield Row(file, table, values)

    def find(
        self,
        table: str,
        wanted: Callable[[dict[str, Any]], object] | None = None,
        files: str = "**/*.toml",
    ) -> Row:
        """The first record of a table that is as wanted."""
        for row in self.rows(table, files):
            if wanted is None or wanted(row.values):
                return row
        pytest.fail(f"no {table} in {files} is as the test needs it")

    # ---- changing files

    def text(self, file: str) -> str:
        """The text of a file."""
        return (self.directory / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str | bytes) -> None:
        """Replace a whole file that is there."""
        path = self.directory / file
        assert path.is_file(), f"there is no {file}"
        path.unlink()  # it is a link to the file that all copies share
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def append(self, file: str, text: str) -> None:
        """Add text at the end of a file."""
        self.write(file, self.text(file) + text)

    def add(self, file: str, table: str, values: Mapping[str, object]) -> None:
        """Add a record at the end of a file."""
        lines = "".join(f"{key} = {_literal(value)}\n" for key, value in values.items())
        self.append(file, f"\n[[{table}]]\n{lines}")

    # ---- changing one record

    def edit(self, file: str, record: str, old: str, new: str) -> None:
        """Replace text that stands once in the block of one record."""
        start, end = self._block(file, record)
        block = self.text(file)[start:end]
        count = block.count(old)
        assert count == 1, f"{file}: {record}: {old!r} stands there {count} times, not once"
        assert old != new, f"{file}: {record}: {old!r} would stay as it is"
        self._replace(file, start, end, block.replace(old, new))

    def put(self, file: str, record: str, values: Mapping[str, object], section: str = "") -> None:
        """Set keys of one record, or of its first nested record of that name."""
        for key, value in values.items():
            start, _ = self._section(file, record, section)
            found = self._assignment(file, record, section, key)
            same = found is not None and _literal(found[2]) == _literal(value)
            assert not same, f"{file}: {record}: {key} is so already"
            self._replace(
                file, *(found[:2] if found else (start, start)), f"{key} = {_literal(value)}\n"
            )
            if key == "id" and not section:
                record = str(value)

    def drop(self, file: str, record: str, key: str, section: str = "") -> None:
        """Take a key out of one record, or out of its first nested record of that name."""
        found = self._assignment(file, record, section, key)
        assert found, f"{file}: {record}: there is no {key} to drop"
        self._replace(file, *found[:2], "")

    def move(self, file: str, record: str, target: str) -> None:
        """Move a record to the end of another file."""
        start, end = self._block(file, record)
        block = self.text(file)[start:end]
        self._replace(file, start, end, "")
        self.append(target, f"\n{block}")

    def _replace(self, file: str, start: int, end: int, new: str) -> None:
        text = self.text(file)
        self.write(file, text[:start] + new + text[end:])

    def _block(self, file: str, record: str) -> tuple[int, int]:
        """Where the block of exactly this record begins and ends."""
        text = self.text(file)
        starts = [found.start() for found in _RECORD.finditer(text)]
        line = f"\nid = {_literal(record)}\n"
        found = [
            (start, end)
            for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
            if line in text[start:end]
        ]
        assert len(found) == 1, f"{file}: '{record}' stands there {len(found)} times, not once"
        return found[0]

    def _section(self, file: str, record: str, section: str) -> tuple[int, int]:
        """Where the keys of a record, or of a nested one, begin and end."""
        start, end = self._block(file, record)
        text = self.text(file)
        header = rf"^\[+\w+\.{section}\]+\n" if section else r"^\[\[\w+\]\]\n"
        opening = re.compile(header, re.MULTILINE).search(text, start, end)
        assert opening, f"{file}: {record}: there is no {section}"
        closing = _SECTION.search(text, opening.end(), end)
        return opening.end(), closing.start() if closing else end

    def _assignment(
        self, file: str, record: str, section: str, key: str
    ) -> tuple[int, int, object] | None:
        """Where a key and its value begin and end, and the value; none if the key is not there."""
        start, end = self._section(file, record, section)
        text = self.text(file)
        found = re.compile(rf"^{key} = ", re.MULTILINE).search(text, start, end)
        if found is None:
            return None
        stop = found.start()
        while stop < end:
            stop = text.index("\n", stop) + 1
            try:
                return found.start(), stop, tomli.loads(text[found.start() : stop])[key]
            except tomli.TOMLDecodeError:
                continue
        pytest.fail(f"{file}: {record}: {key} does not end")


@cache
def _parsed(text: str) -> dict[str, Any]:
    return tomli.loads(text)


def _literal(value: object) -> str:
    """Write a value as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_literal(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@pytest.fixture(scope="session")
def data_directory() -> Path:
    """The data directory of the repository."""
    return Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="session")
def pristine_copy(data_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the dataset that no test changes."""
    return Path(shutil.copytree(data_directory, tmp_path_factory.mktemp("pristine") / "data"))


@pytest.fixture
def broken_copy(pristine_copy: Path, tmp_path: Path) -> BrokenCopy:
    """A copy of the dataset, whole until the test breaks it; what it leaves alone is linked."""
    target = tmp_path / "data"
    shutil.copytree(pristine_copy, target, copy_function=os.link)
    return BrokenCopy(target)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let signals reach what a test starts, even if whoever started the tests ignores them.

    A shell does so for what it runs in the background, and children inherit it.
    """
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
