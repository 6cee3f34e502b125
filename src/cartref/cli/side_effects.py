"""``cartref side-effects``: how often adverse events were seen, and what to do about them."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    DataOption,
    DiseaseOption,
    ExactOption,
    FormatOption,
    JsonOption,
    OutputOption,
    ProductOption,
    RegulatorOption,
    SourcesOption,
    TargetOption,
    joined,
    names_of,
)

EPILOG = """Examples: cartref side-effects | cartref side-effects cilta-cel
| cartref side-effects CRS --target BCMA | cartref side-effects ICANS --product axi-cel --json"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("side-effects", epilog=EPILOG, short_help=about)(side_effects)


def side_effects(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]",
            help="A product, an adverse event or a trial. Without it: CRS and neurologic"
            " toxicity of all products.",
            autocompletion=names_of("product", "event", "trial"),
        ),
    ] = None,
    product: ProductOption = None,
    regulator: RegulatorOption = None,
    target: TargetOption = None,
    disease: DiseaseOption = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    sources: SourcesOption = False,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Show side effects of a product by population, or one event across products."""
    from cartref.cli.questions import side_effects as ask

    name = joined(words)
    query = {
        "name": name, "product": product, "regulator": regulator,
        "target": target, "disease": disease,
    }  # fmt: skip
    answer = Answer("side-effects", query)
    respond(
        answer,
        lambda c, a: ask.rates(c, a, name, exact),
        chosen(format, json, output),
        sources,
        overlay=data,
    )
