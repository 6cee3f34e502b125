"""Write the issue that tells of newer labels, from the answer of ``cartref data freshness``.

    cartref data freshness --json | python tools/newer_labels.py > body.md

Nothing is printed if no label is newer. The answer comes from a server: of its texts only those
are shown that look as they must.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

_INTRODUCTION = """openFDA has labels that took effect after those the dataset was made from.

| Product | Our source | Its date | openFDA's label holds from | Label |
| --- | --- | --- | --- | --- |
"""
_END = """
For each: read what changed, change `data/`, add the label as a source, and run
`cartref data check data`. This issue is kept up to date every week, and closed once all labels are
current.
"""
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_PAGE = re.compile(r"https://dailymed\.nlm\.nih\.gov/[A-Za-z0-9/._?=-]+")


def body(answer: dict[str, Any]) -> str:
    """The text of the issue; empty if no label is newer."""
    newer = [result for result in answer["results"] if result["state"] == "newer"]
    if not newer:
        return ""
    return _INTRODUCTION + "".join(map(_row, newer)) + _END


def _row(result: dict[str, Any]) -> str:
    sources = " ".join(_shown(_ID, source) for source in result["sources"])
    cells = (
        _shown(_ID, result["product"]),
        sources,
        _shown(_DATE, result["source_date"]),
        _shown(_DATE, result["effective"]),
        _shown(_PAGE, result["url"]),
    )
    return f"| {' | '.join(cells)} |\n"


def _shown(form: re.Pattern[str], value: object) -> str:
    """A value that has the form it must have, else a dash."""
    return value if isinstance(value, str) and form.fullmatch(value) else "–"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(body(json.load(sys.stdin)))
