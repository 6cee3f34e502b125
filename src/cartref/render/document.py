"""What an answer for people is made of, before it is drawn: facts, grids and remarks."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a grid.

    Attributes:
        title: the heading, with the unit
        keep: how important the column is; on a narrow screen the lowest goes first, and 9 stays
        number: whether the cells hold numbers or dates, which are never wrapped or cut
        bar: whether a short bar is drawn before each percentage
    """

    title: str
    keep: int = 5
    number: bool = False
    bar: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        columns: the columns
        rows: the cells as text, one tuple a row
        title: what the table shows
        cited: the source ids behind each row
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    cited: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled statement.

    Attributes:
        label: what it is about
        text: the statement
        cited: ids of its sources
    """

    label: str
    text: str
    cited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A section of labelled statements.

    Attributes:
        title: heading of the section
        facts: the statements
        unbroken: whether long words, such as addresses, stay whole though they reach too far
    """

    title: str
    facts: tuple[Fact, ...]
    unbroken: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of running text.

    Attributes:
        text: the line
        heading: whether it is a heading
    """

    text: str
    heading: bool = False


Block = Grid | Facts | Remark


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer as plain lines for TSV and CSV: every line complete by itself.

    Attributes:
        columns: the column names
        lines: the cells as text
    """

    columns: tuple[str, ...]
    lines: list[tuple[str, ...]] = field(default_factory=list)
