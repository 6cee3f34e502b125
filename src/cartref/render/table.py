"""Tables on a terminal, fitted to its width.

Rich knows the terminal: its width, its colours and how to write them. The layout is ours, since
``rich.table`` takes 60 ms for a profile that is laid out here in 5.
"""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from itertools import compress
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style

from cartref.render.document import Facts, Grid, Lanes, Remark, Versus, computed
from cartref.render.text import grid_lines, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cartref.render.document import Block, Column, Contrast, Fact

GAP = 2
INDENT = 2
BAR_WIDTH = 4
BAR_IS_WORTH = 3
LEAST_SIDE = 24  # a narrower column of text is no pleasure to read
LEAST_STATEMENT = 12  # a narrower one would break dates and numbers
LONGEST_TOPIC = 20
WIDEST = 1000  # a width that the environment names may be any number
SIGN = 2
SIZE = "n\xa0=\xa0"  # lines are not broken at these spaces
FILLER = "\0"  # stands for the second half of a sign of double width while lines are broken
MUST_STAY = 9
LONGEST_WORD = 22
LONGEST_LABEL = 26
SHORTEST_LABEL = 9
LEAST_ROOM = 5
TITLE = "bold cyan"
FAINT = "dim"


def draw(blocks: Iterable[Block], numbers: dict[str, int], out: IO[str]) -> None:
    """Draw an answer.

    Args:
        blocks: the answer
        numbers: the number of each source, if sources are asked for
        out: the stream; its width and colours are those of the terminal
    """
    width = min(shutil.get_terminal_size().columns, WIDEST)
    console = _Screen(file=out, width=width, height=1, highlight=False, markup=False, emoji=False)
    text = _Drawing()
    for block in blocks:
        if isinstance(block, Remark):
            _remark(text, block, width)
        elif isinstance(block, Facts):
            _facts(text, block, numbers, width)
        elif isinstance(block, Lanes):
            _lanes(text, block, width)
        elif isinstance(block, Versus):
            _versus(text, block, numbers, width)
        else:
            _grid(text, block, numbers, width)
    console.print(Segments(text.segments), soft_wrap=True, end="")


