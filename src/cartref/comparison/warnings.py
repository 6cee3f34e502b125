"""The newest boxed warnings, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.comparison.label import current, regulators
from cartref.comparison.points import Point, differs, row, statement
from cartref.render import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cartref.catalog import Catalog
    from cartref.model.answer import ComparisonRow
    from cartref.model.dataset import Profile
    from cartref.model.label import BoxedWarning


# What a boxed warning can be about, and the words by which its items say so.
_DANGERS: Mapping[str, str] = {
    "CRS": "cytokine release",
    "neurologic toxicity": "neuro",
    "parkinsonism, Guillain-Barre": "parkinsonism",
    "HLH/MAS": "haemophagocytic",
    "cytopenia": "cytopenia",
    "enterocolitis": "enterocolitis",
    "secondary malignancy": "malignanc",
    "REMS": "rems",
}
NOT_IN_BOX = "not in the boxed warning"


def warnings(profiles: Sequence[Profile], _: Catalog) -> Iterator[ComparisonRow]:
    """The newest boxed warnings, danger by danger."""
    for regulator in regulators(profiles, "boxed_warnings"):
        held: list[list[BoxedWarning]] = [
            current(profile, "boxed_warnings", regulator) for profile in profiles
        ]
        if not any(box.items for boxes in held for box in boxes):
            cells = [[_no_box(box) for box in boxes] for boxes in held]
            yield from row("warnings", "boxed warning", regulator, profiles, cells, differs(cells))
        named = {danger(item) for boxes in held for box in boxes for item in box.items}
        for topic in [*_DANGERS, *sorted(named - set(_DANGERS))]:
            if topic in named:
                cells = [[point for box in boxes for point in _boxed(box, topic)] for boxes in held]
                yield from row("warnings", topic, regulator, profiles, cells, differs(cells))


def danger(item: str) -> str:
    """What an item of a boxed warning is about: the danger it names first, or its own words."""
    text = item.casefold()
    places = {topic: text.find(word) for topic, word in _DANGERS.items() if word in text}
    return min(places, key=lambda topic: places[topic]) if places else item


def _no_box(box: BoxedWarning) -> Point:
    return Point(statement("boxed_warnings", box, words.NO_BOX), (False,))


def _boxed(box: BoxedWarning, topic: str) -> list[Point]:
    """The items of a boxed warning about one danger, or that it holds none."""
    if not box.items:
        return [_no_box(box)]
    found = [item for item in box.items if danger(item) == topic]
    if not found:
        return [Point(statement("boxed_warnings", box, NOT_IN_BOX), (False,))]
    return [Point(statement("boxed_warnings", box, item), (True,), item) for item in found]
