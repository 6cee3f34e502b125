"""Names looked up by typing errors are those that comparing with every name finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import process
from rapidfuzz.distance import OSA

from cartref import load, names
from cartref.nearness import Nearness

# Few letters make near names likely, and beginnings that repeat.
TEXTS = st.text("abc1", max_size=12)
EDITS = [1, 2]


def compared(text: str, among: list[str], edits: int) -> list[tuple[str, int]]:
    """The names within some edits, found by comparing with each."""
    found = process.extract(text, among, scorer=OSA.distance, score_cutoff=edits, limit=None)
    return [(name, away) for name, away, _ in found]


@pytest.mark.parametrize("edits", EDITS)
@given(text=TEXTS, among=st.lists(TEXTS, max_size=30))
def test_a_text_finds_what_comparing_with_every_name_finds(
    edits: int, text: str, among: list[str]
) -> None:
    assert Nearness(among, edits).near(text) == compared(text, among, edits)


@pytest.mark.parametrize("edits", EDITS)
@given(text=st.text("abcdefgh", min_size=1, max_size=20), data=st.data())
def test_a_text_finds_the_name_that_it_was_edited_from(
    edits: int, text: str, data: st.DataObject
) -> None:
    edited = text
    for _ in range(edits):
        place = data.draw(st.integers(0, len(edited)))
        kind = data.draw(st.sampled_from(["drop", "put", "swap", "other"]))
        before, after = edited[:place], edited[place:]
        edited = {
            "drop": before + after[1:],
            "put": before + "x" + after,
            "swap": before + after[1::-1] + after[2:],
            "other": before + "x" + after[1:],
        }[kind]
    found = dict(Nearness([text], edits).near(edited))
    assert (text in found) == (OSA.distance(edited, text) <= edits)


@pytest.mark.parametrize("kind", names.NOUNS)
def test_every_bundled_name_has_the_same_neighbours(kind: names.Kind) -> None:
    index = names.index_of(load(), kind)
    among = [key for key in index.folded if key.isascii()]
    edits = 2 if kind == "product" else 1
    for key in among[:: max(1, len(among) // 300)]:
        for text in (key, key[1:], key[:-1], key[1::-1] + key[2:], f"x{key}", f"{key[:3]}xx"):
            assert index.nearness.near(text) == compared(text, among, edits)


def test_a_name_is_compared_with_few_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [f"{first}{second}mycel" for first in "bdfgklmnprst" for second in "aeiou"] * 40
    nearness = Nearness([f"{name}{place}" for place, name in enumerate(many)], 1)
    numbers: list[int] = []
    extract = process.extract

    def counted(text: str, among: list[str], **options: object) -> object:
        numbers.append(len(among))
        return extract(text, among, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(process, "extract", counted)
    nearness.near("bamycel0")
    nearness.near("zzqqyxx")
    assert len(numbers) == 1
    assert numbers[0] < len(many) / 3
