"""Broken data: every mutant of a file of the dataset is whole, or refused with file and record.

A mutant is one file of the dataset with one change: a line gone, twice or elsewhere, a key or a
value replaced, a byte flipped, the end cut off. In short 60 mutants are made, always the same; a
long run makes as many others as ``CARTREF_MUTANTS`` says, and tells how they ended::

    CARTREF_MUTANTS=2000 python -m pytest -s tests/test_mutations.py
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from cartref.check import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Mutation = Callable[[random.Random, str], str | bytes]

SHORT = 60
MUTANTS = int(os.environ.get("CARTREF_MUTANTS", SHORT))
SEED = 20261120 if MUTANTS <= SHORT else None
KEY = re.compile(r"^([\w-]+) = (.+)$")
DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
NUMBER = re.compile(r"(?<== )-?\d+(?:\.\d+)?$")
VALUES = (
    "true", "0", "-1", "1.5", "101", "nan", "-inf", "1e400", "9" * 30, "0x" + "f" * 5000,
    "9" * 5000, '""', '" "', '"x"', "[]", "[[]]", '["x", "x"]', "{}", "{ a = 1 }", "2024-01-01",
    "2024-01-01T00:00:00Z", "07:32:00", "[" * 5000 + "]" * 5000, "{ a = " * 600 + "1" + " }" * 600,
    r'"\u0000"', r'"\u001b[31m"', r'"\u202e"', r'"\u200b"', r'"../../etc/passwd"', "'''a\nb'''",
)  # fmt: skip
SIGNS = ("\0", "\x1b", "\u202e", "\u200b", "\ufeff", "\r", "\t", '"', "'", "#", "=", "[", "]", "\\")
DAYS = ("2024-02-30", "2024-13-01", "0000-00-00", "2999-01-01", "24-1-1", "2024", "1900-01-01")
IDS = re.compile(r'"([a-z0-9-]+)"')


def _lines(change: Callable[[random.Random, list[str], int], None], like: str = ".") -> Mutation:
    """A mutation of one line, among those that look like this."""

    def mutate(drawn: random.Random, text: str) -> str:
        lines = text.split("\n")
        places = [at for at, line in enumerate(lines) if re.search(like, line)]
        change(drawn, lines, drawn.choice(places or range(len(lines))))
        return "\n".join(lines)

    return mutate


def _value(drawn: random.Random, lines: list[str], at: int) -> None:
    lines[at] = KEY.sub(lambda found: f"{found[1]} = {drawn.choice(VALUES)}", lines[at])


def _gone(_: random.Random, lines: list[str], at: int) -> None:
    del lines[at]


def _swap(drawn: random.Random, lines: list[str], at: int) -> None:
    other = drawn.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _borrow(drawn: random.Random, lines: list[str], at: int) -> None:
    """Give a key the value that the same, or another, key has elsewhere."""
    there = [found for line in lines if (found := KEY.match(line))]
    own = KEY.match(lines[at])
    if own:
        same = [found for found in there if found[1] == own[1] and found[2] != own[2]]
        lines[at] = f"{own[1]} = {drawn.choice(same or there)[2]}"


def _sign(drawn: random.Random, text: str) -> str:
    at = drawn.randrange(len(text) + 1)
    return text[:at] + drawn.choice(SIGNS) + text[at:]


def _flip(drawn: random.Random, text: str) -> bytes:
    raw = bytearray(text.encode())
    raw[drawn.randrange(len(raw))] ^= 1 << drawn.randrange(8)
    return bytes(raw)


def _in_lines(pattern: re.Pattern[str], others: Callable[[random.Random, str], str]) -> Mutation:
    """A mutation of what matches in one line."""

    def change(drawn: random.Random, lines: list[str], at: int) -> None:
        lines[at] = pattern.sub(lambda found: others(drawn, found[0]), lines[at], count=1)

    return _lines(change, pattern.pattern)


MUTATIONS: dict[str, Mutation] = {
    "line gone": _lines(_gone),
    "line twice": _lines(lambda _, lines, at: lines.insert(at, lines[at])),
    "lines swapped": _lines(_swap),
    "header gone": _lines(_gone, r"^\["),
    "header changed": _lines(
        lambda drawn, lines, at: lines.__setitem__(
            at, drawn.choice(["[x]", "[[x]]", "[[product]]", "[dataset]", lines[at][1:-1]])
        ),
        r"^\[",
    ),
    "key renamed": _lines(lambda _, lines, at: lines.__setitem__(at, "x" + lines[at]), KEY.pattern),
    "key dotted": _lines(
        lambda _, lines, at: lines.__setitem__(at, KEY.sub(r"\1.a.b = \2", lines[at])), KEY.pattern
    ),
    "key nested deep": _lines(
        lambda _, lines, at: lines.__setitem__(at, "a" + ".a" * 3000 + " = 1"), KEY.pattern
    ),
    "value replaced": _lines(_value, KEY.pattern),
    "value borrowed": _lines(_borrow, KEY.pattern),
    "id borrowed": _lines(_borrow, r"^(id|product|trial|event|parent|diseases|sources) = "),
    "list emptied": _lines(
        lambda _, lines, at: lines.__setitem__(at, KEY.sub(r"\1 = []", lines[at])), r"= \["
    ),
    "day changed": _in_lines(DATE, lambda drawn, _: drawn.choice(DAYS)),
    "number changed": _in_lines(
        NUMBER, lambda drawn, old: drawn.choice([f"-{old}".replace("--", ""), f"{old}00", "0"])
    ),
    "sign inserted": _sign,
    "byte flipped": _flip,
    "end cut off": lambda drawn, text: text[: drawn.randrange(len(text))],
    "byte cut off": lambda drawn, text: text.encode()[: drawn.randrange(len(text.encode()))],
    "whole twice": lambda _, text: text + text,
    "emptied": lambda drawn, _: drawn.choice(["", "\n", "[]", "x", "\ufeff"]),
    "encoded": lambda drawn, text: text.encode(drawn.choice(["utf-16", "utf-8-sig", "utf-32"])),
}


@pytest.fixture(scope="module")
def data(data_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the dataset, of which one file at a time is broken."""
    place = tmp_path_factory.mktemp("mutants") / "data"
    shutil.copytree(data_directory, place)
    return place


