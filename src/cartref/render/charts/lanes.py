"""Lanes over years: dated acts, product by product."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cartref.render.charts.faces import DETAIL, GAP, GRID, GROUP, LABEL, TICK, Look, legend
from cartref.render.timeline import year_of

if TYPE_CHECKING:
    from cartref.render.picture import Swim, SwimLane
    from cartref.render.plot import Sheet

KINDS = {
    "approval": Look("circle", "#0072B2"),
    "indication": Look("plus", "#009E73"),
    "conversion": Look("triangle", "#CC79A7"),
    "withdrawal": Look("cross", "#D55E00"),
    "safety": Look("diamond", "#E69F00"),
}


class Years(NamedTuple):
    """Where dates lie between two ends, in inches; first and last are years with a fraction."""

    left: float
    right: float
    first: float
    last: float

    def at(self, date: str) -> float:
        """Where a date lies; what was before the first year stands at its edge."""
        share = (year_of(date) - self.first) / (self.last - self.first)
        return self.left + (self.right - self.left) * min(max(share, 0), 1)


STEP = 0.16  # between marks that stand one above the other


def draw(sheet: Sheet, picture: Swim, y: float, gid: str) -> float:
    """Draw a lane for each product, its acts from left to right."""
    acts = [act for lane in picture.lanes for act in lane.acts]
    counted = {kind: sum(act.kind == kind for act in acts) for kind in picture.meanings}
    y = legend(
        sheet,
        y,
        [
            (KINDS[kind], f"{said} ({counted[kind]})")
            for kind, said in picture.meanings.items()
            if counted[kind]
        ],
    )
    since = 0.0 if sheet.narrow else sheet.measure("0000-00-00", DETAIL) + GAP
    named = 0.0
    if not sheet.narrow:
        named = max(sheet.measure(lane.label, GROUP) for lane in picture.lanes) + GAP + since
    first = min(int(act.date[:4]) for act in acts)
    last = max([year_of(picture.end), *(year_of(act.date) for act in acts)])
    years = Years(sheet.left + named + 0.05, sheet.right - 0.1, first, max(last, first + 0.5))
    top = y + TICK.leading + 0.05
    lanes = [_levels(lane, years) for lane in picture.lanes]
    above = GROUP.leading if sheet.narrow else 0
    heights = [max(found, default=0) * STEP + 0.27 + above for found in lanes]
    _year_lines(sheet, years, top, top + sum(heights))
    if since:
        sheet.text(sheet.left + named - GAP, top - 0.05, "since", TICK, "right")
    y = top
    for place, (lane, levels) in enumerate(zip(picture.lanes, lanes, strict=True)):
        sheet.line((sheet.left, y), (sheet.right, y), GRID)
        line = y + heights[place] - 0.14
        if sheet.narrow:
            sheet.text(sheet.left, y + LABEL.leading, lane.label, GROUP)
        else:
            sheet.text(sheet.left, line + GROUP.middle, lane.label, GROUP)
        if lane.began is not None:
            x = sheet.right if sheet.narrow else sheet.left + named - GAP
            base = y + LABEL.leading if sheet.narrow else line + DETAIL.middle
            told = f"since {lane.began}" if sheet.narrow else lane.began
            sheet.text(x, base, told, DETAIL, "right", gid=f"{gid}since:{place + 1}")
            sheet.line((years.at(lane.began), line), (years.at(picture.end), line), "#9a9a9a", 2)
        for number, act in enumerate(lane.acts, 1):
            told = f"{act.date}: {lane.label}, {act.text} [{', '.join(act.cited)}]"
            at = years.at(act.date), line - levels[number - 1] * STEP
            mark = f"{gid}{act.kind}:{place + 1}:{number}"
            sheet.mark(*at, KINDS[act.kind], 0.07, gid=mark, told=told)
        y += heights[place]
    sheet.line((sheet.left, y), (sheet.right, y), GRID)
    return y + 0.05


def _levels(lane: SwimLane, years: Years) -> list[int]:
    """How high each act stands above its line, so that no mark hides another."""
    places = [years.at(act.date) for act in lane.acts]
    found = [0] * len(places)
    taken: list[float] = []  # where the last mark of each level stands
    for number in sorted(range(len(places)), key=lambda number: places[number]):
        x = places[number]
        level = next((at for at, end in enumerate(taken) if x - end >= STEP), len(taken))
        taken[level:] = [x, *taken[level + 1 :]]
        found[number] = level
    return found


def _year_lines(sheet: Sheet, years: Years, top: float, bottom: float) -> None:
    """A line where each year begins, and its name where there is room for it."""
    all_years = range(int(years.first), int(years.last) + 1)
    width = (years.right - years.left) / (years.last - years.first)
    needed = sheet.measure("2000", TICK) + 0.06
    step = next(step for step in (1, 2, 5, 10, 100) if width * step >= needed)
    for year in all_years:
        x = years.at(str(year) + "-01-01")
        sheet.line((x, top), (x, bottom), GRID)
        if (year - all_years[0]) % step == 0 and x + needed - 0.06 <= sheet.right:
            sheet.text(x, top - 0.05, str(year), TICK)
