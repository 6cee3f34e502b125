"""The manual pages, from what the command line says of itself: one for every command.

``python docs/make/man.py DIRECTORY`` writes them; ``pages`` gives them as texts. The same program
and dataset give the same bytes.
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import commands
from console import ROOT

from cartref import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

DISCLAIMER = (
    "Reference only, not medical advice: the full label decides, and the treating centre. What is"
    " not known is shown as not known, and an approval that is missing may exist all the same."
)


def pages() -> dict[str, str]:
    """Every manual page by its file name, such as ``cartref-data-check.1``."""
    whole = commands.everything()
    all_commands = list(commands.walk(whole))
    return {f"{_title(found)}.1": _page(found, all_commands) for found in all_commands}


def _title(command: commands.Command) -> str:
    return "-".join(command.path)


def _page(command: commands.Command, everything: list[commands.Command]) -> str:
    """One page."""
    with open(ROOT / "data" / "products.toml", "rb") as file:
        as_of = tomllib.load(file)["dataset"]["as_of"]
    title = _title(command)
    lines = [
        f'.TH "{title.upper()}" "1" "{as_of}" "cartref {__version__}" "cartref manual"',
        ".SH NAME",
        f"{_text(title)} \\- {_text(command.short.partition(':')[0].rstrip('.'))}",
        ".SH SYNOPSIS",
        f".B {_text(command.name)}",
        _text(command.usage.removeprefix(command.name).strip()),
        ".SH DESCRIPTION",
        *_paragraphs(command.about),
    ]
    lists = (
        ("ARGUMENTS", command.arguments),
        ("COMMANDS", [(found.path[-1], found.short) for found in command.commands]),
        ("OPTIONS", command.options),
        ("EXIT STATUS", commands.exit_codes()),
        ("ENVIRONMENT", [*_variables(command), *commands.ENVIRONMENT.items()]),
    )
    for heading, items in lists:
        if items:
            lines += [f".SH {heading}", *_tagged(items)]
    if command.examples:
        lines += [".SH EXAMPLES", *_examples(command.examples)]
    lines += [".SH NOTES", _text(DISCLAIMER), ".SH SEE ALSO", *_related(command, everything)]
    return "\n".join(lines) + "\n"


def _variables(command: commands.Command) -> list[tuple[str, str]]:
    own = [(name, f"Stands for {option}.") for name, option in command.variables.items()]
    return [*own, *commands.OF_ONE.get(command.name, {}).items()]


def _paragraphs(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in (".PP", _text(text))][1:]


def _tagged(items: Iterable[tuple[str, str]]) -> list[str]:
    return [line for tag, text in items for line in (".TP", f".B {_text(tag)}", _text(text))]


def _examples(examples: Iterable[str]) -> list[str]:
    lines = [".nf", *(_text(f"$ {example}") for example in examples), ".fi"]
    return [".RS 4", *lines, ".RE"]


def _related(command: commands.Command, everything: list[commands.Command]) -> list[str]:
    """The pages above, beside and below."""
    above = command.path[:-1]
    near = [
        found
        for found in everything
        if found is not command
        and (found.path == above or found.path[:-1] in (command.path, above))
    ]
    names = [f".BR {_text(_title(found))} (1)" for found in near]
    return [*(f"{name}," for name in names[:-1]), *names[-1:]]


def _text(text: str) -> str:
    """A text as roff: no sign in it is a request, an escape or a typographic hyphen."""
    for sign, written in (("\\", "\\e"), ("-", "\\-"), ("'", "\\(aq"), ("`", "\\(ga"),
                          ("^", "\\(ha"), ("~", "\\(ti")):  # fmt: skip
        text = text.replace(sign, written)
    return f"\\&{text}" if text.startswith(".") else text


def main() -> None:
    """Write all pages into the directory that is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", help="such as ~/.local/share/man/man1; made if need be")
    place = Path(parser.parse_args().directory).expanduser()
    place.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (place / name).write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
