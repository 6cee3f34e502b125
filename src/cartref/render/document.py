"""What an answer for people is made of, before it is drawn: facts, grids and remarks.

Named tuples, since they are made in a tenth of the time that dataclasses take.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartref.model.vocabulary import Origin


class Column(NamedTuple):
    """One column of a grid.

    Attributes:
        title: the heading, with the unit
        keep: how important the column is; on a narrow screen the lowest goes first, and 9 stays
        number: whether the cells hold numbers or dates, which are never wrapped or cut
        bar: whether a short bar is drawn before each percentage
        whole: whether the cells are never broken, as of ids that a reader copies
        drawn: whether the cells are small drawings for a terminal, which no other format needs
        computed: how the cells were computed from those of other columns, said below the table;
            such a column gives way without a word
    """

    title: str
    keep: int = 5
    number: bool = False
    bar: bool = False
    whole: bool = False
    drawn: bool = False
    computed: str = ""


class Grid(NamedTuple):
    """A table.

    Attributes:
        columns: the columns
        rows: the cells as text, one tuple a row
        title: what the table shows
        cited: what stands behind each row
        overview: whether it only sums up what follows, so that it is left out where it does not fit
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    cited: tuple[tuple[str, ...], ...] = ()
    overview: bool = False


class Fact(NamedTuple):
    """One labelled statement.

    Attributes:
        label: what it is about
        text: the statement
        cited: what stands behind it
    """

    label: str
    text: str
    cited: tuple[str, ...] = ()


class Facts(NamedTuple):
    """A section of labelled statements.

    Attributes:
        title: heading of the section
        facts: the statements
        unbroken: whether long words, such as addresses, stay whole though they reach too far
    """

    title: str
    facts: tuple[Fact, ...]
    unbroken: bool = False


class Remark(NamedTuple):
    """A line of running text.

    Attributes:
        text: the line
        heading: whether it is a heading
    """

    text: str
    heading: bool = False


class Heading(NamedTuple):
    """The heading of a part of a document; titles of blocks stand one level below it.

    Attributes:
        text: the heading
        level: 1 for the whole, 2 for a chapter, 3 for a section
        apart: whether the part begins a new page in print
    """

    text: str
    level: int
    apart: bool = False


class Mark(NamedTuple):
    """A sign on a line of years.

    Attributes:
        place: where it stands, as a year with a fraction
        sign: one character
    """

    place: float
    sign: str


class Lane(NamedTuple):
    """One line of a drawing over years.

    Attributes:
        label: what the line is about
        marks: its signs, the weightiest first; one that finds its place taken stands beside it
        began: where its line begins, which may be before the first year; none for no line
    """

    label: str
    marks: tuple[Mark, ...]
    began: float | None = None


class Lanes(NamedTuple):
    """A drawing over years: the years across, the lanes down.

    Attributes:
        title: what the drawing shows
        first: the first year
        last: the last year
        end: where the lines end, as a year with a fraction
        lanes: the lanes
        legend: what the signs mean
    """

    title: str
    first: int
    last: int
    end: float
    lanes: tuple[Lane, ...]
    legend: str


class Contrast(NamedTuple):
    """One topic across several things.

    Attributes:
        topic: what the row is about
        cells: one for each thing; the label of a statement is the name of its thing
        differs: whether the things differ in it; none if nobody can say
        group: what the row belongs to; said above the first of several
    """

    topic: str
    cells: tuple[tuple[Fact, ...], ...]
    differs: bool | None = None
    group: str = ""

    @property
    def sign(self) -> str:
        """The sign of a row that differs, of one that does not, and of one that is open."""
        return {True: "≠", False: "=", None: ""}[self.differs]

    @property
    def alike(self) -> bool:
        """Whether the same is said of all, so that it can be said once."""
        told = {tuple((fact.text, OVERLAY in fact.cited) for fact in cell) for cell in self.cells}
        return self.differs is False and len(told) == 1

    @property
    def together(self) -> tuple[Fact, ...]:
        """What is said of all where they are alike, with the sources of each."""
        return tuple(
            same[0]._replace(cited=tuple(dict.fromkeys(key for fact in same for key in fact.cited)))
            for same in zip(*self.cells, strict=True)
        )


class Versus(NamedTuple):
    """Things side by side, or one below the other.

    Attributes:
        title: what is compared
        names: the names of the things
        rows: the topics
    """

    title: str
    names: tuple[str, ...]
    rows: tuple[Contrast, ...]


Block = Grid | Facts | Remark | Lanes | Versus
# Stands among the sources behind a statement that comes from an overlay. No id has spaces.
OVERLAY = "from an overlay"


def behind(*records: Any) -> tuple[str, ...]:
    """What stands behind a statement: the sources of its records, and ``OVERLAY`` if need be."""
    found = dict.fromkeys(key for item in records for key in getattr(item, "sources", ()))
    if any(item.origin == "overlay" for item in records):
        found[OVERLAY] = None
    return tuple(found)


def told_apart(cited: Iterable[str]) -> tuple[str, Origin]:
    """What stands behind a statement as two cells of a plain line: sources, and origin."""
    found = list(cited)
    sources = "; ".join(key for key in found if key != OVERLAY)
    return sources, "overlay" if OVERLAY in found else "bundled"


def cited(blocks: Iterable[Block | Heading]) -> list[str]:
    """The sources of blocks, in the order in which a reader meets them."""
    found: dict[str, None] = {}
    for block in blocks:
        if isinstance(block, Grid):
            found.update(dict.fromkeys(key for row in block.cited for key in row))
        elif isinstance(block, Facts):
            found.update(dict.fromkeys(key for fact in block.facts for key in fact.cited))
        elif isinstance(block, Versus):
            facts = (fact for row in block.rows for cell in row.cells for fact in cell)
            found.update(dict.fromkeys(key for fact in facts for key in fact.cited))
    found.pop(OVERLAY, None)
    return list(found)


def computed(columns: Iterable[Column]) -> list[str]:
    """What must be said below a table of how some of its columns were computed."""
    return list(dict.fromkeys(column.computed for column in columns if column.computed))


def without_drawings(block: Grid) -> Grid:
    """A grid without the columns that only a terminal needs."""
    kept = [not column.drawn for column in block.columns]
    return block._replace(
        columns=tuple(compress(block.columns, kept)),
        rows=tuple(tuple(compress(row, kept)) for row in block.rows),
    )


class Rows(NamedTuple):
    """The answer as plain lines for TSV and CSV: every line complete by itself.

    Attributes:
        columns: the column names
        lines: the cells as text
    """

    columns: tuple[str, ...]
    lines: list[tuple[str, ...]]


def rows_of(columns: tuple[str, ...], records: Iterable[Any]) -> Rows:
    """Records as plain lines, a column for each of these fields."""
    return Rows(columns, [tuple(cell(getattr(item, name)) for name in columns) for item in records])


def cell(value: object) -> str:
    """A value as a cell of a plain line; several values stand in one cell, a range as ``1-12``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (tuple, list)):
        texts = all(isinstance(item, str) for item in value)
        return ("; " if texts else "-").join(cell(item) for item in value)
    return str(value)
