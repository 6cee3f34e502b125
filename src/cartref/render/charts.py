"""What stands where in a picture: forest plots, lanes of years and matrices on a sheet.

Every function lays out its picture from a line downwards and returns where it ends. On a narrow
sheet labels stand above what they label.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cartref.render import words
from cartref.render.picture import Forest, Matrix, Swim
from cartref.render.text import references
from cartref.render.timeline import year_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cartref.render.picture import Estimate, ForestRow, MatrixCell, Picture, SwimLane
    from cartref.render.plot import Sheet

POINTS = 72  # per inch
LEADING = 1.32


class Type(NamedTuple):
    """How a text is set.

    Attributes:
        size: in points
        colour: of the letters
        bold: whether they are bold
    """

    size: float
    colour: str = "#1a1a1a"
    bold: bool = False

    @property
    def leading(self) -> float:
        """The height of a line in inches."""
        return self.size * LEADING / POINTS

    @property
    def middle(self) -> float:
        """How far below the middle of its letters a text stands, in inches."""
        return self.size * 0.36 / POINTS


class Look(NamedTuple):
    """How a mark looks: the shape tells it apart without colour."""

    shape: str
    colour: str


GREY = "#595959"
RULE = "#d0d0d0"
GRID = "#e4e4e4"
LABEL = Type(10)
GROUP = Type(10, bold=True)
DETAIL = Type(8, GREY)
HEAD = Type(8.5, "#333333", bold=True)
TICK = Type(8, GREY)
KEY = Type(9)
VALUE = Type(9.5)
NOT_KNOWN = "n.k."
COMPUTED = "*"
GAP = 0.22
WIDEST_GROUP = 1.8
MARK = 0.06
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
KINDS = {
    "approval": Look("circle", "#0072B2"),
    "indication": Look("plus", "#009E73"),
    "conversion": Look("triangle", "#CC79A7"),
    "withdrawal": Look("cross", "#D55E00"),
    "safety": Look("diamond", "#E69F00"),
}
OTHER_KIND = Look("square", "#56B4E9")
# From the first line of therapy to the fifth and later: the earlier, the darker.
SHADES = ("#08306b", "#1f66ad", "#6baed6", "#b5d3e9", "#e3eef8")
NO_SHADE = "#f0f0f0"
ORDINALS = ("first", "second", "third", "fourth", "fifth or later")


def draw(sheet: Sheet, picture: Picture, y: float, numbers: Mapping[str, int], gid: str) -> float:
    """Draw a picture below ``y``.

    Args:
        sheet: where it is drawn
        picture: what is drawn
        y: where it begins
        numbers: the number of each source
        gid: what the ids of its marks begin with

    Returns:
        where it ends
    """
    if isinstance(picture, Forest):
        return _forest(sheet, picture, y, numbers, gid)
    if isinstance(picture, Swim):
        return _swim(sheet, picture, y, gid)
    return _matrix(sheet, picture, y, numbers, gid)


def _legend(sheet: Sheet, y: float, entries: Iterable[tuple[Look, str]]) -> float:
    """Marks and what they mean, side by side as long as there is room."""
    y += KEY.leading
    x = sheet.left
    for look, text in entries:
        width = 0.2 + sheet.measure(text, KEY)
        if x > sheet.left and x + width > sheet.right:
            x, y = sheet.left, y + KEY.leading
        sheet.mark(x + 0.07, y - KEY.middle, look, MARK)
        sheet.text(x + 0.2, y, text, KEY)
        x += width + GAP
    return y + 0.1


# ---- forest plots


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
        return NOT_KNOWN
    limits = words.limits(item.low, item.high, computed=item.computed)
    star = COMPUTED if item.computed and limits else ""
    return " ".join(filter(None, [words.percent(item.value), limits])) + star


def _forest(sheet: Sheet, picture: Forest, y: float, numbers: Mapping[str, int], gid: str) -> float:
    y = _legend(sheet, y, zip(_looks(picture), picture.series, strict=True))
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
    counts = [words.number(row.n) or NOT_KNOWN for row in picture.rows]
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


# ---- lanes over years


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


def _swim(sheet: Sheet, picture: Swim, y: float, gid: str) -> float:
    acts = [act for lane in picture.lanes for act in lane.acts]
    counted = {kind: sum(act.kind == kind for act in acts) for kind in picture.meanings}
    y = _legend(
        sheet,
        y,
        [
            (_look(kind), f"{said} ({counted[kind]})")
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
            sheet.mark(*at, _look(act.kind), 0.07, gid=mark, told=told)
        y += heights[place]
    sheet.line((sheet.left, y), (sheet.right, y), GRID)
    return y + 0.05


def _look(kind: str) -> Look:
    return KINDS.get(kind, OTHER_KIND)


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


# ---- matrices

CELL = Type(9)
CITED = Type(6, GREY)
PAD = 0.06
WIDEST_CELL = 2.2
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")  # where a name of several words was joined


def shade(rank: int | None) -> str:
    """The colour of a cell, by the earliest line in it."""
    return NO_SHADE if rank is None else SHADES[min(rank, len(SHADES)) - 1]


def letters_on(colour: str) -> str:
    """White or near black, whichever stands out more from a colour."""
    return max(("#ffffff", "#111111"), key=lambda letters: contrast(letters, colour))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 counts it, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _matrix(sheet: Sheet, picture: Matrix, y: float, numbers: Mapping[str, int], gid: str) -> float:
    y = _shades(sheet, picture, y)
    label = max(sheet.measure(name, GROUP) for name in picture.rows) + GAP
    width = min((sheet.right - sheet.left - label) / len(picture.columns), WIDEST_CELL)
    parts = [part for name in picture.columns for part in _spaced(name).split()]
    if sheet.narrow or max(sheet.measure(part, HEAD) for part in parts) + PAD > width:
        return _matrix_stacked(sheet, picture, y, numbers, gid)
    y = _heads(sheet, picture.columns, y, sheet.left + label, width)
    for row, (name, cells) in enumerate(zip(picture.rows, picture.cells, strict=True)):
        height = max(_height(sheet, cell, numbers, width) for cell in cells)
        sheet.text(sheet.left, y + height / 2 + GROUP.middle, name, GROUP)
        for column, cell in enumerate(cells):
            corner = sheet.left + label + width * column, y
            told = f"{name}, {picture.columns[column]}"
            _cell(sheet, cell, numbers, corner, (width, height), f"{gid}cell:{row}:{column}", told)
        y += height
    return y + 0.08


def _matrix_stacked(
    sheet: Sheet, picture: Matrix, y: float, numbers: Mapping[str, int], gid: str
) -> float:
    """Each row by itself: the cells that hold something, each below its heading."""
    count = 3 if sheet.narrow else 9
    width = (sheet.right - sheet.left) / count
    for row, (name, cells) in enumerate(zip(picture.rows, picture.cells, strict=True)):
        y += GROUP.leading + 0.08
        sheet.text(sheet.left, y, name, GROUP)
        y += 0.04
        full = [place for place, cell in enumerate(cells) if cell.texts]
        for start in range(0, len(full), count):
            part = full[start : start + count]
            size = width, max(_height(sheet, cells[column], numbers, width) for column in part)
            y = _heads(sheet, [picture.columns[column] for column in part], y, sheet.left, width)
            for place, column in enumerate(part):
                corner = sheet.left + width * place, y
                mark, told = f"{gid}cell:{row}:{column}", f"{name}, {picture.columns[column]}"
                _cell(sheet, cells[column], numbers, corner, size, mark, told)
            y += size[1]
    return y + 0.08


def _spaced(name: str) -> str:
    """A name such as HealthCanada as words."""
    return CAPITAL.sub(" ", name)


def _heads(sheet: Sheet, names: Sequence[str], y: float, left: float, width: float) -> float:
    """Headings side by side, each over the middle of its column, which they stand upon."""
    heads = [sheet.wrap(_spaced(name), HEAD, width - PAD) for name in names]
    y += max(map(len, heads)) * HEAD.leading
    for place, lines in enumerate(heads):
        for above, line in enumerate(reversed(lines)):
            x = left + width * (place + 0.5)
            sheet.text(x, y - above * HEAD.leading, line, HEAD, "center")
    return y + 0.06


def _lines(
    sheet: Sheet, cell: MatrixCell, numbers: Mapping[str, int], width: float
) -> list[tuple[str, Type]]:
    """The lines of a cell: what stands in it, then the numbers of its sources."""
    if not cell.texts:
        return []
    room = width - 2 * PAD
    ink = letters_on(shade(cell.rank))
    found = [
        (line, CELL._replace(colour=ink)) for line in sheet.wrap(", ".join(cell.texts), CELL, room)
    ]
    if told := references(cell.cited, numbers):
        found += [(line, CITED._replace(colour=ink)) for line in sheet.wrap(told, CITED, room)]
    return found


def _height(sheet: Sheet, cell: MatrixCell, numbers: Mapping[str, int], width: float) -> float:
    lines = _lines(sheet, cell, numbers, width)
    return max(sum(face.leading for _, face in lines) + 2 * PAD, 0.42)


def _cell(
    sheet: Sheet,
    cell: MatrixCell,
    numbers: Mapping[str, int],
    corner: tuple[float, float],
    size: tuple[float, float],
    gid: str,
    told: str,
) -> None:
    """One cell in its shade, its text in the middle; a dot where nothing is known."""
    (x, y), (width, height) = corner, size
    lines = _lines(sheet, cell, numbers, width)
    if not lines:
        sheet.text(x + width / 2, y + height / 2 + CELL.middle, "·", CELL, "center")
        return
    told = f"{told}: {', '.join(cell.texts)}"
    sheet.box(corner, size, shade(cell.rank), "#ffffff", gid=gid, told=told)
    y += (height - sum(face.leading for _, face in lines)) / 2
    for line, face in lines:
        y += face.leading
        sheet.text(x + width / 2, y - face.size * 0.25 / POINTS, line, face, "center")


def _shades(sheet: Sheet, picture: Matrix, y: float) -> float:
    """What each shade means, the earliest line first."""
    ranks = {cell.rank for row in picture.cells for cell in row if cell.texts}
    known = sorted({min(rank, len(SHADES)) for rank in ranks if rank is not None})
    entries = [(shade(rank), f"{ORDINALS[rank - 1]} line") for rank in known]
    if None in ranks:
        entries.append((NO_SHADE, "line not given"))
    y += KEY.leading
    lead = "Opens in:"
    sheet.text(sheet.left, y, lead, KEY)
    x = sheet.left + sheet.measure(lead, KEY) + 0.12
    for colour, text in entries:
        width = 0.28 + sheet.measure(text, KEY)
        if x + width > sheet.right:
            x, y = sheet.left, y + KEY.leading * 1.2
        sheet.box((x, y - 0.12), (0.2, 0.14), colour, "#9a9a9a")
        sheet.text(x + 0.28, y, text, KEY)
        x += width + GAP
    return y + 0.1
