"""Put into README and CONTRIBUTING what their examples print now, and the tables that are made.

``python docs/make/fill.py`` rewrites both files in place; a test asks that nothing would change.
An example that ends in three dots keeps as many lines as it shows. A table between the comments
``<!-- made: rules -->`` and ``<!-- end -->`` is made anew.
"""

from __future__ import annotations

import re

import console
import reference

FILES = ("README.md", "CONTRIBUTING.md")
_MADE = re.compile(r"(<!-- made: ([\w-]+) -->).*?(<!-- end -->)", re.DOTALL)


def filled(markdown: str) -> str:
    """A page with its outputs and tables as they are now."""
    parts = []
    end = 0
    for block in console.blocks(markdown):
        parts += [markdown[end : block.span[0]], printed_now(block)]
        end = block.span[1]
    return with_tables("".join(parts) + markdown[end:])


def with_tables(markdown: str) -> str:
    """A page with its tables as they are made now."""

    def made(found: re.Match[str]) -> str:
        return f"{found[1]}\n\n{reference.PARTS[found[2]]()}\n\n{found[3]}"

    return _MADE.sub(made, markdown)


def printed_now(block: console.Block) -> str:
    """A block with what its commands print now."""
    with console.checkout() as place:
        printed = console.outputs(block, place)
    lines: list[str] = []
    for command, shown, told in zip(block.commands, block.shown, printed, strict=True):
        first = len(shown) - 1 if shown[-1:] == ["..."] else None
        lines += [f"$ {command}", *(line.rstrip() for line in console.shortened(told, first))]
    return "\n".join([f"```console{block.head}", *lines, "```"])


def main() -> None:
    """Rewrite the files."""
    for name in FILES:
        path = console.ROOT / name
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
