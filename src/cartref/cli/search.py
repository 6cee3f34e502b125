"""``cartref search``: everything that mentions something."""

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
    joined,
)

EPILOG = """Examples: cartref search cerebral oedema | cartref search NCT03391466
| cartref search tocilizumab --product axi-cel --limit 50"""
DEFAULT_LIMIT = 20


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("search", epilog=EPILOG, short_help=about)(search)


def search(
    words: Annotated[
        list[str],
        typer.Argument(metavar="TEXT...", help="Words; a hit holds them all, or their beginnings."),
    ],
    product: ProductOption = None,
    list_: Annotated[
        str | None,
        typer.Option(
            "--list",
            help="Only this list of the export, such as indications, outcomes or sources.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="At most so many hits.")
    ] = DEFAULT_LIMIT,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Find everything that mentions something, best hits first, each with its command.

    Words that name a product to the letter count as that product, whatever a record calls it.
    """
    from cartref.cli.questions import search as ask

    text = joined(words) or ""
    query = {"text": text, "product": product, "list": list_, "limit": limit}
    answer = Answer("search", query)
    respond(
        answer, lambda c, a: ask.hits(c, a, text, exact), chosen(format, json, output), overlay=data
    )
