"""What labels say of uses, doses and lymphodepletion, side by side, disease by disease."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cartref.comparison.points import Point, differs, in_words, led, row, statement, with_lead
from cartref.model.label import standing
from cartref.render import words
from cartref.render.indication import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.comparison.points import Reader
    from cartref.model.answer import ComparisonRow
    from cartref.model.dataset import Profile
    from cartref.model.label import Dose, Indication, Lymphodepletion
    from cartref.model.vocabulary import ComparisonSection, Regulator
    from cartref.tree import DiseaseTree

NO_LIMIT = float("inf")


def current(profile: Profile, name: str, regulator: Regulator | None) -> list[Any]:
    """The records of a list that hold now, of one regulator."""
    return [
        item
        for item in getattr(profile, name)
        if item.regulator == regulator
        and not getattr(item, "valid_to", None)
        and getattr(item, "status", "active") == "active"
    ]


def regulators(profiles: Sequence[Profile], name: str) -> list[Any]:
    """The regulators of a list in order; then none, for what is known from trials only."""
    found = {item.regulator for profile in profiles for item in getattr(profile, name)}
    return [*in_order(found - {None}), *([None] if None in found else [])]


class Where(NamedTuple):
    """Where a statement is to stand.

    Attributes:
        disease: id of the disease that the row is about
        profile: the product
        catalog: names diseases and places them in the tree
    """

    disease: str
    profile: Profile
    catalog: Catalog

    def within(self, diseases: Sequence[str]) -> frozenset[str]:
        """Those of the diseases that are the one of the row, or lie within it."""
        return frozenset(self.catalog.tree.descendants(self.disease).intersection(diseases))

    def apart(self, item: Any) -> str:
        """The diseases of a record in short, if it is for less than the disease of the row."""
        if self.disease in item.diseases:
            return ""
        narrower = self.within(item.diseases)
        named = [key for key in item.diseases if key in narrower]
        return words.diseases(named, item.id, self.catalog.disease_name)


def _by_disease(
    section: ComparisonSection,
    name: str,
    profiles: Sequence[Profile],
    catalog: Catalog,
    topics: Sequence[tuple[str, Callable[[Any, Where], Point | None]]],
) -> Iterator[ComparisonRow]:
    """Rows by regulator, disease and topic; diseases of which the same is said share one."""
    for regulator in regulators(profiles, name):
        held = [current(profile, name, regulator) for profile in profiles]
        shared: dict[Any, list[tuple[str, list[list[Point]]]]] = {}
        for disease in _widest(held, catalog.tree):
            for topic, read in topics:
                places = [Where(disease, profile, catalog) for profile in profiles]
                cells = [
                    [
                        point
                        for item in items
                        if place.within(item.diseases) and (point := read(item, place))
                    ]
                    for place, items in zip(places, held, strict=True)
                ]
                texts = tuple(tuple(point.statement.text for point in cell) for cell in cells)
                shared.setdefault((topic, texts, differs(cells)), []).append((disease, cells))
        for (topic, _, told), same in shared.items():
            named = words.diseases([key for key, _ in same], section, catalog.disease_name)
            lead = f"{named}: {topic}" if topic else named
            cells = [_each_once(parts) for parts in zip(*(cells for _, cells in same), strict=True)]
            yield from row(section, lead, regulator, profiles, cells, told)


def _each_once(cells: Sequence[Sequence[Point]]) -> list[Point]:
    """The points of several cells, each record once."""
    return list({point.statement.id: point for cell in cells for point in cell}.values())


def _widest(held: Sequence[Sequence[Any]], tree: DiseaseTree) -> list[str]:
    """The diseases of some records that lie within no other one of them, in order of the tree."""
    named = {key for items in held for item in items for key in item.diseases}
    return [key for key in tree.diseases if named & tree.ancestors(key) == {key}]


def indications(profiles: Sequence[Profile], catalog: Catalog) -> Iterator[ComparisonRow]:
    """The active indications: the line of therapy and who qualifies."""
    ordered = [
        replace(item, indications=tuple(sorted(item.indications, key=_line))) for item in profiles
    ]
    topics = (("", _indication),)
    yield from _by_disease("indications", "indications", ordered, catalog, topics)


def _line(item: Indication) -> int:
    return item.min_prior_lines or 0


def _indication(item: Indication, where: Where) -> Point:
    held = replace(item, criteria=standing(item.criteria))
    age = words.ages(item)
    who = [f"age {age}" if age else item.population or "", *words.criteria(held)]
    also = f"also asks: {', '.join(item.also_asks)}" if item.also_asks else ""
    asked = [words.line(item) or "line not given", *who, also, words.granted(item)]
    said = statement(
        "indications", item, with_lead("; ".join(filter(None, asked)), where.apart(item))
    )
    wording = "; ".join(sorted(item.also_asks))
    values = None if held.partly_known else _asked(held, where)
    return Point(said, values, wording, open=item.pathway is None)


def _asked(item: Indication, where: Where) -> tuple[object, ...]:
    """What an indication asks of a patient, and how it was granted; what nobody says is none."""
    alternatives: dict[str | int, set[object]] = {}
    for place, part in enumerate(item.criteria):
        if part.kind != "excluded-disease":
            condition = tuple(getattr(part, name) for name in _CONDITION)
            alternatives.setdefault(part.group or place, set()).add(condition)
    aged = item.age_min is not None or item.age_max is not None
    lined = item.min_prior_lines is not None
    return (
        where.within(item.diseases),
        where.within(item.covers) or None,
        where.within(item.excludes),
        None if aged else item.population,
        item.age_min,
        NO_LIMIT if aged and item.age_max is None else item.age_max,
        item.min_prior_lines,
        NO_LIMIT if lined and item.max_prior_lines is None else item.max_prior_lines,
        frozenset(frozenset(group) for group in alternatives.values()) or None,
        bool(item.also_asks),
        item.pathway,
    )


_CONDITION = (
    "kind", "value", "within_months", "within_days", "after", "relapses_min", "lines_min", "unless",
)  # fmt: skip


def dose(profiles: Sequence[Profile], catalog: Catalog) -> Iterator[ComparisonRow]:
    """The current doses."""
    yield from _by_disease("dose", "doses", profiles, catalog, (("", _dose),))


def _dose(item: Dose, where: Where) -> Point | None:
    text = words.amount(item)
    if not text:
        return None
    schedule = tuple((part.day, part.cells, part.window_days) for part in item.schedule)
    values = (
        item.per_kg, item.min_cells, item.max_cells, item.target_cells, item.cap_cells,
        schedule or None,
    )  # fmt: skip
    known = item.min_cells is not None or item.max_cells is not None
    apart = where.apart(item)
    limits = "; ".join(filter(None, [apart, item.applies_to, item.weight_rule, item.unit]))
    said = statement("doses", item, with_lead(text, apart, item.applies_to))
    return Point(said, values if known else None, limits)


def lymphodepletion(profiles: Sequence[Profile], catalog: Catalog) -> Iterator[ComparisonRow]:
    """The regimens: drugs, days, the time to the infusion, and what is done otherwise."""
    topics = [(topic, _regimen(read)) for topic, read in _REGIMEN]
    yield from _by_disease("lymphodepletion", "lymphodepletion", profiles, catalog, topics)


def _regimen(read: Reader) -> Callable[[Lymphodepletion, Where], Point | None]:
    """Read a field of a regimen, led by the trial that it is known from."""

    def placed(item: Lymphodepletion, where: Where) -> Point | None:
        point = read(item)
        trials = (trial.name for trial in where.profile.trials if trial.id == item.trial)
        return point and led(point, next(trials, None), where.apart(item))

    return placed


def _drugs(item: Lymphodepletion) -> Point | None:
    ordered = sorted(item.drugs, key=lambda part: part.drug)
    text = " + ".join(words.drug(replace(part, days_before_infusion=())) for part in ordered)
    doses = frozenset((part.drug, part.dose, part.unit, part.days) for part in item.drugs)
    known = all(None not in part for part in doses)
    return Point(statement("lymphodepletion", item, text), (doses,) if known else None)


def _days(item: Lymphodepletion) -> Point | None:
    """The days of each drug, said once if they are the same."""
    days = {part.drug: part.days_before_infusion for part in item.drugs}
    if not all(days.values()):
        return None
    told = {drug: "day " + ", ".join(f"-{day}" for day in found) for drug, found in days.items()}
    text = "; ".join(f"{drug} {when}" for drug, when in sorted(told.items()))
    if len(set(told.values())) == 1:
        text = next(iter(told.values()))
    values = frozenset((drug, frozenset(found)) for drug, found in days.items())
    return Point(statement("lymphodepletion", item, text), (values,))


def _wait(item: Lymphodepletion) -> Point | None:
    text = words.days_to_infusion(item)
    if not text:
        return in_words("lymphodepletion", "timing")(item)
    values = (item.infusion_days_min, item.infusion_days_max)
    return Point(statement("lymphodepletion", item, text), values)


_REGIMEN: tuple[tuple[str, Reader], ...] = (
    ("drugs", _drugs),
    ("days", _days),
    ("infusion", _wait),
    ("alternative", in_words("lymphodepletion", "alternative")),
    ("may be omitted", in_words("lymphodepletion", "omit_if")),
    ("to be repeated", in_words("lymphodepletion", "repeat_if")),
)
