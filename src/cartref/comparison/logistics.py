"""How products are made and stored, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cartref.comparison.label import regulators
from cartref.comparison.points import Point, differs, in_words, row, statement
from cartref.render import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.comparison.points import Reader
    from cartref.model.answer import ComparisonRow
    from cartref.model.dataset import Profile
    from cartref.model.label import Logistics

    Teller = Callable[[Logistics], str | None]


SHARE = "made successfully"
_SPANS = ("vein to vein", "manufacture")


def logistics(profiles: Sequence[Profile], _: Catalog) -> Iterator[ComparisonRow]:
    """Times and success of manufacture as measured; then storage by regulator."""
    for topic, tell in _MEASURED:
        cells = [
            [_measured(topic, item, tell, profile) for item in profile.logistics if tell(item)]
            for profile in profiles
        ]
        yield from row("logistics", topic, None, profiles, cells, None)
    # What no regulator's text says names its setting, and stands with what was measured.
    for regulator in sorted(regulators(profiles, "logistics"), key=bool):
        for topic, read in _STORED:
            points = [
                [
                    _placed(point, item)
                    for item in profile.logistics
                    if item.regulator == regulator and (point := read(item))
                ]
                for profile in profiles
            ]
            yield from row("logistics", topic, regulator, profiles, points, differs(points))


def _measured(topic: str, item: Logistics, tell: Teller, profile: Profile) -> Point:
    """A time or a share, with where it was measured: other settings are not comparable."""
    trial = next((trial.name for trial in profile.trials if trial.id == item.trial), "")
    where = _setting(topic, item, trial)
    named = trial if trial not in where else ""
    text = "; ".join(filter(None, [tell(item), ", ".join(filter(None, [named, where]))]))
    return Point(statement("logistics", item, text))


def _setting(topic: str, item: Logistics, trial: str) -> str:
    """Where a time or a share was measured.

    A setting tells between which points a time was measured: after a colon those from vein to
    vein and then those of manufacture, if both are known. A share has no such points.
    """
    setting = item.setting or ""
    place, _, points = setting.partition(": ")
    spans = points.split("; ")
    from_vein, made = _days("vein_to_vein")(item), _days("manufacturing")(item)
    if topic == SHARE:
        if not (from_vein or made):
            return setting
        return place if points else trial or setting.partition(";")[0]
    if from_vein and made and len(spans) == len(_SPANS):
        return f"{place}: {spans[_SPANS.index(topic)]}"
    return setting


def _days(name: str) -> Teller:
    def tell(item: Logistics) -> str:
        median, ends = getattr(item, f"{name}_days"), getattr(item, f"{name}_range_days")
        days = words.span(ends) if median is None else words.median_and_range(median, ends)
        return f"{days} days" if days else ""

    return tell


_MEASURED: tuple[tuple[str, Teller], ...] = (
    (_SPANS[0], _days("vein_to_vein")),
    (_SPANS[1], _days("manufacturing")),
    (SHARE, lambda item: words.percent(item.manufacturing_success_pct)),
)


def _cold(item: Logistics) -> Point | None:
    degrees = item.storage_temperature_c
    if degrees is None:
        return None
    text = f"at or below {words.number(degrees)} °C"
    return Point(statement("logistics", item, text), (degrees,))


def _placed(point: Point, item: Logistics) -> Point:
    """A point with its setting, where no regulator's text says it."""
    if item.regulator is not None or not item.setting:
        return point
    said = point.statement
    return point._replace(statement=replace(said, text=f"{said.text}; {item.setting}"))


_STORED: tuple[tuple[str, Reader], ...] = (
    ("storage", _cold),
    ("shelf life", in_words("logistics", "shelf_life")),
    ("after thaw", in_words("logistics", "after_thaw")),
    ("container", in_words("logistics", "presentation")),
)
