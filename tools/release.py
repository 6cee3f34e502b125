"""Check that a tag can be released, and print its notes.

    python tools/release.py v0.1.0 > notes.md

The tag, the version of the package, a dated heading of CHANGELOG.md and CITATION.cff must agree.
The notes are what CHANGELOG.md says of the version and of the datasets that came with it.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import date

import cartref

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_HEADING = re.compile(r"^## (?P<version>\d\S*) \((?P<day>[^)]*)\)$", re.MULTILINE)


def _read(file: str) -> str:
    with open(os.path.join(REPOSITORY, file), encoding="utf-8") as text:
        return text.read()


def section(changelog: str, version: str) -> tuple[str, str]:
    """The day and the text of a version; the text ends where the next version begins."""
    headings = list(_HEADING.finditer(changelog))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        if heading["version"] == version:
            end = following.start() if following else len(changelog)
            return heading["day"], changelog[heading.end() : end].strip()
    raise ValueError(f"CHANGELOG.md has no heading '## {version} (DATE)'")


def notes(tag: str, version: str, changelog: str, citation: str) -> str:
    """The notes of a release.

    Raises:
        ValueError: something does not agree
    """
    if tag != f"v{version}":
        raise ValueError(f"the tag is {tag}, the version of the package {version}")
    day, text = section(changelog, version)
    try:
        date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"CHANGELOG.md dates {version} '{day}', not with a day") from None
    if f"\nversion: {version}\n" not in citation:
        raise ValueError(f"CITATION.cff does not cite version {version}")
    if not text:
        raise ValueError(f"CHANGELOG.md says nothing of {version}")
    return text


def main() -> int:
    """Print the notes, or say in one line what does not agree."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and the tag
        print("usage: release.py TAG", file=sys.stderr)
        return 2
    try:
        print(notes(sys.argv[1], cartref.__version__, _read("CHANGELOG.md"), _read("CITATION.cff")))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
