"""Which names lie within a few edits of a text, found without comparing it with each of them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_BEGINNING: Final = 7  # signs of a name that are looked up


class Nearness:
    """Names to be found by texts that differ from them in a few edits.

    An edit is a sign too many, too few or another, or two neighbours that changed places. Texts
    that lie within some edits of one another have something in common once as many signs are
    left out of each, and so have their beginnings. Names are looked up by what is then left, so
    that the cost of a text does not grow with the number of names.

    Args:
        names: the names, folded
        edits: by how many edits a text may differ
    """

    def __init__(self, names: Sequence[str], edits: int) -> None:
        self._names = names
        self._edits = edits
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            for left in self._left_of(name):
                self._places.setdefault(left, []).append(place)

    def near(self, text: str) -> list[tuple[str, int]]:
        """The names near a text with their distance in edits: the nearest first, then as given."""
        places = {place for left in self._left_of(text) for place in self._places.get(left, ())}
        if not places:
            return []
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = process.extract(
            text,
            [self._names[place] for place in sorted(places)],
            scorer=OSA.distance,
            score_cutoff=self._edits,
            limit=None,
        )
        return [(name, int(away)) for name, away, _ in found]

    def _left_of(self, text: str) -> set[str]:
        """A beginning without every choice of as many signs as there may be edits, or fewer."""
        start = text[:_BEGINNING]
        fewest = max(len(start) - self._edits, 0)
        return {
            "".join(kept)
            for length in range(fewest, len(start) + 1)
            for kept in combinations(start, length)
        }