def _ended(data: Path, file: str, mutant: bytes) -> str:
    """How the check of a mutant ends: whole, or what is said of it first."""
    path = data / file
    whole = path.read_bytes()
    path.write_bytes(mutant)
    try:
        found = check(str(data))
    finally:
        path.write_bytes(whole)
    if not found:
        return "whole"
    told = set(IDS.findall(whole.decode()) + IDS.findall(mutant.decode(errors="replace")))
    places = [str(problem) for problem in found]
    assert any(
        problem.file == file or told & set(re.findall(r"[\w-]+", str(problem))) for problem in found
    ), places
    for problem in found:
        assert (data / problem.file).exists() or file == "products.toml", places
        assert problem.message
        assert len(str(problem)) < 2000
    return str(found[0])


def test_every_mutant_is_whole_or_refused_with_its_place(data: Path) -> None:
    drawn = random.Random(SEED)  # noqa: S311 - nothing is kept secret
    files = sorted(path.relative_to(data).as_posix() for path in data.rglob("*.toml"))
    ended: Counter[tuple[str, bool]] = Counter()
    for number in range(MUTANTS):
        file = files[number % len(files)] if MUTANTS > SHORT else drawn.choice(files)
        kind = drawn.choice(sorted(MUTATIONS))
        text = (data / file).read_text()
        mutant = MUTATIONS[kind](drawn, text)
        raw = mutant if isinstance(mutant, bytes) else mutant.encode("utf-8", "surrogatepass")
        if raw == text.encode():
            continue
        told = _ended(data, file, raw)
        ended[kind, told == "whole"] += 1
        if told == "whole" and (log := os.environ.get("CARTREF_MUTANTS_LOG")):
            _log(log, file, kind, text, raw)
    whole = sum(count for (_, is_whole), count in ended.items() if is_whole)
    print(f"\n{ended.total()} mutants: {ended.total() - whole} refused, {whole} whole")  # noqa: T201
    for (kind, is_whole), count in sorted(ended.items()):
        print(f"{kind:20} {'whole' if is_whole else 'refused':8} {count}")  # noqa: T201
    assert ended.total() >= MUTANTS * 0.8
    assert whole < ended.total() / 2


def _log(log: str, file: str, kind: str, text: str, raw: bytes) -> None:
    """Keep what a mutant that stays whole changed, to be read by a person."""
    import difflib

    new = raw.decode(errors="replace").split("\n")
    changed = list(difflib.unified_diff(text.split("\n"), new, n=0, lineterm=""))[2:8]
    with open(log, "a", encoding="utf-8") as out:
        out.write(f"{file}\t{kind}\t" + " // ".join(line[:150] for line in changed) + "\n")
