"""Small pieces of Markdown: tables, prose out of docstrings, code in cells."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars within cells are written out."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *([cell or "" for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "&#124;").replace("\n", " ")


def prose(text: str) -> str:
    """Words of a docstring or a help text as Markdown."""
    plain = re.sub(r"``([^`]+)``", r"`\1`", " ".join(text.split()))
    return re.sub(r"(?<![`\w-])(--[a-z][\w-]*)", r"`\1`", plain)


def code(text: str) -> str:
    """A text as code that may break between alternatives."""
    return f"<code>{html.escape(text, quote=False).replace('|', '&#124;<wbr>')}</code>"
