"""The tree of diseases, and how an indication stands to a disease."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from cartref.history import excluded_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cartref.model.label import Indication
    from cartref.model.reference import Disease
    from cartref.model.vocabulary import Relation

_OLDEST = 200


class DiseaseTree:
    """Diseases, each below its first parent.

    Other parents place a disease for the reader. Labels count it under the first: follicular
    lymphoma grade 3B belongs to large B-cell lymphoma there.

    Args:
        diseases: the diseases by id
    """

    def __init__(self, diseases: Mapping[str, Disease]) -> None:
        self.diseases = diseases
        self._ancestors: dict[str, set[str]] = {}

    @cached_property
    def _descendants(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key in self.diseases:
            for wider in self.ancestors(key):
                found.setdefault(wider, set()).add(key)
        return found

    def walk(self) -> Iterator[tuple[int, Disease]]:
        """The diseases with their depth, each below its parent."""
        children: dict[str | None, list[Disease]] = {}
        for item in self.diseases.values():
            children.setdefault(item.parent, []).append(item)

        def below(parent: str | None, depth: int) -> Iterator[tuple[int, Disease]]:
            for item in children.get(parent, ()):
                yield depth, item
                yield from below(item.id, depth + 1)

        return below(None, 0)

    def ancestors(self, disease: str) -> set[str]:
        """The disease itself and all wider diseases above it."""
        if disease not in self._ancestors:
            self._ancestors[disease] = above(disease, lambda key: self.diseases[key].parent)
        return self._ancestors[disease]

    def descendants(self, disease: str) -> set[str]:
        """The disease itself and all narrower diseases below it."""
        return self._descendants[disease]

    def related(self, disease: str) -> set[str]:
        """The disease itself, all wider and all narrower ones."""
        return self.ancestors(disease) | self.descendants(disease)

    def beside(self, indication: Indication, disease: str) -> bool:
        """Whether an indication is for other subtypes of a family to which a disease belongs.

        It then has no relation to the disease, and yet the label may have meant it.
        """
        if self.relation(indication, disease) is not None:
            return False
        wider = [key for key in self.ancestors(disease) if self.diseases[key].family]
        return any(key in self.ancestors(part) for key in wider for part in indication.diseases)

    def relation(self, indication: Indication, disease: str) -> Relation | None:
        """How an indication stands to a disease.

        Returns:
            ``named``: the label names the disease, a wider one without listing its subtypes,
            or the subtypes that it lists lie in the disease ·
            ``part``: the indication is for a narrower disease, or for some of its ages ·
            ``excluded``: the label excludes the disease ·
            ``formerly-excluded``: it did, and dropped that without naming the disease ·
            ``not-named``: the indication is for a wider disease, but the label lists other
            subtypes, or the disease is one that labels mean only by naming it ·
            ``other-age``: the ages of the indication and of the disease term do not meet ·
            none: they have nothing to do with each other
        """
        wider = self.ancestors(disease)
        if wider.intersection(indication.excludes):
            return "excluded"
        if wider.intersection(excluded_once(indication)):
            return "formerly-excluded"
        narrower = self.descendants(disease)
        if not wider.intersection(indication.diseases):
            return "part" if narrower.intersection(indication.diseases) else None
        ages = _ages(self.diseases[disease], indication)
        if ages == "none":
            return "other-age"
        listed = set(indication.covers)
        meant = self._meant_by_wider(disease)
        plain = not listed or disease in indication.diseases
        named = listed.intersection(meant) or listed.intersection(narrower)
        if not named and not (plain and meant.intersection(indication.diseases)):
            return "not-named"
        return "named" if ages == "all" else "part"

    def covers(self, indication: Indication, disease: str) -> bool:
        """Whether a label that names a disease means all of it, so that no known subtype is left.

        Diseases that labels mean only by naming them are not taken in.
        """
        named = set(indication.covers or indication.diseases)
        if named & self._meant_by_wider(disease):
            return True
        parts = [
            item.id
            for item in self.diseases.values()
            if disease in (item.parent, *item.other_parents) and not item.set_apart
        ]
        return bool(parts) and all(self.covers(indication, part) for part in parts)

    def set_apart(self, indication: Indication, disease: str) -> list[str]:
        """The narrower diseases that a label does not mean by the name of a wider one."""
        return [
            key
            for key in self.diseases
            if key != disease
            and disease in self.ancestors(key)
            and self.relation(indication, key) in ("not-named", "excluded", "formerly-excluded")
        ]

    def short(self, disease: str) -> str:
        """The abbreviation of a disease, or its name."""
        item = self.diseases[disease]
        return item.abbreviation or item.name

    def _meant_by_wider(self, disease: str) -> set[str]:
        """The diseases by which a label means this one: those above it, up to one set apart."""

        def parent(key: str) -> str | None:
            item = self.diseases[key]
            return None if item.set_apart else item.parent

        return above(disease, parent)


def above(key: str, parent: Callable[[str], str | None]) -> set[str]:
    """A node of a tree and all nodes above it."""
    found: set[str] = set()
    place: str | None = key
    while place is not None and place not in found:
        found.add(place)
        place = parent(place)
    return found


def _oldest(item: Disease | Indication) -> float:
    return _OLDEST if item.age_max is None else item.age_max


def _ages(disease: Disease, indication: Indication) -> Literal["all", "some", "none"]:
    """Which of the ages that a disease term takes in an indication takes in too."""
    if disease.age_min is None and disease.age_max is None:
        return "all"
    if indication.age_min is None and indication.age_max is None:
        return "all" if indication.population is None else "some"
    low, high = indication.age_min or 0, _oldest(indication)
    lowest, highest = disease.age_min or 0, _oldest(disease)
    if low > highest or high < lowest:
        return "none"
    return "all" if low <= lowest and high >= highest else "some"
