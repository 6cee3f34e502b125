"""Generated typing errors: every single edit of a name, and samples of double edits."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHIFTS = (0, 0.25, 0.75)  # how far right each row of keys stands
NEAR = 1.3


def _neighbours() -> dict[str, str]:
    """The letters beside each letter on a keyboard."""
    places = {
        letter: (column + SHIFTS[row], float(row))
        for row, letters in enumerate(ROWS)
        for column, letter in enumerate(letters)
    }
    return {
        letter: "".join(
            other
            for other, (across, down) in places.items()
            if other != letter and (across - x) ** 2 + (down - y) ** 2 < NEAR**2
        )
        for letter, (x, y) in places.items()
    }


KEYS = _neighbours()


def single_edits(name: str) -> Iterator[str]:
    """Every deletion, insertion, transposition and substitution with a neighbouring key.

    Only letters are dropped, swapped and replaced; letters alone are inserted.
    """
    low = name.casefold()
    for place, char in enumerate(low):
        head, tail = low[:place], low[place + 1 :]
        if char.isalpha():
            yield head + tail
            yield from (head + other + tail for other in KEYS.get(char, ""))
            if tail[:1].isalpha() and tail[0] != char:
                yield head + tail[0] + char + tail[1:]
        yield from (head + letter + char + tail for letter in string.ascii_lowercase)
    yield from (low + letter for letter in string.ascii_lowercase)


def double_edits(name: str, count: int, seed: int = 7) -> Iterator[str]:
    """A sample of names with two single edits; the same one each time."""
    dice = random.Random(f"{seed} {name}")  # noqa: S311 - a sample, no secret
    once = list(dict.fromkeys(single_edits(name)))
    for _ in range(count):
        yield dice.choice(list(single_edits(dice.choice(once))))


def letters(name: str) -> int:
    """How many letters a name has."""
    return sum(map(str.isalpha, name))


def distinct(names: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each name of a record once, whatever its case."""
    return list(dict.fromkeys((name.casefold(), owner) for name, owner in names))
