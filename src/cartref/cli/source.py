"""``cartref source``: a reference in full and what rests on it, or the list of references."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    DataOption,
    ExactOption,
    FormatOption,
    JsonOption,
    OutputOption,
    ProductOption,
    names_of,
)

EPILOG = """Examples: cartref source | cartref source maude-2018-eliana-nejm
| cartref source --product obe-cel --kind label"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("source", epilog=EPILOG, short_help=about)(source)


def source(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="A reference by its id or its address. Without it: the list.",
            autocompletion=names_of("source"),
        ),
    ] = None,
    product: ProductOption = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            "-k",
            help="Only this kind: label, smpc, regulator, publication, registry, company, press,"
            " other.",
            show_default=False,
        ),
    ] = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Show a reference in full and every record that rests on it."""
    from cartref.cli.questions import source as ask

    query = {"name": name, "product": product, "kind": kind}
    shape = chosen(format, json, output)
    if name is None:
        respond(
            Answer("sources", query), lambda c, a: ask.listing(c, a, exact), shape, overlay=data
        )
    else:
        respond(
            Answer("source", query), lambda c, a: ask.reference(c, a, name), shape, overlay=data
        )
