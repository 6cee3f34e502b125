"""How products are made and stored, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.comparison.label import regulators
from cartref.comparison.points import Point, differs, row, statement
from cartref.render import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.model.answer import ComparisonRow
    from cartref.model.dataset import Profile
    from cartref.model.label import Logistics

    Teller = Callable[[Logistics], str | None]


def logistics(profiles: Sequence[Profile], _: Catalog) -> Iterator[ComparisonRow]:
    """Times and success of manufacture as measured; then storage by regulator."""
    for topic, tell in _MEASURED:
        cells = [[_measured(item, tell, profile) for item in profile.logistics if tell(item)]
                 for profile in profiles]  # fmt: skip
        yield from row("logistics", topic, None, profiles, cells, None)
    # What no regulator's text says names its setting, and stands with what was measured.
    for regulator in sorted(regulators(profiles, "logistics"), key=bool):
        for topic, read in _STORED:
            points = [
                [
                    point
                    for item in profile.logistics
                    if item.regulator == regulator and (point := read(item))
                ]
                for profile in profiles
            ]
            yield from row("logistics", topic, regulator, profiles, points, differs(points))


def _measured(item: Logistics, tell: Teller, profile: Profile) -> Point:
    """A time or a share, with where it was measured: other settings are not comparable."""
    trial = next((trial.name for trial in profile.trials if trial.id == item.trial), None)
    named = trial if trial and trial not in (item.setting or "") else None
    where = ", ".join(filter(None, [named, item.setting]))
    text = "; ".join(filter(None, [tell(item), where]))
    return Point(statement("logistics", item, text))


def _days(name: str) -> Teller:
    def tell(item: Logistics) -> str:
        median, ends = getattr(item, f"{name}_days"), getattr(item, f"{name}_range_days")
        days = words.span(ends) if median is None else words.median_and_range(median, ends)
        return f"{days} days" if days else ""

    return tell


_MEASURED: tuple[tuple[str, Teller], ...] = (
    ("vein to vein", _days("vein_to_vein")),
    ("manufacture", _days("manufacturing")),
    ("made successfully", lambda item: words.percent(item.manufacturing_success_pct)),
)


def _cold(item: Logistics) -> Point | None:
    degrees = item.storage_temperature_c
    if degrees is None:
        return None
    text = f"at or below {words.number(degrees)} °C"
    return Point(statement("logistics", item, _set(item, text)), (degrees,))


def _kept(field: str) -> Callable[[Logistics], Point | None]:
    """Read a field that only words tell."""

    def read(item: Logistics) -> Point | None:
        text = getattr(item, field)
        return Point(statement("logistics", item, _set(item, text)), (), text) if text else None

    return read


def _set(item: Logistics, text: str) -> str:
    """A statement with its setting, where no regulator's text says it."""
    return f"{text}; {item.setting}" if item.setting and item.regulator is None else text


_STORED = (
    ("storage", _cold),
    ("shelf life", _kept("shelf_life")),
    ("after thaw", _kept("after_thaw")),
    ("container", _kept("presentation")),
)
