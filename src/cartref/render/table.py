"""Tables on a terminal, drawn with rich to fit the width. The only importer of rich."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cartref.render.document import Facts, Grid, Remark
from cartref.render.text import grid_lines, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cartref.render.document import Block, Column

NARROWEST = 9
GAP = 3
BAR_WIDTH = 5
MUST_STAY = 9
LONGEST_WORD = 14
INDENT = 2
LABEL_WIDTH = 26


def draw(blocks: Iterable[Block], numbers: dict[str, int], out: IO[str]) -> None:
    """Draw an answer.

    Args:
        blocks: the answer
        numbers: the number of each source, if sources are asked for
        out: the stream; its width and colours are those of the terminal
    """
    console = Console(file=out, highlight=False, markup=False, emoji=False, soft_wrap=False)
    for block in blocks:
        if isinstance(block, Remark):
            console.print(Text(block.text, style="bold" if block.heading else "italic"))
            if block.heading:
                console.print(Text("─" * min(console.width, len(block.text)), style="dim"))
            else:
                console.print()
        elif isinstance(block, Facts):
            _facts(console, block, numbers)
        else:
            _grid(console, block, numbers)


def _facts(console: Console, block: Facts, numbers: dict[str, int]) -> None:
    console.print(Text(block.title, style="bold cyan"))
    grid = Table.grid(padding=(0, 1))
    widest = max(len(fact.label) for fact in block.facts)
    label = min(widest, LABEL_WIDTH, max(NARROWEST, console.width // 3))
    grid.add_column(width=INDENT)
    grid.add_column(width=label, style="dim", overflow="fold")
    grid.add_column(overflow="fold")
    before = None
    for fact in block.facts:
        shown = fact.label if fact.label != before else ""
        before = fact.label
        text = Text(fact.text)
        text.append(references(fact.cited, numbers), style="dim")
        grid.add_row("", Text(shown), text)
    console.print(grid)
    console.print()


def _grid(console: Console, block: Grid, numbers: dict[str, int]) -> None:
    rows = grid_lines(block, numbers)
    if block.title:
        console.print(Text(block.title, style="bold cyan"))
    kept = _fitting(block.columns, rows, console.width)
    if kept is None:
        _cards(console, block, rows)
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    for place in kept:
        column = block.columns[place]
        table.add_column(
            Text(column.title),
            justify="right" if column.number and not column.bar else "left",
            no_wrap=column.number,
            overflow="fold",
            min_width=_least(column, place, rows),
        )
    for row in rows:
        table.add_row(*(_cell(block.columns[place], row[place]) for place in kept))
    console.print(table)
    hidden = [block.columns[place].title for place in range(len(block.columns)) if place not in kept]
    if hidden:
        note = f"Too narrow for: {', '.join(hidden)}. Widen the terminal, or use --format tsv."
        console.print(Text(note, style="dim italic"))
    console.print()


def _cards(console: Console, block: Grid, rows: Sequence[Sequence[str]]) -> None:
    """Rows one below the other, where not even the columns that must stay fit side by side."""
    for row in rows:
        cells = [pair for pair in zip(block.columns, row, strict=True) if pair[1]]
        console.print(Text(cells[0][1].strip(), style="bold"))
        body = Text()
        for column, text in cells[1:]:
            body.append(" | " if body else "")
            body.append(f"{column.title}: ", style="dim")
            body.append(text)
        console.print(Padding(body, (0, 0, 0, INDENT)))
    console.print()


def _cell(column: Column, text: str) -> Text:
    if not column.bar:
        return Text(text)
    value = float(text.removesuffix("%")) if text else 0.0
    return Text(f"{text:>6} ") + Text("█" * round(value / 100 * BAR_WIDTH), style="cyan")


def _least(column: Column, place: int, rows: Sequence[Sequence[str]]) -> int:
    """The least width of a column: all of a number, the longest word of a text up to a limit."""
    longest = max((len(row[place]) for row in rows), default=0)
    if column.bar:
        return max(7 + BAR_WIDTH, len(column.title))
    if column.number:
        return max(longest, len(column.title))
    words = [len(word) for row in rows for word in row[place].split()]
    heading = max(len(word) for word in column.title.split())
    return max(min(max(words, default=0), LONGEST_WORD), heading)


def _fitting(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> list[int] | None:
    """The columns that fit: whole columns give way, the least important first.

    Returns:
        the places of the columns; none if those that must stay do not fit
    """
    kept = list(range(len(columns)))
    while True:
        needed = sum(_least(columns[place], place, rows) + GAP for place in kept) - GAP
        if needed <= width:
            return kept
        loosest = min(kept, key=lambda place: (columns[place].keep, -place))
        if columns[loosest].keep >= MUST_STAY:
            return None
        kept.remove(loosest)
