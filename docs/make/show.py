"""Print a page of the documentation in full, as Markdown: what is made for it, and its outputs.

``python docs/make/show.py docs/dictionary.md``
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

import hook


def shown(page: Path) -> str:
    """The page as the site has it; of a picture, the name of its file."""
    markdown = hook.with_parts(page.read_text(encoding="utf-8"))
    return hook.with_examples(markdown, lambda name, _: name)


def main() -> None:
    """Print the page that is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("page", type=Path, help="such as docs/dictionary.md")
    page = parser.parse_args().page
    if not page.is_file():
        parser.error(f"there is no page '{page}'")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a pager may close before the end
    sys.stdout.buffer.write(shown(page).encode())


if __name__ == "__main__":
    main()