class _Drawing:
    """What is drawn so far, in pieces of one style: ``rich.text`` takes twice the time."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []

    def append(self, text: str, style: str = "") -> None:
        """Add lines, or a part of one, in a style."""
        if not style:
            self.segments.append(Segment(text))
            return
        drawn = Style.parse(style)
        for line in text.splitlines(keepends=True):
            bare = line.rstrip("\n")
            self.segments.append(Segment(bare, drawn))
            if bare != line:
                self.segments.append(Segment.line())


class _Screen(Console):
    """A console that leaves a closed pipe to the caller, where rich would end the program."""

    def on_broken_pipe(self) -> None:
        """Raise what happened."""
        raise BrokenPipeError


def wrap(text: str, width: int, *, unbroken: bool = False) -> list[str]:
    """Break a text into lines; signs of double width, as in Chinese names, count as two."""
    double = _double(text)
    if not double and len(text) <= width and text.isprintable():
        return [text.rstrip(" ")]
    counted = "".join(char + FILLER * _double(char) for char in text) if double else text
    lines = textwrap.wrap(
        counted, max(width, 1), break_on_hyphens=False, break_long_words=not unbroken
    )
    return [line.replace(FILLER, "") for line in lines] or [""]


def _double(text: str) -> int:
    """How many signs of a text take the room of two."""
    if text.isascii():
        return 0
    return sum(unicodedata.east_asian_width(char) in "WF" for char in text)


def _title(text: _Drawing, title: str, width: int) -> None:
    if title:
        text.append("\n".join(wrap(title, width)) + "\n", style=TITLE)


def _remark(text: _Drawing, block: Remark, width: int) -> None:
    lines = wrap(block.text, width)
    text.append("\n".join(lines) + "\n", style="bold" if block.heading else "italic")
    if block.heading:
        text.append("─" * max(map(len, lines)) + "\n", style=FAINT)
    text.append("\n")


def _facts(text: _Drawing, block: Facts, numbers: dict[str, int], width: int) -> None:
    """Labels on the left, statements on the right; a label that repeats is said once.

    Sources that all statements share stand behind the title.
    """
    if not block.facts:
        return
    together = {fact.cited for fact in block.facts}
    shared = references(block.facts[0].cited, numbers) if len(together) == 1 else ""
    _title(text, block.title + shared, width)
    longest = max(len(fact.label) for fact in block.facts)
    room = min(longest, LONGEST_LABEL, max(SHORTEST_LABEL, width // 3))
    before = None
    for fact in block.facts:
        statement = fact.text + ("" if shared else references(fact.cited, numbers))
        right = wrap(statement, width - INDENT - room - 1, unbroken=block.unbroken)
        left = wrap(fact.label, room) if fact.label != before else [""]
        before = fact.label
        for place in range(max(len(left), len(right))):
            label = left[place] if place < len(left) else ""
            text.append(" " * INDENT + label.ljust(room) + " ", style=FAINT)
            text.append((right[place] if place < len(right) else "") + "\n")
    text.append("\n")


# ---- drawings over years


def _lanes(text: _Drawing, block: Lanes, width: int) -> None:
    """A line for each lane; years that lack the room are left unnamed.

    Without room for a line there is no drawing: the list that follows says it all.
    """
    label = max(len(lane.label) for lane in block.lanes)
    years = block.last - block.first + 1
    room = width - INDENT - label - GAP
    if room < LEAST_ROOM:
        return
    _title(text, block.title, width)

    def column(place: float) -> int:
        return max(min(int((place - block.first) * room / years), room - 1), 0)

    step = next(step for step in (1, 2, 5, 10, years) if room * step / years > len("2024"))
    axis = ""
    for year in range(block.first, block.last + 1, step):
        axis = axis.ljust(column(year)) + str(year)
    text.append(" " * (INDENT + label + GAP) + axis[:room].rstrip() + "\n", style="bold")
    for lane in block.lanes:
        signs = [" "] * room
        at = [column(mark.place) for mark in lane.marks]
        if lane.began is not None:
            start, end = column(lane.began), column(block.end) + 1
            signs[start:end] = ["─"] * (end - start)
        for place, mark in zip(at, lane.marks, strict=True):
            signs[_free(signs, place, mark.sign)] = mark.sign
        text.append(" " * INDENT + lane.label.ljust(label + GAP), style=FAINT)
        text.append("".join(signs).rstrip() + "\n")
    text.append("\n".join(wrap(block.legend, width)) + "\n\n", style="dim italic")


def _free(signs: Sequence[str], place: int, sign: str) -> int:
    """The place of a sign, or the next one if another sign stands there."""
    near = [at for at in (place, place + 1, place - 1) if 0 <= at < len(signs)]
    return next((at for at in near if signs[at] in (" ", "─", sign)), place)


# ---- grids


def _grid(text: _Drawing, block: Grid, numbers: dict[str, int], width: int) -> None:
    block = _without_empty(block)
    rows = grid_lines(block, numbers)
    kept, shown = _best(block.columns, rows, width)
    whole = kept is not None and len(kept) == len(block.columns)
    if block.overview and not whole:
        return
    _title(text, block.title, width)
    if kept is None:
        _cards(text, block, rows, width)
        return
    columns = [block.columns[place] for place in kept]
    cells = [[row[place] for place in kept] for row in shown]
    widths = _widths(columns, cells, width)
    _line(text, columns, [column.title for column in columns], widths, "bold")
    text.append("─" * (sum(widths) + GAP * (len(widths) - 1)) + "\n", style=FAINT)
    for row in cells:
        _line(text, columns, row, widths, "")
    hidden = [
        column.title
        for place, column in enumerate(block.columns)
        if place not in kept and not column.drawn and not column.computed
    ]
    notes = computed(columns)
    if hidden:
        titles = "; ".join(hidden)
        notes.append(f"Too narrow for: {titles}. Widen the terminal, or use --format tsv.")
    for note in notes:
        text.append("\n".join(wrap(note, width)) + "\n", style="dim italic")
    text.append("\n")


def _without_empty(block: Grid) -> Grid:
    """A grid without the columns in which nothing stands."""
    full = [any(row[place] for row in block.rows) for place in range(len(block.columns))]
    return block._replace(
        columns=tuple(compress(block.columns, full)),
        rows=tuple(tuple(compress(row, full)) for row in block.rows),
    )


def _best(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> tuple[list[int] | None, list[list[str]]]:
    """The columns that fit and the cells as drawn: with bars, unless those cost a column.

    The columns of the least importance give way to bars, all others do not; a column that is
    drawn shows more than bars.
    """
    options = []
    for bars in (True, False) if any(column.bar for column in columns) else (False,):
        shown = [
            [shown_cell(column, cell, bars=bars) for column, cell in zip(columns, row, strict=True)]
            for row in rows
        ]
        options.append((_fitting(columns, shown, width), shown))
    if any(columns[place].drawn for place in options[-1][0] or ()):
        return options[-1]
    weighty = [
        sum(columns[place].keep > BAR_IS_WORTH for place in kept or ()) for kept, _ in options
    ]
    return options[0] if weighty[0] == weighty[-1] else options[-1]


def _line(
    text: _Drawing,
    columns: Sequence[Column],
    cells: Sequence[str],
    widths: Sequence[int],
    style: str,
) -> None:
    """One row, which takes as many lines as its longest cell; numbers stand to the right."""
    stacks = [
        [cell] if column.number and not style else _cell_lines(cell, width)
        for column, cell, width in zip(columns, cells, widths, strict=True)
    ]
    for place in range(max(map(len, stacks))):
        parts = []
        for column, stack, width in zip(columns, stacks, widths, strict=True):
            part = stack[place] if place < len(stack) else ""
            room = width - _double(part)
            parts.append(part.rjust(room) if column.number else part.ljust(room))
        text.append((" " * GAP).join(parts).rstrip() + "\n", style=style)


def _cell_lines(cell: str, width: int) -> list[str]:
    """The lines of a cell; leading spaces, which show a tree, stand before each."""
    bare = cell.lstrip(" ")
    lead = cell[: len(cell) - len(bare)]
    return [lead + part for part in wrap(bare, width - len(lead))]


def shown_cell(column: Column, cell: str, *, bars: bool) -> str:
    """A cell as it is drawn: percentages with a bar where the column has one and there is room."""
    if not column.bar or not bars:
        return cell
    share = float(cell.removesuffix("%")) / 100 if cell.endswith("%") else 0
    halves = round(share * BAR_WIDTH * 2)
    return f"{cell:>5} {'█' * (halves // 2) + '▌' * (halves % 2):{BAR_WIDTH}}"


def _least(column: Column, cells: Sequence[str]) -> int:
    """The least width of a column: all of a number, the longest word of a text up to a limit."""
    heading = max(len(word) for word in column.title.split())
    if column.number or column.whole:
        return max([heading, *map(len, cells)])
    words = [len(word) + _double(word) for cell in cells for word in cell.split()]
    return max(min(max(words, default=0), LONGEST_WORD), heading)


def _fitting(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> list[int] | None:
    """The columns that fit: whole columns give way, the least important first.

    Returns:
        the places of the columns; none if those that must stay do not fit
    """
    least = [_least(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
    kept = list(range(len(columns)))
    while sum(least[place] + GAP for place in kept) - GAP > width:
        loosest = min(kept, key=lambda place: (columns[place].keep, -place))
        if columns[loosest].keep >= MUST_STAY:
            return None
        kept.remove(loosest)
    return kept


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """The widths of the columns: what is left over goes to those whose text is longest."""
    stacks = [[row[place] for row in cells] for place in range(len(columns))]
    widths = [_least(column, stack) for column, stack in zip(columns, stacks, strict=True)]
    wanted = [
        max([len(column.title), *map(len, stack)])
        for column, stack in zip(columns, stacks, strict=True)
    ]
    left = width - sum(widths) - GAP * (len(widths) - 1)
    while left > 0:
        place = max(range(len(widths)), key=lambda at: wanted[at] / widths[at])
        if wanted[place] <= widths[place]:
            break
        widths[place] += 1
        left -= 1
    return widths


def _cards(text: _Drawing, block: Grid, rows: Sequence[Sequence[str]], width: int) -> None:
    """Rows one below the other, where not even the columns that must stay fit side by side."""
    for row in rows:
        lead = row[0].strip()
        if lead.isdigit():
            lead = f"{block.columns[0].title} {lead}"
        text.append("\n".join(wrap(lead, width)) + "\n", style="bold")
        known = [
            f"{column.title}: {cell}"
            for column, cell in list(zip(block.columns, row, strict=True))[1:]
            if cell and not column.drawn and not column.computed
        ]
        for part in wrap(" | ".join(known), width - INDENT):
            text.append(" " * INDENT + part + "\n")
    text.append("\n")


# ---- things side by side


def _versus(text: _Drawing, block: Versus, numbers: dict[str, int], width: int) -> None:
    """Things side by side if each has room for its text, else one below the other."""
    _title(text, block.title, width)
    topics = min(max(len(row.topic) for row in block.rows), LONGEST_TOPIC)
    left = SIGN + topics
    side = (width - left) // len(block.names) - GAP
    beside = side >= LEAST_SIDE
    if beside:
        heads = (" " * GAP).join(name.ljust(side) for name in block.names)
        text.append(" " * (left + GAP) + heads.rstrip() + "\n", style="bold")
        text.append("─" * (left + (GAP + side) * len(block.names)) + "\n", style=FAINT)
    group = ""
    for row in block.rows:
        if row.group != group:
            group = row.group
            text.append(f"{group}\n", style="bold")
        if beside:
            _beside(text, row, numbers, topics, side)
        else:
            _below(text, row, numbers, width)
    text.append("\n")


def _beside(text: _Drawing, row: Contrast, numbers: dict[str, int], topics: int, side: int) -> None:
    """A row of a topic and a column for each thing; what is said of all stands once."""
    cells = row.cells
    sides = [side] * len(cells)
    if row.alike:
        sides = [(side + GAP) * len(cells) - GAP]
        cells = (row.together,)
    stacks = [_stack(cell, numbers, room) for cell, room in zip(cells, sides, strict=True)]
    lead = wrap(row.topic, topics)
    for place in range(max(map(len, [lead, *stacks]))):
        sign = row.sign if place == 0 else ""
        topic = lead[place] if place < len(lead) else ""
        parts = [stack[place] if place < len(stack) else "" for stack in stacks]
        line = "".join(
            " " * GAP + part + " " * (room - len(part) - _double(part))
            for part, room in zip(parts, sides, strict=True)
        ).rstrip()
        lead_in = f"{sign:{SIGN}}{topic:{topics}}"
        text.append(lead_in if line else lead_in.rstrip(), style=_style(row, topic=True))
        text.append(line + "\n", style=_style(row))


def _below(text: _Drawing, row: Contrast, numbers: dict[str, int], width: int) -> None:
    """A topic as a line, then what is said of each thing; what is said of all stands with it."""
    lead = " " * SIGN
    if row.alike:
        first, *others = row.together
        said = (first._replace(text=f"{row.topic}: {first.text}"), *others)
        for place, part in enumerate(_stack(said, numbers, width - SIGN)):
            start = lead if place else f"{row.sign:{SIGN}}"
            text.append(start + part + "\n", style=_style(row))
        return
    for place, part in enumerate(wrap(row.topic, width - SIGN)):
        start = lead if place else f"{row.sign:{SIGN}}"
        text.append(start + part + "\n", style=_style(row, topic=True))
    room = max(len(fact.label) for cell in row.cells for fact in cell) + GAP
    apart = width - 2 * SIGN - room < LEAST_STATEMENT
    if apart:
        room = GAP
    for cell in row.cells:
        name = cell[0].label
        if apart:
            text.append(f"{lead * 2}{name}\n", style=_style(row))
            name = ""
        for part in _stack(cell, numbers, width - 2 * SIGN - room):
            text.append(f"{lead * 2}{name:{room}}{part}".rstrip() + "\n", style=_style(row))
            name = ""


def _style(row: Contrast, *, topic: bool = False) -> str:
    """What differs stands out, what does not steps back."""
    if row.differs is False:
        return FAINT
    return "bold" if topic and row.differs else ""


def _stack(cell: Sequence[Fact], numbers: dict[str, int], room: int) -> list[str]:
    """The lines of a cell; of several statements each begins with a dash."""
    lines = []
    for fact in cell:
        first, later = ("- ", "  ") if len(cell) > 1 else ("", "")
        bound = fact.text.replace("n = ", SIZE) + references(fact.cited, numbers)
        parts = wrap(bound, room - len(first))
        lines += [(later if place else first) + part for place, part in enumerate(parts)]
    return [line.replace("\xa0", " ") for line in lines]
