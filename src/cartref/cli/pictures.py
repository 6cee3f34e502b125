"""From an answer to a picture or a page: what stands around it, and what cannot be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.cli.answer import footer, narrowed, state
from cartref.cli.options import Format
from cartref.errors import CartrefError, UsageError
from cartref.render.document import Remark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.source import Source
    from cartref.render.page import Part
    from cartref.render.picture import Frame, Picture

DRAWN = "side-effects, compare, timeline and indication DISEASE"
LONGEST_TITLE = 80


def drawn(catalog: Catalog, answer: Answer, format: Format) -> bytes:
    """The answer as a picture or a page.

    Raises:
        UsageError: the command has no picture, or there is nothing to draw
        CartrefError: the library that draws is not installed
    """
    pictures = _pictures(answer, format) if answer.page is None else ()
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
    if answer.page is not None:
        return _page(catalog, answer, answer.page(), state(catalog, answer)).encode()
    if format is Format.HTML:
        parts = [*pictures, *map(Remark, answer.notices), *answer.blocks()]
        return _page(catalog, answer, parts, narrowed(catalog, answer)).encode()
    frame = _frame(catalog, answer, pictures)
    if format is Format.SVG:
        return plot.svg(pictures, frame).encode()
    return plot.png(pictures, frame)


def _pictures(answer: Answer, format: Format) -> Sequence[Picture]:
    """The pictures of an answer.

    Raises:
        UsageError: the command has none, or there is nothing to draw
    """
    if answer.pictures is None:
        raise UsageError(f"no {format} of this: cartref {DRAWN} have pictures")
    pictures = answer.pictures()
    if not pictures:
        why = "" if answer.results() else " ".join(answer.notices)
        raise UsageError(f"nothing to draw: {why or 'a table tells what there is'}")
    return pictures


def _frame(catalog: Catalog, answer: Answer, pictures: Sequence[Picture]) -> Frame:
    """What stands around the pictures of an answer."""
    from cartref.render.picture import Frame, Reference, cited

    keys = cited(pictures)
    found = catalog.find_sources(keys, answer.products)
    return Frame(
        narrowed(catalog, answer),
        tuple(answer.notices),
        tuple(Reference(key, _in_short(found[key])) for key in keys),
        footer(catalog),
    )


def _page(catalog: Catalog, answer: Answer, parts: Sequence[Part], told: str) -> str:
    """Parts in their order as a page, and below its title what it is of."""
    from cartref.render import page

    keys = page.cited(parts)
    found = catalog.find_sources(keys, answer.products)
    references = {key: found[key] for key in keys}
    return page.page(answer.title, parts, references, footer(catalog), told)


def _in_short(source: Source) -> str:
    """A source in one short line; by its id where the title needs signs that a font may lack."""
    from unicodedata import east_asian_width

    from cartref.render.text import MARK

    title = source.title
    if any(east_asian_width(sign) in "WF" for sign in source.publisher + title):
        return source.id
    if len(title) > LONGEST_TITLE:
        title = title[:LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
    mark = f"[{MARK}]" if source.origin == "overlay" else None
    return ". ".join(filter(None, [f"{source.publisher}: {title}", source.date, mark]))
