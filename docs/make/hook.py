"""What mkdocs calls while it builds the site: examples are run, generated parts put in place.

A page asks for a generated part by a comment of its own, ``<!-- made: command product -->``. What
it may ask for stands in ``reference.PARTS``; what its examples may say, in ``console``. Above the
comment, a line that begins as ``STUB`` tells readers of the source where the text is; the build
leaves it out.
"""

from __future__ import annotations

import html
import re
import shlex
from typing import TYPE_CHECKING

import console
import reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    Keep = Callable[[str, bytes], str]

MADE = re.compile(r"<!-- made: (.+?) -->")
STUB = "Filled in when the site is built: "
_STUBS = re.compile(rf"^{STUB}.*\n+", re.MULTILINE)


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put everything into a page that is not written by hand.

    Raises:
        PluginError: an example does not do what the page announces, or a part is not there
    """
    from mkdocs.exceptions import PluginError
    from mkdocs.structure.files import File
    from mkdocs.utils import get_relative_url

    def keep(name: str, content: bytes) -> str:
        picture = File.generated(config, f"pictures/{name}", content=content)
        files.append(picture)
        return str(get_relative_url(picture.url, page.url))

    try:
        return with_examples(with_parts(markdown), keep)
    except (console.ExampleError, LookupError) as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error


def with_parts(markdown: str) -> str:
    """A page with its generated parts in place."""

    def part(asked: re.Match[str]) -> str:
        name, *arguments = shlex.split(asked[1])
        if name == "command":
            arguments = [" ".join(arguments)]
        return reference.PARTS[name](*arguments)

    return MADE.sub(part, _STUBS.sub("", markdown))


def with_examples(markdown: str, keep: Keep) -> str:
    """A page with what its examples print, or draw, below them.

    Args:
        markdown: the page
        keep: takes a file name and a picture, and gives the address of the picture
    """
    parts = []
    end = 0
    for block in console.blocks(markdown):
        parts.append(markdown[end : block.span[0]])
        parts.append(markdown[slice(*block.span)] if not block.options else _shown(block, keep))
        end = block.span[1]
    return "".join(parts) + markdown[end:]


def _shown(block: console.Block, keep: Keep) -> str:
    """A block after its commands have run."""
    with console.checkout() as place:
        printed = console.outputs(block, place)
        picture = ""
        if "picture" in block.options:
            name = shlex.split(block.commands[-1])[-1]
            address = keep(name, (place / name).read_bytes())
            alt = html.escape(block.options["alt"])
            picture = f'\n\n<div class="picture"><img src="{address}" alt="{alt}"></div>\n'
    lines: list[str] = []
    for command, told in zip(block.commands, printed, strict=True):
        shown = console.shortened(told, block.first)
        lines += [f"$ {command}", *(line.expandtabs() for line in shown)]
    return "```console\n" + "\n".join(lines) + f"\n```{picture}"
