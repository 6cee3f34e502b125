"""Forest plots: percentages with their intervals, population by population."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cartref.render import words
from cartref.render.charts.faces import (
    DETAIL,
    GAP,
    GRID,
    GROUP,
    HEAD,
    LABEL,
    MARK,
    RULE,
    TICK,
    VALUE,
    Look,
    Type,
    legend,
)
from cartref.render.text import references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartref.render.picture import Estimate, Forest, ForestRow
    from cartref.render.plot import Sheet

COMPUTED = "*"
WIDEST_GROUP = 1.8
SERIES_STEP = 0.13  # between the marks of one population
# Okabe and Ito's colours, which those see apart who do not see all colours.
SERIES = (
    Look("circle", "#0072B2"),
    Look("diamond", "#D55E00"),
    Look("square", "#009E73"),
    Look("triangle", "#CC79A7"),
    Look("plus", "#7A5195"),
    Look("cross", "#4d4d4d"),
)


class Axis(NamedTuple):
    """Where percentages lie between two ends, in inches."""

    left: float
    right: float

    def at(self, percent: float) -> float:
        """Where a percentage lies."""
        return self.left + (self.right - self.left) * percent / 100


def estimate(item: Estimate | None) -> str:
    """An estimate in words: ``42% (38-47)*``, the star for an interval that was computed."""
    if item is None:
        return words.UNKNOWN_NUMBER
    limits = words.limits(item.low, item.high, computed=item.computed)
    star = COMPUTED if item.computed and limits else ""
    return " ".join(filter(None, [words.percent(item.value), limits])) + star


def draw(sheet: Sheet, picture: Forest, y: float, numbers: Mapping[str, int], gid: str) -> float:
    """Draw a forest plot: a row for each population; on a narrow sheet its name stands above."""
    y = legend(sheet, y, zip(_looks(picture), picture.series, strict=True))
    lay_out = _forest_narrow if sheet.narrow else _forest_wide
    return lay_out(sheet, picture, y, numbers, gid)


def _looks(picture: Forest) -> tuple[Look, ...]:
    """The looks of the series; with more series than looks nobody could tell them apart."""
    if len(picture.series) > len(SERIES):
        raise ValueError(f"at most {len(SERIES)} series, not {len(picture.series)}")
    return SERIES[: len(picture.series)]


def _ticks(sheet: Sheet, axis: Axis, top: float, bottom: float, *, named: bool = True) -> None:
    """The lines of 0 to 100 per cent, with their names above."""
    for tick in range(0, 101, 25):
        x = axis.at(tick)
        sheet.line((x, top), (x, bottom), RULE if tick in (0, 100) else GRID)
        if not named:
            continue
        half = sheet.measure(f"{tick}%", TICK) / 2
        middle = min(max(x, sheet.left + half), sheet.right - half)
        sheet.text(middle, top - 0.05, f"{tick}%", TICK, "center")


def _forest_wide(
    sheet: Sheet, picture: Forest, y: float, numbers: Mapping[str, int], gid: str
) -> float:
    """Product, population, n, marks and numbers side by side."""
    values = [[estimate(item) for item in row.estimates] for row in picture.rows]
    counts = [words.number(row.n) or words.UNKNOWN_NUMBER for row in picture.rows]
    ends = [sheet.right]
    for place in reversed(range(len(picture.series))):
        shown = [sheet.measure(row[place], VALUE) for row in values]
        ends.append(ends[-1] - max(*shown, sheet.measure(picture.series[place], HEAD)) - GAP)
    *ends, inner = ends
    ends.reverse()
    widest = min(max(sheet.measure(row.group, GROUP) for row in picture.rows), WIDEST_GROUP)
    label = sheet.left + widest + GAP
    counted = max(sheet.measure(text, VALUE) for text in counts)
    room = (inner - label - counted) * 0.48
    axis = Axis(label + room + counted + 2 * GAP, inner)
    blocks = [_said(sheet, row, numbers, room) for row in picture.rows]
    top = y + HEAD.leading + 0.06
    sheet.text(axis.left - GAP, top - 0.05, "n", HEAD, "right")
    for end, name in zip(ends, picture.series, strict=True):
        sheet.text(end, top - 0.05, name[0].upper() + name[1:], HEAD, "right")
    heights = [
        max(
            sum(face.leading for _, face in block),
            len(sheet.wrap(row.group, GROUP, widest)) * GROUP.leading,
            SERIES_STEP * len(picture.series),
        )
        + 0.1
        for row, block in zip(picture.rows, blocks, strict=True)
    ]
    _ticks(sheet, axis, top, top + sum(heights))
    y = top
    before = None
    for place, row in enumerate(picture.rows):
        new = row.group != before
        before = row.group
        if new:
            sheet.line((sheet.left, y), (sheet.right, y), RULE)
            sheet.paragraph(y + 0.03, row.group, GROUP, sheet.left, widest)
        line = y + 0.03
        for text, face in blocks[place]:
            line += face.leading
            sheet.text(label, line, text, face)
        middle = y + heights[place] / 2
        base = middle + VALUE.middle
        sheet.text(axis.left - GAP, base, counts[place], VALUE, "right", gid=f"{gid}n:{place + 1}")
        for end, name, text in zip(ends, picture.series, values[place], strict=True):
            sheet.text(end, base, text, VALUE, "right", gid=f"{gid}{_slug(name)}:{place + 1}:text")
        _marks(sheet, picture, place, axis, middle, gid)
        y += heights[place]
    sheet.line((sheet.left, y), (sheet.right, y), RULE)
    return y + 0.05


def _forest_narrow(
    sheet: Sheet, picture: Forest, y: float, numbers: Mapping[str, int], gid: str
) -> float:
    """Each population with its marks below it, and its numbers below those."""
    axis = Axis(sheet.left + 0.07, sheet.right - 0.07)
    room = sheet.right - sheet.left
    before = None
    for place, row in enumerate(picture.rows):
        new = row.group != before
        before = row.group
        if new:
            y = sheet.paragraph(y + 0.08, row.group, GROUP, sheet.left, room) + 0.04
            sheet.line((sheet.left, y), (sheet.right, y), RULE)
        for text, face in _said(sheet, row, numbers, room):
            y += face.leading
            sheet.text(sheet.left, y, text, face)
        top = y + (0.22 if new else 0.06)
        height = SERIES_STEP * len(picture.series) + 0.02
        _ticks(sheet, axis, top, top + height, named=new)
        _marks(sheet, picture, place, axis, top + height / 2, gid)
        y = _numbers(sheet, picture, place, top + height, gid) + 0.12
    return y


def _numbers(sheet: Sheet, picture: Forest, place: int, y: float, gid: str) -> float:
    """The numbers of a population in one line, or in more where they need the room."""
    row = picture.rows[place]
    y += VALUE.leading
    counted = "n not known" if row.n is None else f"n = {row.n}"
    sheet.text(sheet.left, y, counted, VALUE, gid=f"{gid}n:{place + 1}")
    x = sheet.left + sheet.measure(max(counted, "n = 000", key=len), VALUE) + GAP
    for name, look, item in zip(picture.series, _looks(picture), row.estimates, strict=True):
        text = estimate(item)
        width = 0.16 + sheet.measure(text, VALUE)
        if x > sheet.left and x + width > sheet.right:
            x, y = sheet.left, y + VALUE.leading
        sheet.mark(x + 0.06, y - VALUE.middle, look, MARK)
        sheet.text(x + 0.16, y, text, VALUE, gid=f"{gid}{_slug(name)}:{place + 1}:text")
        x += width + GAP
    return y


def _said(
    sheet: Sheet, row: ForestRow, numbers: Mapping[str, int], room: float
) -> list[tuple[str, Type]]:
    """The lines that name a population: what it is called, then what else is to be known."""
    detail = (row.detail + references(row.cited, numbers)).strip()
    lines = [(line, LABEL) for line in sheet.wrap(row.label, LABEL, room)]
    if detail:
        lines += [(line, DETAIL) for line in sheet.wrap(detail, DETAIL, room)]
    return lines


def _marks(sheet: Sheet, picture: Forest, place: int, axis: Axis, y: float, gid: str) -> None:
    """The estimates of a population, each with its interval: ends that were computed are open."""
    row = picture.rows[place]
    y -= SERIES_STEP * (len(picture.series) - 1) / 2
    for name, look, item in zip(picture.series, _looks(picture), row.estimates, strict=True):
        if item is not None:
            if item.low is not None and item.high is not None:
                low, high = axis.at(item.low), axis.at(item.high)
                sheet.line((low, y), (high, y), look.colour, 1.8)
                for x in () if item.computed else (low, high):
                    sheet.line((x, y - 0.045), (x, y + 0.045), look.colour, 1.4)
            told = f"{row.group}, {row.label}: {name} {estimate(item)}"
            sheet.mark(
                axis.at(item.value), y, look, MARK, gid=f"{gid}{_slug(name)}:{place + 1}", told=told
            )
        y += SERIES_STEP


def _slug(name: str) -> str:
    """A name as part of an id."""
    return "-".join(name.casefold().split())
