"""Time every command beside ``python -c pass``, a hello-world Typer command and other tools.

``python benchmarks/startup.py [ROUNDS]`` times the cartref of the Python that runs it;
``--wheel`` that of a wheel built from this repository, in a virtual environment made for it.
``--peers DIR`` adds the same kind of question asked of other reference tools, installed in a
virtual environment in DIR, which is made if it is not there. ``--only TEXT`` keeps the rows that
hold this text. The rows are made from the app
itself: a command without an example question is an error.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from processes import (
    ROOT,
    Command,
    Time,
    environment,
    installed,
    interleaved,
    made_environment,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ORDERS = os.path.join(ROOT, "examples", "orders.csv")
# What is asked of each command; a question that ends otherwise than answered stands in CODES.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "product": (
        "cilta-cel",
        "tisa-cel",
        "anito-cel",
        "Carvykti",
        "carvicti",
        "zzqqy",
        "",
        "axi-cel --as-of 2024-01-01",
    ),
    "indication": ("DLBCL",),
    "eligibility": ("cilta-cel", "DLBCL --age 58 --prior-lines 2"),
    "side-effects": ("CRS", "cilta-cel"),
    "compare": ("cilta-cel ide-cel",),
    "report": ("obe-cel",),
    "trial": ("ZUMA-7", "NCT03391466"),
    "timeline": ("", "cilta-cel"),
    "pathway": ("obe-cel",),
    "explain": ("leukapheresis", "CRS"),
    "search": ("tocilizumab",),
    "source": ("maude-2018-eliana-nejm",),
    "resolve": (f"{shlex.quote(ORDERS)} --column drug",),
    "data check": ("",),
    "data export": ("",),
    "data freshness": ("--url nowhere",),  # refused: nothing here asks the network
    "data info": ("",),
    "data schema": ("",),
    "data show": ("cilta-cel-dose-fda",),
}
CODES = {"zzqqy": 3, "--url nowhere": 2}
USAGE_ERRORS = (
    "nonsense",
    "product --nonsense",
    "product cilta-cel --json --format table",
    "product cilta-cel --regulator XYZ",
    "compare cilta-cel",
    "timeline --since yesterday",
)
COMPLETED = ("pro", "product --re", "product Carv", "indication foll", "product -r E")
GOALS = {"json": 12.0, "table": 40.0, "help": 5.0, "usage": 5.0}  # ms above hello
HELLO = """import typer
app = typer.Typer(rich_markup_mode=None)
@app.command()
def hello(name: str = "x") -> None:
    print(name)
app()
"""
DESCRIBE = """import json, re, typer.main
from cartref.cli import build
found = {}
def add(name, command):
    for part, inner in getattr(command, "commands", {}).items():
        add(f"{name} {part}".strip(), inner)
    if not hasattr(command, "commands"):
        found[name] = {}
        for option in command.params:
            told = re.findall(r"\\w+", option.metavar or "") or getattr(option.type, "choices", [])
            found[name].update({text: list(told or ()) for text in option.opts})
add("", typer.main.get_command(build()))
print(json.dumps(found))
"""
TLDR_PAGE = """# cartref

> Look up CAR T-cell therapies.

- Show a product:

`cartref product {{name}}`

- Show what is approved for a disease:

`cartref indication {{disease}}`
"""
PASS, TYPER = "python -c pass", "hello-world Typer"


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        command: what is run
        goal: the most milliseconds above the hello-world command; none if none is set
    """

    command: Command
    goal: float | None = None


