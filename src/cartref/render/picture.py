"""What a picture shows, before any library draws it: rates with intervals, lanes, a matrix.

Named tuples of plain values, as in ``document``: nothing of a plotting library is needed to make
one, and what is drawn can be read back and checked.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from cartref.render.document import OVERLAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Estimate(NamedTuple):
    """A result with its interval.

    Attributes:
        value: the result, in the unit of the picture
        low: lower limit of the interval; none if no interval is known or can be computed
        high: upper limit of the interval
        computed: whether the interval was computed from the result and n, not printed in a source
    """

    value: float
    low: float | None = None
    high: float | None = None
    computed: bool = False


class ForestRow(NamedTuple):
    """One population of a forest plot.

    Attributes:
        group: what the row belongs to, such as the product
        label: who was counted
        n: number of patients counted; none if it is not known
        estimates: one for each series; none where it is not known
        cited: what stands behind it
        detail: what else a reader must know of it, such as the kind of text it was read in
    """

    group: str
    label: str
    n: int | None
    estimates: tuple[Estimate | None, ...]
    cited: tuple[str, ...]
    detail: str = ""


class Forest(NamedTuple):
    """Percentages with their intervals, population by population.

    Attributes:
        title: what the picture shows
        series: what each estimate of a row is, such as any grade and grade 3 or higher
        rows: the populations
        notes: what a reader must know, such as how the intervals were computed
    """

    title: str
    series: tuple[str, ...]
    rows: tuple[ForestRow, ...]
    notes: tuple[str, ...] = ()


def in_parts(picture: Forest, most: int) -> list[Forest]:
    """A forest plot in pieces that fit on a page, group by group if it has too many rows.

    Args:
        picture: the whole
        most: how many rows a piece has at most

    Returns:
        the pieces; the notes stand with the last
    """
    if len(picture.rows) <= most:
        return [picture]
    pieces = []
    for group, rows in groupby(picture.rows, key=lambda row: row.group):
        held = tuple(rows)
        count = -(-len(held) // most)
        for place in range(count):
            told = f"{picture.title}: {group}" + (f", {place + 1} of {count}" if count > 1 else "")
            part = held[place * most : (place + 1) * most]
            pieces.append(picture._replace(title=told, rows=part, notes=()))
    return [*pieces[:-1], pieces[-1]._replace(notes=picture.notes)]


class Act(NamedTuple):
    """A dated act on a lane.

    Attributes:
        date: when it was: a day, a month or a year
        kind: the kind of act
        text: the act in a few words
        cited: what stands behind it
    """

    date: str
    kind: str
    text: str
    cited: tuple[str, ...]


class SwimLane(NamedTuple):
    """One lane of acts.

    Attributes:
        label: whose acts they are, such as the product
        began: date on which its line begins; none for no line
        acts: its acts
    """

    label: str
    began: str | None
    acts: tuple[Act, ...]


class Swim(NamedTuple):
    """Acts by date, lane by lane.

    Attributes:
        title: what the picture shows
        meanings: what each kind of act is called, the weightiest kind first
        lanes: the lanes
        end: the day on which the lines end
        notes: what a reader must know
    """

    title: str
    meanings: dict[str, str]
    lanes: tuple[SwimLane, ...]
    end: str
    notes: tuple[str, ...] = ()


class MatrixCell(NamedTuple):
    """One cell of a matrix.

    Attributes:
        texts: what stands in it, such as the lines of therapy; empty for nothing known
        rank: the earliest line of therapy in it, for the shade; none if the label sets none
        cited: what stands behind it
    """

    texts: tuple[str, ...] = ()
    rank: int | None = None
    cited: tuple[str, ...] = ()


class Matrix(NamedTuple):
    """A table of cells whose shade tells how early a use begins.

    Attributes:
        title: what the picture shows
        columns: headings across, such as regulators
        rows: headings down, such as products
        cells: row by row
        notes: what a reader must know
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[MatrixCell, ...], ...]
    notes: tuple[str, ...] = ()


Picture = Forest | Swim | Matrix


class Reference(NamedTuple):
    """A source as it stands at the foot of a picture.

    Attributes:
        key: id of the source
        text: the source in short
    """

    key: str
    text: str


class Frame(NamedTuple):
    """What stands around pictures.

    Attributes:
        subtitle: what the answer was narrowed to
        notices: what a reader must know
        references: the sources, in the order of their numbers
        footer: the dataset, its day, and that it is no advice
    """

    subtitle: str
    notices: tuple[str, ...]
    references: tuple[Reference, ...]
    footer: str

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each source."""
        return {item.key: place for place, item in enumerate(self.references, 1)}


def cited(pictures: Iterable[Picture]) -> list[str]:
    """The sources of pictures, in the order in which a reader meets them."""
    found = dict.fromkeys(key for picture in pictures for key in _keys(picture))
    found.pop(OVERLAY, None)
    return list(found)


def _keys(picture: Picture) -> Iterator[str]:
    if isinstance(picture, Forest):
        parts: Iterable[ForestRow | Act | MatrixCell] = picture.rows
    elif isinstance(picture, Swim):
        parts = (act for lane in picture.lanes for act in lane.acts)
    else:
        parts = (cell for row in picture.cells for cell in row)
    for part in parts:
        yield from part.cited
