"""The command line: one short module for a family of commands."""

# No postponed annotations here: Typer would evaluate each of them at every start.
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from cartref import __version__

# The commands in the order of the help. Each is a module of this package with a ``register``.
COMMANDS = (
    "product",
    "indication",
    "eligibility",
    "side-effects",
    "compare",
    "report",
    "trial",
    "timeline",
    "pathway",
    "explain",
    "search",
    "source",
    "resolve",
    "data",
)


def build(names: Sequence[str] = COMMANDS) -> typer.Typer:
    """Make the app with all commands, or with these: Typer spends a millisecond on each."""
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
    for name in names:
        import_module(f"cartref.cli.{name.replace('-', '_')}").register(app)
    return app


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


def main() -> None:
    """Run the command line; the entry point of the ``cartref`` command."""
    import gc

    from cartref.cli.streams import survive

    gc.disable()  # one answer makes no garbage worth the search for it
    asked = [name for name in sys.argv[1:2] if name in COMMANDS]
    try:
        with survive():
            sys.exit(build(asked or COMMANDS)(prog_name="cartref", standalone_mode=False))
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        gc.freeze()  # nor is it worth a last search at exit
