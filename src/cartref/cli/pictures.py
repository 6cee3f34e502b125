"""From an answer to a picture or a page: what stands around it, and what cannot be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.cli.answer import footer
from cartref.cli.options import Format
from cartref.errors import CartrefError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.source import Source
    from cartref.render.document import Block
    from cartref.render.picture import Frame, Picture

DRAWN = "side-effects, compare, timeline and indication DISEASE"
LONGEST_TITLE = 80
# The parts of a query that narrow an answer, as a reader of the picture calls them.
NARROWED = {
    "regulator": "regulator", "product": "product", "disease": "disease", "target": "target",
    "line": "line", "kinds": "kind", "since": "since", "until": "until", "as_of": "as it stood on",
}  # fmt: skip


def drawn(catalog: Catalog, answer: Answer, format: Format) -> bytes:
    """The answer as a picture or a page.

    Raises:
        UsageError: the command has no picture, or there is nothing to draw
        CartrefError: the library that draws is not installed
    """
    if answer.pictures is None:
        raise UsageError(f"no {format} of this: cartref {DRAWN} have pictures")
    pictures = answer.pictures()
    if not pictures:
        why = "" if answer.results() else " ".join(answer.notices)
        raise UsageError(f"nothing to draw: {why or 'a table tells what there is'}")
    import logging
    import os

    # What the library says of its fonts and folders is not for the reader of an answer.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    # A notebook names a backend of its own here, which may not be installed beside us.
    os.environ["MPLBACKEND"] = "agg"
    try:
        from cartref.render import plot
    except ImportError:
        raise CartrefError("pictures need the plot extra: pip install 'cartref[plot]'") from None
    if format is Format.HTML:
        return _page(catalog, answer, pictures).encode()
    frame = _frame(catalog, answer, pictures)
    if format is Format.SVG:
        return plot.svg(pictures, frame).encode()
    return plot.png(pictures, frame)


def _frame(catalog: Catalog, answer: Answer, pictures: Sequence[Picture]) -> Frame:
    """What stands around the pictures of an answer."""
    from cartref.render.picture import Frame, Reference, cited

    keys = cited(pictures)
    found = catalog.find_sources(keys, answer.products)
    return Frame(
        _narrowed(catalog, answer),
        tuple(answer.notices),
        tuple(Reference(key, _in_short(found[key])) for key in keys),
        footer(catalog),
    )


def _page(catalog: Catalog, answer: Answer, pictures: Sequence[Picture]) -> str:
    """An answer as a page: its pictures, then all that a terminal shows."""
    from cartref.render import page
    from cartref.render.document import Remark, cited
    from cartref.render.picture import cited as cited_by_pictures

    blocks: list[Block] = [Remark(line) for line in answer.notices]
    parts = [*pictures, *blocks, *answer.blocks()]
    keys = dict.fromkeys([*cited_by_pictures(pictures), *cited(answer.blocks())])
    found = catalog.find_sources(keys, answer.products)
    references = {key: found[key] for key in keys}
    return page.page(answer.title, parts, references, footer(catalog), _narrowed(catalog, answer))


def _narrowed(catalog: Catalog, answer: Answer) -> str:
    """What the answer was narrowed to: ``target BCMA; as it stood on 2024-04-05``."""
    told = []
    for name, said in NARROWED.items():
        value = answer.query.get(name)
        if name == "as_of" and value and answer.command == "compare":
            told.append(f"labels as they stood on {value}, results as known today")
            continue
        if not value or (name == "disease" and answer.command == "indication"):
            continue  # the title of what is approved for a disease names it
        if name == "disease":
            value = catalog.disease_name(value, value)
        told.append(f"{said} {', '.join(value) if isinstance(value, list) else value}")
    return "; ".join(told)


def _in_short(source: Source) -> str:
    """A source in one short line; by its id where the title needs signs that a font may lack."""
    from unicodedata import east_asian_width

    title = source.title
    if any(east_asian_width(sign) in "WF" for sign in source.publisher + title):
        return source.id
    if len(title) > LONGEST_TITLE:
        title = title[:LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
    return ". ".join(part for part in (f"{source.publisher}: {title}", source.date) if part)
