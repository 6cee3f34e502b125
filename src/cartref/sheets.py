"""Cells of CSV that a spreadsheet shows as what they are, and never runs as a formula."""

from __future__ import annotations

import re

# What makes a spreadsheet take a text for a formula, or end the cell before it.
_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def harmless(cell: str) -> str:
    """A cell with an apostrophe before it if it begins like a formula; numbers stay as they are."""
    return f"'{cell}" if cell.startswith(_LEADS) and not _NUMBER.fullmatch(cell) else cell
