"""One page of HTML that needs nothing else: pictures, tables and references.

No script, no font, no image from elsewhere: a page can be mailed, archived and printed.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cartref.render import words
from cartref.render.document import (
    OVERLAY,
    Block,
    Facts,
    Grid,
    Heading,
    Lanes,
    Remark,
    Versus,
    computed,
    without_drawings,
)
from cartref.render.document import cited as cited_by_blocks
from cartref.render.picture import Picture
from cartref.render.picture import cited as cited_by_pictures
from cartref.render.text import MARK, spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cartref.model.source import Source
    from cartref.render.document import Fact

    Part = Block | Heading | Picture
    Numbers = Mapping[str, int]

LONG = 30  # signs of a cell that needs room
TITLE = 2  # the level of the title of a block, where no heading stands above it
CHAPTER = 2
STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 1.5rem; background: #fff; color: #1a1a1a;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: break-word; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
h2, h3, h4 { margin: 2rem 0 .5rem; font-size: 1.2rem; line-height: 1.3; }
h3 { margin-top: 1.5rem; }
h4 { margin-top: 1rem; font-size: 1rem; }
.chapter, nav ~ #sources { margin-top: 2.5rem; padding-top: .75rem; border-top: 2px solid #666;
  font-size: 1.4rem; }
nav { margin-top: 1rem; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li { margin: .25rem 0; font-weight: 600; }
nav span { font-size: .875rem; font-weight: 400; margin-left: .5rem; }
p { margin: .5rem 0; max-width: 60rem; }
a { color: #00538a; }
.narrowed { color: #4d4d4d; font-size: 1.1rem; }
figure { margin: 2rem 0; }
figcaption { font-size: 1.2rem; font-weight: 600; line-height: 1.3; }
figure p, .small { color: #4d4d4d; font-size: .875rem; }
svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; line-height: 1.35; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #ddd; text-align: left;
  vertical-align: top; overflow-wrap: normal; }
thead th { border-bottom: 2px solid #666; vertical-align: bottom; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number, .word { white-space: nowrap; }
.long { min-width: 13rem; }
dl { display: grid; grid-template-columns: minmax(6rem, 13rem) 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: #4d4d4d; }
dd { margin: 0; min-width: 0; }
.same { color: #595959; }
.differs th { color: #00538a; }
.refs { font-size: .75rem; font-weight: 400; }
.refs a { text-decoration: none; }
ol { padding-left: 3rem; font-size: .875rem; }
li { overflow-wrap: anywhere; }
li:target { background: #fff3c4; }
footer { margin-top: 2rem; padding-top: .75rem; border-top: 2px solid #666; font-weight: 600; }
@media (max-width: 640px) {
  body { padding: 1rem; }
  .wide { display: none; }
  .narrow { display: block; }
  dl { display: block; }
  dd { margin-bottom: .5rem; }
}
@page { margin: 15mm; }
@media print {
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  .wide { display: block; }
  .narrow { display: none; }
  .scroll { overflow: visible; }
  table { font-size: .85rem; }
  ol { font-size: .8rem; line-height: 1.35; }
  .long { min-width: 0; }
  thead { display: table-header-group; }
  tr, li, dt, dd, figcaption { break-inside: avoid; }
  figure { break-inside: avoid; margin: 1rem 0; }
  svg { width: auto; max-width: 100%; max-height: 225mm; }
  h1, h2, h3, h4, figcaption, .group { break-after: avoid; }
  .apart { break-before: page; }
  a { color: inherit; }
}
"""


