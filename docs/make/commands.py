"""What the command line says of itself: every command, argument, option, exit code and variable.

The command reference and the manual pages are two renderings of this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import typer

from cartref.cli import build

if TYPE_CHECKING:
    from collections.abc import Iterator

# The variables that are heeded, apart from those that belong to an option.
ENVIRONMENT = {
    "COLUMNS": "Width of tables and other screens in characters, in place of the terminal's own.",
    "NO_COLOR": "If it is not empty, nothing is coloured.",
    "FORCE_COLOR": "If it is not empty, tables are coloured also where no terminal is.",
    "TERM": "The kind of terminal; on 'dumb' nothing is coloured.",
}
# Those that one command alone heeds, by its name.
OF_ONE = {
    "cartref data freshness": {
        "OPENFDA_API_KEY": "The key that openFDA is asked with, if it is not empty.",
    },
}
ENDED = ("129, 130, 143", "ended from outside: by SIGHUP, Ctrl-C or SIGTERM")
_BAR = re.compile(r""" \| (?=(?:[^'"]|'[^']*'|"[^"]*")*$)""")  # outside of quotes


@dataclass(frozen=True, slots=True)
class Command:
    """One command as its help tells it.

    Attributes:
        path: its words: ``("cartref", "data", "check")``
        short: what it is, in a few words
        usage: the line of usage
        about: what it does, one paragraph each
        arguments: each argument and what it means
        options: each option with its short form and value, and what it means
        variables: environment variables that stand for an option, and the option
        examples: command lines
        commands: the commands below it
    """

    path: tuple[str, ...]
    short: str
    usage: str
    about: list[str]
    arguments: list[tuple[str, str]]
    options: list[tuple[str, str]]
    variables: dict[str, str]
    examples: list[str]
    commands: list[Command]

    @property
    def name(self) -> str:
        """Its words as one text."""
        return " ".join(self.path)


@cache
def everything() -> Command:
    """The whole command line, as a tree."""
    return _command(typer.main.get_command(build()), None, "cartref")


def walk(command: Command) -> Iterator[Command]:
    """A command and all below it."""
    yield command
    for below in command.commands:
        yield from walk(below)


def find(name: str) -> Command:
    """The command of this name, such as ``data check``.

    Raises:
        LookupError: there is none
    """
    for command in walk(everything()):
        if command.path[1:] == tuple(name.split()):
            return command
    raise LookupError(f"there is no command '{name}'")


def exit_codes() -> list[tuple[str, str]]:
    """Every exit code and its meaning, out of the last line of the help, and those of signals."""
    told = typer.main.get_command(build(())).epilog or ""
    return [*re.findall(r"(\d+) ([^,.]+)", told), ENDED]


def environment() -> dict[str, str]:
    """Every environment variable that is heeded, and what it does, as Markdown."""
    own: dict[str, str] = {}
    for found in walk(everything()):
        for name, option in found.variables.items():
            several = name in own
            whose = "every command that reads the dataset" if several else f"`{found.name}`"
            own[name] = f"Stands for `{option}` of {whose}."
    for command, variables in OF_ONE.items():
        own |= {name: f"{meaning} For `{command}` alone." for name, meaning in variables.items()}
    return {**own, **ENVIRONMENT}


def _command(found: Any, above: Any, name: str) -> Command:
    """Read one command of Typer, and those below it."""
    context = found.context_class(found, info_name=name, parent=above, **found.context_settings)
    arguments, options, variables = [], [], {}
    for item in found.get_params(context):
        record = item.get_help_record(context)
        if record is None:
            continue
        names, meaning = record
        if item.param_type_name == "argument":
            arguments.append((item.make_metavar(context), item.help or ""))
        else:
            options.append((names, meaning.replace("  [", " [")))
            if item.envvar:
                variables[item.envvar] = item.opts[-1]
    return Command(
        path=tuple(context.command_path.split()),
        short=found.get_short_help_str(limit=200),
        usage=" ".join([context.command_path, *found.collect_usage_pieces(context)]),
        about=[" ".join(part.split()) for part in (found.help or "").split("\n\n")],
        arguments=arguments,
        options=options,
        variables=variables,
        examples=_examples(found.epilog or ""),
        commands=[
            _command(below, context, key) for key, below in getattr(found, "commands", {}).items()
        ],
    )


def _examples(epilog: str) -> list[str]:
    """The command lines of an epilog: a bar parts them, or stands for a pipe.

    What begins with another program is a part of the next example, the last of the one before. A
    bar within quotes is a part of its command.
    """
    if not epilog.startswith("Examples: "):
        return []
    parts = _BAR.split(" ".join(epilog.removeprefix("Examples: ").split()))
    found: list[str] = []
    waiting = ""
    for number, part in enumerate(parts, start=1):
        if part.startswith("cartref "):
            found.append(waiting + part)
            waiting = ""
        elif number == len(parts):
            found[-1] += f" | {part}"
        else:
            waiting = f"{part} | "
    return found
