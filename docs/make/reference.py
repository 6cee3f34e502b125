"""The parts of the site that are generated, by the names by which pages ask for them.

Each is a function that gives Markdown: here those of the command line, the rules and the files of
the repository; the tables of fields stand in ``fields``, the Python interface in ``interface``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import commands
import fields
import interface
from console import ROOT
from markup import code, prose, table

from cartref import export
from cartref.catalog import Catalog
from cartref.check import RULES
from cartref.check.records import OFFICIAL

if TYPE_CHECKING:
    from collections.abc import Callable


def command(name: str) -> str:
    """Usage, arguments, options and examples of a command, and of those below it."""
    found = commands.find(name)
    parts = [f"```text\n{found.usage}\n```", *map(prose, found.about)]
    for title, rows in (("Argument", found.arguments), ("Option", found.options)):
        if rows:
            told = [(_option(key), prose(meaning)) for key, meaning in rows]
            parts.append(table([title, "Meaning"], told))
    if found.examples:
        parts.append("```text\n" + "\n".join(found.examples) + "\n```")
    for below in found.commands if name else ():  # those of the whole have pages of their own
        parts += [f"### {below.name}", command(" ".join(below.path[1:]))]
    return "\n\n".join(parts)


def _option(text: str) -> str:
    """The names of an option and its value, or an argument."""
    words = text.split()
    names = " ".join(word for word in words if word.startswith("-"))
    value = " ".join(word for word in words if not word.startswith("-"))
    return " ".join(filter(None, [f"`{names}`" if names else "", code(value) if value else ""]))


def command_list() -> str:
    """All commands, each with what it is."""
    rows = [
        (f"[{found.name}]({found.path[-1]}.md)", found.short)
        for found in commands.everything().commands
    ]
    return table(["Command", "What it shows"], rows)


def without(option: str) -> str:
    """The commands that have no such option."""
    lacking = [
        f"`{' '.join(found.path[1:])}`"
        for found in commands.walk(commands.everything())
        if not found.commands and not any(option in names.split() for names, _ in found.options)
    ]
    return ", ".join(lacking)


def exit_codes() -> str:
    """Every exit code."""
    return table(["Exit code", "Meaning"], commands.exit_codes())


def environment() -> str:
    """Every environment variable that is heeded."""
    rows = [(f"`{name}`", meaning) for name, meaning in commands.environment().items()]
    return table(["Variable", "Meaning"], rows)


def rules() -> str:
    """The rules of the data, in the order in which they are run."""
    rows = [(f"`{rule.__name__}`", prose(rule.__doc__ or "")) for rule in RULES]
    return table(["Rule", "What must hold"], rows)


def file(path: str) -> str:
    """A file of the repository, without its title; links into the documentation are turned."""
    return _text(path).partition("\n")[2]


def section(path: str, title: str) -> str:
    """A section of a file of the repository, without its title."""
    _, found, rest = _text(path).partition(f"\n## {title}\n")
    if not found:
        raise LookupError(f"{path} has no section '{title}'")
    return rest.partition("\n## ")[0]


def _text(path: str) -> str:
    """A file of the repository with links that lead on from the first page of the site."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return text.replace("](docs/", "](").replace("](CONTRIBUTING.md", "](contributing.md")


def count(name: str) -> str:
    """How many records a list of the export has."""
    return f"{len(export.lists(Catalog(ROOT / 'data'))[name]):,}"


def unlabelled(name: str) -> str:
    """How many records of a list of the export rest on no label and no text of a regulator."""
    found = export.lists(Catalog(ROOT / "data"))
    official = {item.id for item in found["sources"] if item.kind in OFFICIAL}
    records = found[name]
    return f"{sum(official.isdisjoint(item.sources) for item in records)} of {len(records)}"


PARTS: dict[str, Callable[..., str]] = {
    "answers": fields.answers,
    "command": command,
    "command-list": command_list,
    "count": count,
    "dictionary": fields.dictionary,
    "envelope": fields.envelope,
    "environment": environment,
    "exit-codes": exit_codes,
    "file": file,
    "lists": fields.lists,
    "patient": fields.patient,
    "python": interface.python,
    "records": fields.records,
    "rules": rules,
    "section": section,
    "unlabelled": unlabelled,
    "without": without,
}