def page(
    title: str,
    parts: Iterable[Part],
    sources: Mapping[str, Source],
    footer: str,
    narrowed: str = "",
) -> str:
    """Compose a page.

    Args:
        title: the heading of the page
        parts: pictures, blocks and headings in the order in which they stand; headings are listed
            at the top
        sources: the sources by id, in the order of their numbers; all are listed at the end
        footer: the dataset, its day, and that it is no advice
        narrowed: what the answer was narrowed to, below the heading
    """
    shown = list(parts)
    numbers = {key: place for place, key in enumerate(sources, 1)}
    told = any(isinstance(part, Picture) for part in shown)
    level = TITLE
    body = [f"<h1>{escape(title)}</h1>"]
    if narrowed:
        body.append(f'<p class="narrowed">{escape(narrowed)}</p>')
    if any(isinstance(part, Heading) for part in shown):
        body.append(_contents(shown))
    for place, part in enumerate(shown, 1):
        if isinstance(part, Lanes) or (isinstance(part, Grid) and part.overview and told):
            continue  # a picture shows it
        if isinstance(part, Heading):
            level = part.level + 1
            body.append(_heading(part, place))
        else:
            body.append(_part(part, numbers, place, level))
    if sources:
        body.append(_sources(sources))
    body.append(f"<footer>{escape(footer)}</footer>")
    return HEAD.format(title=escape(title), style=STYLE) + "\n".join(body) + "\n</body>\n</html>\n"


HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
"""


def cited(parts: Iterable[Part]) -> list[str]:
    """The sources of a page, in the order in which a reader meets them."""
    found: dict[str, None] = {}
    for part in parts:
        keys = cited_by_pictures([part]) if isinstance(part, Picture) else cited_by_blocks([part])
        found.update(dict.fromkeys(keys))
    return list(found)


def _contents(parts: Sequence[Part]) -> str:
    """The headings as links: a line for each chapter, with its sections."""
    lines: list[str] = []
    for place, part in enumerate(parts, 1):
        if isinstance(part, Heading):
            link = f'<a href="#part-{place}">{escape(part.text)}</a>'
            if part.level > CHAPTER and lines:
                lines[-1] += f" <span>{link}</span>"
            else:
                lines.append(link)
    lines.append('<a href="#sources">Sources</a>')
    items = "\n".join(f"<li>{line}</li>" for line in lines)
    return f'<nav aria-label="Contents">\n<ul>\n{items}\n</ul>\n</nav>'


def _heading(part: Heading, place: int) -> str:
    kinds = [*(["chapter"] if part.level == CHAPTER else []), *(["apart"] if part.apart else [])]
    kind = _class(" ".join(kinds))
    return f'<h{part.level} id="part-{place}"{kind}>{escape(part.text)}</h{part.level}>'


def _part(part: Block | Picture, numbers: Numbers, place: int, level: int) -> str:
    if isinstance(part, Remark):
        return _titled(part.text, level) if part.heading else f"<p>{escape(part.text)}</p>"
    if isinstance(part, Facts):
        return _facts(part, numbers, level)
    if isinstance(part, Grid):
        return _grid(part, numbers, level)
    if isinstance(part, Versus):
        return _versus(part, numbers, level)
    if isinstance(part, Lanes):
        return ""
    return _figure(part, numbers, place)


def _titled(title: str, level: int, cited: str = "") -> str:
    """The title of a block, and the numbers of the sources of all that stands in it."""
    return f"<h{level}>{escape(title)}{cited}</h{level}>\n" if title else ""


def _figure(picture: Picture, numbers: Numbers, place: int) -> str:
    """A picture for wide and for narrow windows; one of the two is shown."""
    from cartref.render import plot

    drawings = "".join(
        _drawing(plot.inline(picture, numbers, width, f"{kind}-{place}-"), picture.title, kind)
        for kind, width in (("wide", plot.WIDE), ("narrow", plot.NARROW))
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in picture.notes)
    caption = f"<figcaption>{escape(picture.title)}</figcaption>"
    return f"<figure>\n{caption}\n{drawings}{notes}\n</figure>"


def _drawing(svg: str, title: str, kind: str) -> str:
    label = escape(title)
    return svg.replace("<svg ", f'<svg class="{kind}" role="img" aria-label="{label}" ', 1)


def _grid(block: Grid, numbers: Numbers, level: int) -> str:
    """A table that scrolls by itself where it is too wide for the window."""
    block = without_drawings(block)
    head = "".join(
        f'<th scope="col"{_class("number" if column.number and place else "")}>'
        f"{escape(column.title)}</th>"
        for place, column in enumerate(block.columns)
    )
    rows = []
    for place, row in enumerate(block.rows):
        cited = _links(block.cited[place], numbers) if block.cited else ""
        cells = [
            f'<th scope="row"><span{_class(_kind(row[0]))}>{escape(row[0])}</span>{cited}</th>'
        ]
        cells += [
            f"<td{_class('number' if column.number else _kind(cell))}>{escape(cell)}</td>"
            for cell, column in zip(row[1:], block.columns[1:], strict=True)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    body = "\n".join(rows)
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    label = escape(block.title or "Table")
    notes = "".join(f'\n<p class="small">{escape(note)}</p>' for note in computed(block.columns))
    return (
        f"{_titled(block.title, level)}"
        f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">\n'
        f"{table}\n</div>{notes}"
    )


def _versus(block: Versus, numbers: Numbers, level: int) -> str:
    """A table with a column for each thing; what is the same of all spans them."""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in block.names)
    rows = []
    group = ""
    for row in block.rows:
        if row.group != group:
            group = row.group
            width = len(block.names) + 2
            named = f'<th colspan="{width}" scope="rowgroup">{escape(group)}</th>'
            rows.append(f'<tr class="group">{named}</tr>')
        kind = {True: ' class="differs"', False: ' class="same"', None: ""}[row.differs]
        if row.alike:
            once = _statements(row.together, numbers)
            told = f'<td colspan="{len(row.cells)}">{once}</td>'
        else:
            cells = [_statements(cell, numbers) for cell in row.cells]
            told = "".join(f'<td class="long">{cell}</td>' for cell in cells)
        topic = f'<th scope="row">{escape(row.topic)}</th>'
        rows.append(f"<tr{kind}><td>{row.sign}</td>{topic}{told}</tr>")
    body = "\n".join(rows)
    head = f'<thead><tr><td></td><th scope="col">Topic</th>{names}</tr></thead>'
    label = escape(block.title or "Comparison")
    return (
        f"{_titled(block.title, level)}"
        f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">\n'
        f"<table>\n{head}\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _statements(cell: tuple[Fact, ...], numbers: Numbers) -> str:
    """The statements of a cell, one below the other."""
    told = [f"{escape(fact.text)}{_links(fact.cited, numbers)}" for fact in cell]
    return "<br>".join(told)


def _kind(cell: str) -> str:
    """How a text stands in its cell: a name is not broken at its hyphen, long text needs room."""
    if len(cell) > LONG:
        return "long"
    return "" if " " in cell else "word"


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _facts(block: Facts, numbers: Numbers, level: int) -> str:
    """Labels and statements; sources that all of them share stand behind the heading."""
    together = block.title and len({fact.cited for fact in block.facts}) == 1
    shared = _links(block.facts[0].cited, numbers) if together else ""
    lines = []
    for fact in block.facts:
        cited = "" if shared else _links(fact.cited, numbers)
        lines.append(f"<dt>{escape(fact.label)}</dt><dd>{escape(fact.text)}{cited}</dd>")
    return _titled(block.title, level, shared) + "<dl>\n" + "\n".join(lines) + "\n</dl>"


def _links(cited: Collection[str], numbers: Numbers) -> str:
    """The numbers of sources, each a link to its place in the list; many in a row as a span."""
    links = [MARK] if OVERLAY in cited else []
    links += [
        "-".join(f'<a href="#ref-{number}">{number}</a>' for number in span)
        for span in spans(cited, numbers)
    ]
    return f' <span class="refs">[{", ".join(links)}]</span>' if links else ""


def _sources(sources: Mapping[str, Source]) -> str:
    items = []
    for number, source in enumerate(sources.values(), 1):
        text = escape(f"{source.publisher}: {source.title}")
        parts = [text, escape(source.date or "")]
        parts.append(_address(source.url))
        parts += [f"[{MARK}]"] if source.origin == "overlay" else []
        items.append(f'<li id="ref-{number}">{". ".join(part for part in parts if part)}</li>')
    return '<h2 id="sources">Sources</h2>\n<ol>\n' + "\n".join(items) + "\n</ol>"


def _address(url: str | None) -> str:
    """The address of a source; only one that is safe to follow is a link."""
    if url is None:
        return words.UNKNOWN_ADDRESS
    text = escape(url)
    return f'<a href="{text}">{text}</a>' if url.startswith("https://") else text
