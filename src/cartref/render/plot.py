"""Pictures as SVG and PNG. The only importer of matplotlib.

No axes: a picture is laid out in inches from the top left corner of a sheet, as a typesetter
would do it, so that every text is measured before it is placed. What stands where is the business
of ``charts``; here are the pen and the files.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from html import escape
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D

from cartref.render import charts
from cartref.render.charts.faces import POINTS, Look, Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Literal

    from cartref.render.picture import Frame, Picture

WIDE = 12.8  # inches: a slide
NARROW = 4.0  # inches: a telephone
SHARPNESS = 200  # dots per inch of a PNG
FONT = "DejaVu Sans"  # comes with the library
STYLE: dict[Any, Any] = {
    "font.family": ["sans-serif"],
    # The first is the one that is measured; where a browser lacks it, it takes the next.
    "font.sans-serif": [FONT, "Verdana", "Helvetica", "Arial"],
    "text.hinting": "none",  # letters as wide as measured
    "svg.fonttype": "none",
    "svg.hashsalt": "cartref",
    "path.simplify": False,
}
GROUP = re.compile(r'<g id="([^"]*)">')
SHAPES = {
    "circle": Path.unit_circle(),
    "diamond": Path([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0), (0, -1.25)], closed=True),
    "square": Path([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9), (-0.9, -0.9)], closed=True),
    "triangle": Path([(0, -1.2), (1.15, 0.85), (-1.15, 0.85), (0, -1.2)], closed=True),
    "plus": Path(
        [
            (-0.35, -1.1), (0.35, -1.1), (0.35, -0.35), (1.1, -0.35), (1.1, 0.35), (0.35, 0.35),
            (0.35, 1.1), (-0.35, 1.1), (-0.35, 0.35), (-1.1, 0.35), (-1.1, -0.35), (-0.35, -0.35),
            (-0.35, -1.1),
        ],
        closed=True,
    ),
}  # fmt: skip
SHAPES["cross"] = Affine2D().rotate_deg(45).transform_path(SHAPES["plus"])


@cache
def _measured(text: str, size: float, bold: bool) -> float:
    """The width of a text in inches."""
    font = FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0]) / POINTS


class Sheet:
    """A sheet of paper: inches to the right and downwards from its top left corner.

    Args:
        width: its width in inches; its height is known when all is drawn
        margin: what stays white around it, in inches; none for what suits the width
    """

    def __init__(self, width: float, margin: float | None = None) -> None:
        self.width = width
        self.margin = (0.16 if self.narrow else 0.4) if margin is None else margin
        self.figure = Figure(figsize=(width, 1), dpi=100, facecolor="white")
        self.told: dict[str, str] = {}  # what each mark means, for those who point at it
        self._down = Affine2D()
        self._place = self._down + self.figure.dpi_scale_trans

    @property
    def narrow(self) -> bool:
        """Whether labels must stand above what they label."""
        return self.width < (WIDE + NARROW) / 2

    @property
    def left(self) -> float:
        """Where the printed part begins."""
        return self.margin

    @property
    def right(self) -> float:
        """Where the printed part ends."""
        return self.width - self.margin

    def cut(self, height: float) -> None:
        """Give the sheet its height."""
        self._down.clear().scale(1, -1).translate(0, height)
        self.figure.set_size_inches(self.width, height)

    def measure(self, text: str, face: Type) -> float:
        """The width of a text in inches."""
        return _measured(text, face.size, face.bold)

    def wrap(self, text: str, face: Type, width: float) -> list[str]:
        """Break a text into lines at its blanks; a word too long for a line is broken itself."""
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".lstrip()
            if self.measure(longer, face) <= width:
                lines[-1] = longer
                continue
            rest = word
            while self.measure(rest, face) > width and len(rest) > 1:
                fits = next(
                    end
                    for end in range(len(rest) - 1, 0, -1)
                    if end == 1 or self.measure(rest[:end], face) <= width
                )
                lines.append(rest[:fits])
                rest = rest[fits:]
            lines.append(rest)
        return [line for line in lines if line] or [""]

    def text(
        self,
        x: float,
        y: float,
        text: str,
        face: Type,
        align: Literal["left", "center", "right"] = "left",
        gid: str = "",
    ) -> None:
        """Set one line of text; ``y`` is the line on which the letters stand."""
        self.figure.text(
            x,
            y,
            text,
            transform=self._place,
            size=face.size,
            color=face.colour,
            weight="bold" if face.bold else "normal",
            ha=align,
            va="baseline",
            parse_math=False,
            gid=gid or None,
        )

    def paragraph(self, y: float, text: str, face: Type, left: float, width: float) -> float:
        """Set a text in lines below ``y``; returns where it ends."""
        for line in self.wrap(text, face, width):
            y += face.leading
            self.text(left, y, line, face)
        return y

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: str, width: float = 0.8
    ) -> None:
        """Draw a line; its width is in points."""
        self._draw(Path([start, end]), "none", colour, width)

    def box(
        self,
        corner: tuple[float, float],
        size: tuple[float, float],
        fill: str,
        edge: str,
        *,
        gid: str = "",
        told: str = "",
    ) -> None:
        """Draw a rectangle below and to the right of a corner, and keep what it means."""
        (left, top), (width, height) = corner, size
        right, bottom = left + width, top + height
        outline = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        self._draw(Path(outline, closed=True), fill, edge, 0.8, gid, told)

    def mark(
        self,
        x: float,
        y: float,
        look: Look,
        size: float,
        *,
        gid: str = "",
        told: str = "",
    ) -> None:
        """Draw a mark of half the width ``size`` in inches, and keep what it means."""
        at = Affine2D().scale(size).translate(x, y)
        self._draw(at.transform_path(SHAPES[look.shape]), look.colour, "white", 0.7, gid, told)

    def _draw(
        self, path: Path, fill: str, edge: str, width: float, gid: str = "", told: str = ""
    ) -> None:
        patch = PathPatch(path, facecolor=fill, edgecolor=edge, lw=width, transform=self._place)
        patch.set_gid(gid or None)
        patch.set_capstyle("butt")
        self.figure.add_artist(patch)
        if told:
            self.told[gid] = told


TITLE = Type(16, bold=True)
SUBTITLE = Type(10.5, "#4d4d4d")
NOTE = Type(8, "#4d4d4d")
SMALL = Type(7, "#595959")
MANY = 12  # more sources than this stand at the foot by their ids
TOO_MANY = 100  # and more than this would outgrow the picture


@contextmanager
def style() -> Iterator[None]:
    """Our settings, whatever those of the reader are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def svg(pictures: Sequence[Picture], frame: Frame, width: float = WIDE) -> str:
    """Pictures as one SVG whose text stays text; the same pictures make the same bytes."""
    with style():
        return _written(laid_out(pictures, frame, width), pictures[0].title, "")