def described(python: str, variables: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """The commands of the app, each with its options and the values that they take."""
    done = subprocess.run(
        [python, "-c", DESCRIBE], check=True, stdout=subprocess.PIPE, env=variables
    )
    found: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    return found


def forms(options: Mapping[str, list[str]]) -> dict[str, str]:
    """What is put behind a question for each form of answer that a command has."""
    found = {}
    if "--json" in options:
        found["json"] = "--json"
    if "table" in options.get("--format", ()):
        found["table"] = "--format table"
    elif "--format" in options or not found:
        found["plain"] = ""
    return found


def goal_of(name: str, question: str, form: str) -> float | None:
    """The goal of a question: one is set for a product by any of its names."""
    if name == "product" and len(question.split()) == 1 and question not in CODES:
        return GOALS.get(form)
    return None


def rows_of(cartref: list[str], commands: Mapping[str, Mapping[str, list[str]]]) -> dict[str, Row]:
    """The rows of all commands in all forms, of usage errors and of completion.

    Raises:
        SystemExit: a command lacks an example question, or a question its command
    """
    if lacking := sorted(commands.keys() ^ QUESTIONS.keys()):
        sys.exit(f"QUESTIONS of {__file__} and the app differ in: {', '.join(lacking)}")
    rows = {"--help": Row(Command([*cartref, "--help"]), GOALS["help"])}
    for name, options in commands.items():
        for question in QUESTIONS[name]:
            for form, option in forms(options).items():
                text = " ".join(filter(None, [name, question, option]))
                command = Command([*cartref, *shlex.split(text)], CODES.get(question, 0))
                rows[text.replace(shlex.quote(ORDERS), "orders.csv")] = Row(
                    command, goal_of(name, question, form)
                )
        rows[f"{name} --help"] = Row(Command([*cartref, *name.split(), "--help"]), GOALS["help"])
    for text in USAGE_ERRORS:
        rows[f"{text} (error)"] = Row(Command([*cartref, *text.split()], 2), GOALS["usage"])
    for text in COMPLETED:
        variables = {
            "_CARTREF_COMPLETE": "complete_bash",
            "COMP_WORDS": f"cartref {text}",
            "COMP_CWORD": str(len(text.split())),
        }
        rows[f"{text}<TAB>"] = Row(Command(cartref, 0, variables))
    return rows


def peers(folder: str) -> dict[str, Row]:
    """The rows of other tools, as far as they install; those that do not are told."""
    python = made_environment(folder)
    cache = os.path.join(folder, "cache")
    page = os.path.join(cache, "tldr", "pages", "common", "cartref.md")
    os.makedirs(os.path.dirname(page), exist_ok=True)
    with open(page, "w", encoding="utf-8") as file:  # as young as tldr wants a cached page
        file.write(TLDR_PAGE)
    offline = {"XDG_CACHE_HOME": cache, "TLDR_NETWORK_ENABLED": "0", "TLDR_LANGUAGE": "en"}
    beside = os.path.dirname(python)
    country = "import pycountry; print(pycountry.countries.search_fuzzy('Norway'))"
    resource = "import bioregistry; print(bioregistry.get_resource('chebi').get_name())"
    asked = {
        "tldr": ("tldr, a cached page", [os.path.join(beside, "tldr"), "cartref"]),
        "pycountry": ("pycountry, search_fuzzy", [python, "-c", country]),
        "norwegianblue": (
            "norwegianblue --help",
            [os.path.join(beside, "norwegianblue"), "--help"],
        ),
        "bioregistry": ("bioregistry, get_resource", [python, "-c", resource]),
    }
    rows = {}
    for package, (text, arguments) in asked.items():
        if why := installed(python, package):
            print(f"{package} does not install: {why}")
        else:
            rows[text] = Row(Command(arguments, 0, offline))
    return rows


def report(times: Mapping[str, list[Time]], rows: Mapping[str, Row]) -> None:
    """Print the table, and which goals are missed.

    The goals are held against the medians; on a machine that does other work at the same time
    the least processor time says more.
    """
    medians = {name: statistics.median(item.elapsed for item in times[name]) for name in times}
    least = {name: min(item.processor for item in times[name]) for name in times}
    width = max(map(len, times)) + 1
    print(
        f"{'':{width}} {'median':>8} {'':>7} {'':>7} {'ms above':>8} {'least':>8} {'ms above':>8}\n"
        f"{'command':{width}} {'ms':>8} {'x pass':>7} {'x hello':>7} {'hello':>8} {'cpu ms':>8}"
        f" {'hello':>8}  goal"
    )
    missed, goals = [], 0
    for name, median in medians.items():
        above = (median - medians[TYPER]) * 1000
        goal, met = rows[name].goal if name in rows else None, ""
        if goal is not None:
            goals += 1
            met = f"{goal:g} ms: {'met' if above <= goal else 'missed'}"
            if above > goal:
                missed.append(name)
        print(
            f"{name:{width}} {median * 1000:8.1f} {median / medians[PASS]:7.2f}"
            f" {median / medians[TYPER]:7.2f} {above:+8.1f} {least[name] * 1000:8.1f}"
            f" {(least[name] - least[TYPER]) * 1000:+8.1f}  {met}"
        )
    print(f"\ngoals met: {goals - len(missed)} of {goals}")
    for name in missed:
        print(f"  missed: {name}")


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rounds", nargs="?", type=int, default=15)
    parser.add_argument("--wheel", action="store_true", help="build, install and time a wheel")
    parser.add_argument("--peers", metavar="DIR", help="time other tools too, installed in DIR")
    parser.add_argument("--only", metavar="TEXT", default="", help="only rows that hold this text")
    return parser.parse_args()


def program(python: str) -> list[str]:
    """How cartref is called: the command beside a Python, or its module."""
    found = shutil.which("cartref", path=os.path.dirname(python))
    return [found] if found else [python, "-m", "cartref"]


def from_wheel(folder: str) -> str:
    """Install cartref from a wheel of this repository; returns the Python that has it."""
    python = made_environment(folder)
    if why := installed(python, ROOT):
        sys.exit(f"the wheel cannot be built or installed: {why}")
    return python


def kept(rows: Mapping[str, Row], text: str) -> Iterable[tuple[str, Row]]:
    """The rows that hold a text."""
    return ((name, row) for name, row in rows.items() if text in name)


def main() -> None:
    """Time everything and print a table."""
    asked = arguments()
    with ExitStack() as until_the_end:
        python, variables = sys.executable, environment()
        if asked.wheel:
            folder = until_the_end.enter_context(tempfile.TemporaryDirectory())
            python, variables = from_wheel(folder), environment("PYTHONPATH")
        rows = dict(kept(rows_of(program(python), described(python, variables)), asked.only))
        if asked.peers:
            rows |= peers(os.path.abspath(asked.peers))
        where = "import cartref, sys; print(sys.version.split()[0], cartref.__file__)"
        subprocess.run([python, "-c", where], check=True, env=variables)
        commands = {
            PASS: Command([python, "-c", "pass"]),
            TYPER: Command([python, "-c", HELLO]),
            **{name: row.command for name, row in rows.items()},
        }
        print(f"{len(commands)} rows, {asked.rounds} rounds", flush=True)
        report(interleaved(commands, asked.rounds, variables), rows)


if __name__ == "__main__":
    main()
