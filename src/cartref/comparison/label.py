"""What products are and what their labels say, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cartref.comparison.points import Point, differs, row, statement
from cartref.history import earliest, latest
from cartref.render import words
from cartref.render.indication import in_order
from cartref.render.product import brands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cartref.catalog import Catalog
    from cartref.model.answer import ComparisonRow
    from cartref.model.dataset import Profile
    from cartref.model.label import BoxedWarning, Dose, Indication, Lymphodepletion, Monitoring
    from cartref.model.product import Product
    from cartref.model.vocabulary import ComparisonSection, Regulator
    from cartref.tree import DiseaseTree

    Reader = Callable[[Any], Point | None]

NO_LIMIT = float("inf")


# ---- product


def product(profiles: Sequence[Profile], _: Catalog) -> Iterator[ComparisonRow]:
    """Names, first approval and construct."""
    for topic, read in _IDENTITY:
        cells = [[point] if (point := read(item.product)) else [] for item in profiles]
        yield from row("product", topic, None, profiles, cells, differs(cells))


def _named(item: Product) -> Point | None:
    return _about(item, item, item.inn, (item.inn,))


def _branded(item: Product) -> Point | None:
    names = brands(item)
    return _about(item, item, ", ".join(names), (frozenset(names),))


def _approved(item: Product) -> Point | None:
    if item.status == "investigational":
        return _about(item, item, "not approved: investigational", (False,))
    first = ", ".join(filter(None, [item.first_approved, item.first_approved_by]))
    return _about(item, item, first, (item.first_approved, item.first_approved_by))


def _built(field: str, values: Callable[[str], tuple[object, ...]]) -> Callable[..., Point | None]:
    """Read a field of the construct."""

    def read(item: Product) -> Point | None:
        text = getattr(item.construct, field)
        return _about(item, item.construct, text, values(text)) if text else None

    return read


def _bound(item: Product) -> Point | None:
    """The binder: its format and origin as far as its description names them, then the words."""
    text = item.construct.binder
    if text is None:
        return None
    kind = _first_of(text, ("VHH", "single-domain", "scFv", "D-Domain"))
    origin = _first_of(text, ("murine", "humanised", "fully human", "camelid", "synthetic"))
    point = _about(item, item.construct, text, (kind, origin))
    return point and point._replace(wording=text)


def _first_of(text: str, known: Sequence[str]) -> str | None:
    """The first of these words that a text holds."""
    return next((word for word in known if word in text), None)


def _vector(text: str) -> tuple[object, ...]:
    """The kind of vector; lentiviral and gammaretroviral ones are both retroviral."""
    return (_first_of(text, ("lentiviral", "gammaretroviral")),)


def _about(item: Product, source: Any, text: str | None, values: tuple[Any, ...]) -> Point | None:
    if not text:
        return None
    return Point(statement("products", source, text, item.id), values)


_IDENTITY: tuple[tuple[str, Callable[[Product], Point | None]], ...] = (
    ("INN", _named),
    ("brands", _branded),
    ("first approval", _approved),
    ("target", _built("target", lambda text: (text,))),
    ("binder", _bound),
    ("costimulation", _built("costimulatory_domain", lambda text: (text,))),
    ("vector", _built("vector", _vector)),
    ("cell source", _built("cell_source", lambda text: (text,))),
)


# ---- by regulator and disease


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


def _with_lead(text: str, *parts: str | None) -> str:
    """A statement, led by what sets it apart."""
    lead = ", ".join(part for part in parts if part)
    return f"{lead}: {text}" if lead else text


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
    held = replace(item, criteria=tuple(part for part in item.criteria if part.until is None))
    age = words.ages(item)
    who = [f"age {age}" if age else item.population or "", *words.criteria(held)]
    also = f"also asks: {', '.join(item.also_asks)}" if item.also_asks else ""
    asked = [words.line(item) or "line not given", *who, also, words.granted(item)]
    said = statement(
        "indications", item, _with_lead("; ".join(filter(None, asked)), where.apart(item))
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
    said = statement("doses", item, _with_lead(text, apart, item.applies_to))
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
        return point and _led(point, next(trials, None), where.apart(item))

    return placed


def _led(point: Point, *parts: str | None) -> Point:
    """A point whose statement is led by what sets it apart."""
    said = point.statement
    return point._replace(statement=replace(said, text=_with_lead(said.text, *parts)))


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
        return _in_words("lymphodepletion", "timing")(item)
    values = (item.infusion_days_min, item.infusion_days_max)
    return Point(statement("lymphodepletion", item, text), values)


def _in_words(kind: str, field: str) -> Reader:
    """Read a field that only words tell."""

    def read(item: Any) -> Point | None:
        text = getattr(item, field)
        return Point(statement(kind, item, text), (), text) if text else None

    return read


_REGIMEN: tuple[tuple[str, Reader], ...] = (
    ("drugs", _drugs),
    ("days", _days),
    ("infusion", _wait),
    ("alternative", _in_words("lymphodepletion", "alternative")),
    ("may be omitted", _in_words("lymphodepletion", "omit_if")),
    ("to be repeated", _in_words("lymphodepletion", "repeat_if")),
)


# ---- by regulator


def monitoring(profiles: Sequence[Profile], catalog: Catalog) -> Iterator[ComparisonRow]:
    """The newest monitoring rules known, rule by rule."""
    for regulator in regulators(profiles, "monitoring"):
        held = [current(profile, "monitoring", regulator) for profile in profiles]
        for topic, read in _RULES:
            cells = [_ruled(items, read, catalog) for items in held]
            yield from row("monitoring", topic, regulator, profiles, cells, differs(cells))


def _ruled(items: Sequence[Monitoring], read: Reader, catalog: Catalog) -> list[Point]:
    """What the newest text known says of one rule; if none does, what an older one said."""
    newest = [item for item in items if not _replaced(item, items)]
    if found := _alike_or_apart(newest, read, catalog):
        return found
    older = [(item, point) for item in items if item not in newest and (point := read(item))]
    return [_no_longer(item, point) for item, point in older]


REPLACED = "replaced since"


def _replaced(item: Monitoring, others: Iterable[Monitoring]) -> bool:
    """Whether a text is said to be replaced, or a newer one for the same diseases is known."""
    if REPLACED in (item.as_of or ""):
        return True
    return any(
        not other.diseases or not item.diseases or {*other.diseases} & {*item.diseases}
        for other in others
        if latest(_last_known(item) or "9999") < earliest(_last_known(other) or "0000")
    )


def _last_known(item: Monitoring) -> str | None:
    """The last date of which a text is known; none if it carries no date."""
    date = item.valid_from or (item.as_of or "").rpartition(" to ")[2]
    return date if date[:1].isdigit() else None


def _no_longer(item: Monitoring, point: Point) -> Point:
    """A rule of a text that was replaced, where the newest one known does not tell it."""
    said = point.statement
    when = words.period(item.valid_from, None, item.as_of).partition(";")[0]
    before = when if said.text.startswith(when) else f"{said.text} ({when})"
    text = f"now {words.UNKNOWN}; in a text {REPLACED}: {before}"
    return point._replace(statement=replace(said, text=text), values=None)


def _alike_or_apart(items: Sequence[Monitoring], read: Reader, catalog: Catalog) -> list[Point]:
    """What several texts say of one rule, of which nobody knows the newest.

    What not all of them say alike is told with its text, and compared with nothing.
    """
    found = [(item, point) for item in items if (point := read(item))]
    if len(items) == 1:
        return [point for _, point in found]
    alike = len(found) == len(items) and len({point.values for _, point in found}) == 1
    return [
        _led(
            point if alike else point._replace(values=None),
            words.diseases(item.diseases, item.id, catalog.disease_name),
            "" if when == point.statement.text else when,
        )
        for item, point in found
        for when in [words.period(item.valid_from, None, item.as_of)]
    ]


def _text(item: Monitoring) -> Point | None:
    """Since when the rules stand, or which text they are from; two such texts are two texts."""
    when = words.period(item.valid_from, None, item.as_of)
    values = (item.valid_from,) if item.valid_from else None
    return Point(statement("monitoring", item, when), values) if when else None


def _counted(field: str, unit: str) -> Reader:
    """Read a number of something."""

    def read(item: Monitoring) -> Point | None:
        value = getattr(item, field)
        if value is None:
            return None
        text = f"{value} {unit}" + ("" if value == 1 else "s")
        return Point(statement("monitoring", item, text), (value,))

    return read


def _first_week(item: Monitoring) -> Point | None:
    """Daily for some days, or some visits in the first week."""
    if item.daily_monitoring_days is not None or not item.visits_first_week:
        return _counted("daily_monitoring_days", "day")(item)
    text = f"{item.visits_first_week} visits in the first week"
    return Point(statement("monitoring", item, text), (text,))


def _tocilizumab(item: Monitoring) -> Point | None:
    if item.tocilizumab_doses_on_site is not None:
        return _counted("tocilizumab_doses_on_site", "dose")(item)
    return _in_words("monitoring", "tocilizumab_rule")(item)


def _rems(item: Monitoring) -> Point | None:
    """The state of the strategy; one that was removed is one that is not there."""
    if not item.rems:
        return None
    return Point(statement("monitoring", item, item.rems), (item.rems == "active",))


_RULES: tuple[tuple[str, Reader], ...] = (
    ("label text", _text),
    ("daily monitoring", _first_week),
    ("monitored for", _counted("monitoring_weeks", "week")),
    ("near a centre", _counted("proximity_weeks", "week")),
    ("no driving", _counted("no_driving_weeks", "week")),
    ("REMS", _rems),
    ("tocilizumab on site", _tocilizumab),
)


# ---- boxed warnings

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
NO_BOX = "this regulator's texts carry no boxed warning"
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
    return Point(statement("boxed_warnings", box, NO_BOX), (False,))


def _boxed(box: BoxedWarning, topic: str) -> list[Point]:
    """The items of a boxed warning about one danger, or that it holds none."""
    if not box.items:
        return [_no_box(box)]
    found = [item for item in box.items if danger(item) == topic]
    if not found:
        return [Point(statement("boxed_warnings", box, NOT_IN_BOX), (False,))]
    return [Point(statement("boxed_warnings", box, item), (True,), item) for item in found]