def png(pictures: Sequence[Picture], frame: Frame, width: float = WIDE) -> bytes:
    """Pictures as one PNG."""
    out = BytesIO()
    with style():
        figure = laid_out(pictures, frame, width).figure
        figure.savefig(out, format="png", dpi=SHARPNESS, metadata={"Software": "cartref"})
    return out.getvalue()


def inline(picture: Picture, numbers: Mapping[str, int], width: float, prefix: str) -> str:
    """One picture without anything around it, as an element for a page.

    Args:
        picture: what is drawn
        numbers: the number of each source
        width: in inches
        prefix: what the ids in it begin with, so that each is there once in the page
    """
    with style():
        sheet = Sheet(width, margin=0.01)
        sheet.cut(charts.draw(sheet, picture, 0.05, numbers, ":") + 0.1)
        text = _written(sheet, picture.title, prefix)
    return text[text.index("<svg") :]


def laid_out(pictures: Sequence[Picture], frame: Frame, width: float) -> Sheet:
    """Lay out pictures one below the other, with all that a slide needs around them.

    Args:
        pictures: what is drawn
        frame: what was asked, what must be said, the sources and the dataset
        width: in inches; a narrow sheet has labels above what they label
    """
    sheet = Sheet(width)
    room = sheet.right - sheet.left
    y = sheet.margin * 0.6
    for place, picture in enumerate(pictures, 1):
        title = TITLE._replace(size=12.5) if sheet.narrow else TITLE
        y = sheet.paragraph(y, picture.title, title, sheet.left, room)
        if place == 1 and frame.subtitle:
            y = sheet.paragraph(y + 0.04, frame.subtitle, SUBTITLE, sheet.left, room)
        y = charts.draw(sheet, picture, y + 0.12, frame.numbers, f"{place}:")
        for note in picture.notes:
            y = sheet.paragraph(y + 0.04, note, NOTE, sheet.left, room)
        y += 0.3 if place < len(pictures) else 0
    for notice in frame.notices:
        y = sheet.paragraph(y + 0.04, notice, NOTE, sheet.left, room)
    y = _references(sheet, frame, y + 0.12)
    y = sheet.paragraph(y + 0.1, frame.footer, SMALL._replace(bold=True), sheet.left, room)
    sheet.cut(y + sheet.margin * 0.6)
    return sheet


def _references(sheet: Sheet, frame: Frame, y: float) -> float:
    """The sources in small print: in short, or by their ids where they are many."""
    if not frame.references:
        return y
    sheet.line((sheet.left, y), (sheet.right, y), "#cccccc")
    room = sheet.right - sheet.left
    count = len(frame.references)
    if count > TOO_MANY:
        said = f"Sources: {count} references, listed by --sources and linked by --format html."
        return sheet.paragraph(y + 0.03, said, SMALL, sheet.left, room)
    if count > MANY:
        numbered = enumerate(frame.references, 1)
        keys = ", ".join(f"[{place}]\N{NO-BREAK SPACE}{item.key}" for place, item in numbered)
        lead = f"Sources, {count} (cartref source ID shows each in full): "
        return sheet.paragraph(y + 0.03, lead + keys, SMALL, sheet.left, room)
    columns = 1 if sheet.narrow else 2
    gap = 0.25
    width = (room - gap * (columns - 1)) / columns
    ends = [y + 0.03] * columns
    half = -(-count // columns)
    for place, item in enumerate(frame.references):
        column = place // half
        left = sheet.left + column * (width + gap)
        ends[column] = sheet.paragraph(
            ends[column], f"[{place + 1}] {item.text}", SMALL, left, width
        )
    return max(ends)


def _written(sheet: Sheet, title: str, prefix: str) -> str:
    """A sheet as SVG: ids only where they name something, and what each mark means within it."""
    out = StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    sheet.figure.savefig(out, format="svg", metadata={**nothing, "Title": title})

    def group(found: re.Match[str]) -> str:
        gid = found[1]
        if ":" not in gid:
            return "<g>"  # numbered by the library, and named by nobody
        told = sheet.told.get(gid)
        meaning = f"<title>{escape(told, quote=False)}</title>" if told else ""
        return f'<g id="{escape(prefix + gid)}">{meaning}'

    return GROUP.sub(group, out.getvalue())
