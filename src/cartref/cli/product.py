"""``cartref product``: the list of products, or one or more in full."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    AsOfOption,
    DataOption,
    DiseaseOption,
    ExactOption,
    FormatOption,
    JsonOption,
    OutputOption,
    RegulatorOption,
    SourcesOption,
    TargetOption,
    names_of,
)

EPILOG = """Examples: cartref product | cartref product cilta-cel --sources
| cartref product Carvykti Abecma --json | cartref product --target CD19 --regulator EMA"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("product", epilog=EPILOG, short_help=about)(product)


def product(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="INN, short name, brand, development code or billing code. Without a name:"
            " the list.",
            autocompletion=names_of("product"),
        ),
    ] = None,
    regulator: RegulatorOption = None,
    target: TargetOption = None,
    disease: DiseaseOption = None,
    as_of: AsOfOption = None,
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            help="Only products that are approved, investigational or withdrawn.",
            show_default=False,
        ),
    ] = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    sources: SourcesOption = False,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Show products: identity, indications, dose, monitoring, warnings, results, codes."""
    from cartref.cli.questions import product as ask

    query = {
        "names": names or [], "regulator": regulator, "target": target,
        "disease": disease, "status": status, "as_of": as_of,
    }  # fmt: skip
    shape = chosen(format, json, output)
    if names:
        answer = Answer("product", query)
        respond(answer, lambda c, a: ask.profiles(c, a, names, exact), shape, sources, overlay=data)
    else:
        respond(
            Answer("products", query),
            lambda c, a: ask.listing(c, a, exact),
            shape,
            sources,
            overlay=data,
        )
