"""Matrices: cells whose shade tells how early in the lines of therapy a use begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cartref.render.charts.faces import GAP, GREY, GROUP, HEAD, KEY, POINTS, Type
from cartref.render.text import references

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cartref.render.picture import Matrix, MatrixCell
    from cartref.render.plot import Sheet

# From the first line of therapy to the fifth and later: the earlier, the darker.
SHADES = ("#08306b", "#1f66ad", "#6baed6", "#b5d3e9", "#e3eef8")
NO_SHADE = "#f0f0f0"
ORDINALS = ("first", "second", "third", "fourth", "fifth or later")
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


def draw(sheet: Sheet, picture: Matrix, y: float, numbers: Mapping[str, int], gid: str) -> float:
    """Draw a row for each product; where columns lack the room, its cells below each other."""
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
