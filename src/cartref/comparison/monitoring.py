"""The newest monitoring rules, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cartref.comparison.label import current, regulators
from cartref.comparison.points import Point, differs, in_words, led, row, statement
from cartref.history import earliest, latest
from cartref.render import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.comparison.points import Reader
    from cartref.model.answer import ComparisonRow
    from cartref.model.dataset import Profile
    from cartref.model.label import Monitoring


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


def _replaced(item: Monitoring, others: Iterable[Monitoring]) -> bool:
    """Whether a text is said to be replaced, or a newer one for the same diseases is known."""
    if words.REPLACED in (item.as_of or ""):
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
    text = f"now {words.UNKNOWN}; in a text {words.REPLACED}: {before}"
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
        led(
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
    return in_words("monitoring", "tocilizumab_rule")(item)


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
