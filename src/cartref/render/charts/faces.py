"""How texts and marks of a picture look, and the legend that explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

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
GAP = 0.22
MARK = 0.06


def legend(sheet: Sheet, y: float, entries: Iterable[tuple[Look, str]]) -> float:
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
