"""``cartref trial``: pivotal trials and real-world studies, and what they found."""

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
    SourcesOption,
    TargetOption,
    joined,
    names_of,
    words_of,
)

EPILOG = """Examples: cartref trial ZUMA-7 | cartref trial NCT02435849 --json
| cartref trial cilta-cel | cartref trial MCL | cartref trial --kind real-world --disease MM"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("trial", epilog=EPILOG, short_help=about)(trial)


def trial(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]",
            help="A trial by its name or NCT number, or a product or disease for the list of its"
            " trials. Without it: all.",
            autocompletion=names_of("trial", "product", "disease"),
        ),
    ] = None,
    product: ProductOption = None,
    disease: DiseaseOption = None,
    target: TargetOption = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            "-k",
            help="Only this kind: pivotal, supportive, real-world or pool.",
            autocompletion=words_of("TrialKind"),
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
    """Show trials and studies: design, population, outcomes, safety and publication."""
    from cartref.cli.questions import trial as ask

    name = joined(words)
    query = {
        "name": name, "product": product, "disease": disease, "target": target, "kind": kind,
    }  # fmt: skip
    answer = Answer("trials", query)
    respond(
        answer,
        lambda c, a: ask.studies(c, a, name, exact),
        chosen(format, json, output),
        sources,
        overlay=data,
    )
