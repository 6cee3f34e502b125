"""Plain text: tab-separated values, CSV and Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cartref.render.document import (
    OVERLAY,
    Facts,
    Grid,
    Heading,
    Lanes,
    Remark,
    Versus,
    computed,
    without_drawings,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cartref.render.document import Block, Rows

MARK = "overlay"
TITLE = 3  # the level of the title of a block, where no heading stands above it
# What Markdown takes for more than a sign: within a text, and where a paragraph begins with it.
_MARKS = re.compile(r"[\\|`~]|\*(?=\w)|\](?=[(\[:])")
_LEAD = re.compile(r"^[#>+=*-]")
_ESCAPED = r"\\\g<0>"
_BREAKS = str.maketrans({"\t": " ", "\n": " ", "\r": " "})


def tsv(rows: Rows) -> str:
    """Tab-separated values with a heading; tabs and breaks inside a cell become spaces."""
    lines = [rows.columns, *rows.lines]
    return "".join("\t".join(cell.translate(_BREAKS) for cell in line) + "\n" for line in lines)


def csv(rows: Rows) -> str:
    """Comma-separated values with a heading, quoted where needed.

    A cell that a spreadsheet would take for a formula has an apostrophe before it.
    """
    import csv as writer
    from io import StringIO

    from cartref.sheets import harmless

    out = StringIO()
    lines = (map(harmless, line) for line in (rows.columns, *rows.lines))
    writer.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()


def markdown(blocks: Iterable[Block | Heading], numbers: dict[str, int]) -> str:
    """Markdown with headings, tables and lists.

    Args:
        blocks: the answer
        numbers: the number of each source, if sources are asked for
    """
    level = TITLE
    parts = []
    for block in blocks:
        if isinstance(block, Heading):
            level = block.level + 1
            parts.append(_heading(block.text, block.level))
        else:
            parts.append(_block(block, numbers, level))
    return "\n".join(filter(None, parts))


def _heading(text: str, level: int) -> str:
    return f"{'#' * level} {_escape(text)}\n" if text else ""


def _block(block: Block, numbers: dict[str, int], level: int) -> str:
    if isinstance(block, Lanes):
        return ""  # the list that follows says it all
    if isinstance(block, Remark):
        return f"## {_escape(block.text)}\n" if block.heading else _paragraph(block.text)
    if isinstance(block, Facts):
        lines = [
            f"- **{_escape(fact.label)}**: {_escape(fact.text)}{references(fact.cited, numbers)}"
            for fact in block.facts
        ]
        return "\n".join(filter(None, [_heading(block.title, level), *lines])) + "\n"
    if isinstance(block, Versus):
        return _versus(block, numbers, level)
    return _grid(block, numbers, level)


def _versus(block: Versus, numbers: dict[str, int], level: int) -> str:
    """A table with a column for each thing; the statements of a cell stand below each other."""
    lines = [["", "Topic", *block.names], ["---"] * (2 + len(block.names))]
    for row in block.rows:
        topic = f"{row.group}: {row.topic}" if row.group else row.topic
        cells = [
            "<br>".join(_escape(fact.text) + references(fact.cited, numbers) for fact in cell)
            for cell in row.cells
        ]
        lines.append([row.sign, _escape(topic), *cells])
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return "\n".join(filter(None, [_heading(block.title, level), f"{body}\n"]))


def _grid(block: Grid, numbers: dict[str, int], level: int) -> str:
    block = without_drawings(block)
    head = [column.title for column in block.columns]
    rule = ["---:" if column.number else "---" for column in block.columns]
    lines = [head, rule, *grid_lines(block, numbers)]
    body = "\n".join("| " + " | ".join(_escape(cell) for cell in line) + " |" for line in lines)
    notes = "".join(f"\n{_paragraph(note)}" for note in computed(block.columns))
    return "\n".join(filter(None, [_heading(block.title, level), f"{body}\n{notes}"]))


def grid_lines(block: Grid, numbers: dict[str, int]) -> list[Sequence[str]]:
    """The rows of a grid, the numbers of their sources behind the first cell if asked for."""
    if not block.cited:
        return list(block.rows)
    return [
        (row[0] + references(cited, numbers), *row[1:])
        for row, cited in zip(block.rows, block.cited, strict=True)
    ]


def references(cited: Collection[str], numbers: Mapping[str, int]) -> str:
    """The numbers of sources, as they stand behind a statement: `` [overlay, 1, 4-6]``.

    What comes from an overlay is marked even if nobody asked for sources.
    """
    listed = [MARK] if OVERLAY in cited else []
    listed += ["-".join(map(str, span)) for span in spans(cited, numbers)]
    return f" [{', '.join(listed)}]" if listed else ""


def spans(cited: Iterable[str], numbers: Mapping[str, int]) -> list[list[int]]:
    """The numbers of sources in order; of those that follow one another the first and the last."""
    found: list[list[int]] = []
    for value in sorted(numbers[key] for key in cited if key in numbers):
        if found and value == found[-1][-1] + 1:
            found[-1] = [found[-1][0], value]
        else:
            found.append([value])
    return found


def _paragraph(text: str) -> str:
    """A line that begins neither a heading nor a list, whatever its first sign."""
    return f"{_LEAD.sub(_ESCAPED, _escape(text))}\n"


def _escape(text: str) -> str:
    """A text that Markdown shows as it stands: no link, no code, no HTML, no emphasis."""
    return _MARKS.sub(_ESCAPED, text).replace("<", "&lt;")
