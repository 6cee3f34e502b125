"""The command line: one short module for a family of commands."""

# No postponed annotations here: Typer would evaluate each of them at every start.
import os
import sys
from collections.abc import Collection
from typing import Annotated, NoReturn

import typer

from cartref import __version__

# The commands in the order of the help, and what the help says of each. Each is a module of this
# package with a ``register``.
COMMANDS = {
    "product": "Products in full, or their list.",
    "indication": "What is approved for a disease.",
    "eligibility": "What labels ask, and whether facts meet it.",
    "side-effects": "Side effects and their care.",
    "compare": "Products side by side.",
    "report": "A brief of products to hand on.",
    "trial": "Trials and real-world studies.",
    "timeline": "Approvals and regulatory acts by date.",
    "pathway": "From referral to follow-up.",
    "explain": "Terms of the field, in short.",
    "search": "Everything that mentions something.",
    "source": "References, and what rests on them.",
    "resolve": "Many names to ids, row by row.",
    "data": "Check, count and export the dataset.",
}


def build(wanted: Collection[str] = COMMANDS.keys(), *, alone: bool = False) -> typer.Typer:
    """Make the app. Typer spends a millisecond on the options of each command.

    Args:
        wanted: the commands that will run or show their help
        alone: whether the app need not know of the others; else it knows name and summary of
            each, as its own help and its suggestions need
    """
    from importlib import import_module

    app = typer.Typer(
        name="cartref",
        help="Look up CAR T-cell therapies: products, indications, criteria, side effects, trials"
        " and more, offline and with a source for every fact. Reference only, not medical advice.",
        epilog="Exit codes: 0 answered, 1 internal or data error, 2 usage, 3 not found,"
        " 4 ambiguous name.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name, about in COMMANDS.items():
        if name in wanted:
            import_module(f"cartref.cli.{name.replace('-', '_')}").register(app, about)
        elif not alone:
            app.command(name, short_help=about)(_unwanted)
    return app


def _unwanted() -> None:
    """Stand for a command that was not asked for."""
    raise RuntimeError("this command was not built")


def _show_version(wanted: bool) -> None:
    if wanted:
        from cartref import load
        from cartref.cli.answer import reporting

        with reporting():
            state = load().dataset
            typer.echo(f"cartref {__version__}, dataset {state.version}, as of {state.as_of}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Show the versions of code and dataset and the as-of date, and exit.",
        ),
    ] = False,
) -> None:
    """The options that stand before a command."""


def _as_asked() -> typer.Typer:
    """The app with what the arguments of the process may need of it."""
    if "_CARTREF_COMPLETE" in os.environ:
        return build()
    first = sys.argv[1:2]
    if COMMANDS.keys() & first:
        return build(first, alone=True)
    return build(COMMANDS.keys() & set(sys.argv))


def run() -> NoReturn:
    """Run the command that the arguments of the process ask for, and exit."""
    from typer.main import get_command

    from cartref.cli.repeats import refuse_repeats
    from cartref.cli.streams import survive

    with survive():
        command = get_command(_as_asked())
        refuse_repeats(command, sys.argv[1:])
        sys.exit(command(prog_name="cartref", standalone_mode=False))
