"""The command line: one short module for a family of commands."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref import __version__
from cartref.cli import (
    data,
    eligibility,
    explain,
    indication,
    pathway,
    product,
    search,
    side_effects,
    source,
    timeline,
    trial,
)

app = typer.Typer(
    name="cartref",
    help="Look up CAR T-cell therapies: products, indications, criteria and side effects,"
    " offline and with a source for every fact. Reference only, not medical advice.",
    epilog="Exit codes: 0 answered, 1 internal or data error, 2 usage, 3 not found,"
    " 4 ambiguous name.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
product.register(app)
indication.register(app)
eligibility.register(app)
side_effects.register(app)
trial.register(app)
timeline.register(app)
pathway.register(app)
explain.register(app)
search.register(app)
source.register(app)
data.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        from cartref import load
        from cartref.cli.answer import reporting

        with reporting():
            state = load().dataset
            typer.echo(f"cartref {__version__}, dataset {state.version}, as of {state.as_of}")
        raise typer.Exit


@app.callback()
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
    try:
        with survive():
            app(prog_name="cartref")
    finally:
        gc.freeze()  # nor is it worth a last search at exit
