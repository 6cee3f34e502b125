"""``cartref timeline``: approvals and other acts of regulators, in order."""

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
    ProductOption,
    RegulatorOption,
    SourcesOption,
    TargetOption,
    joined,
    names_of,
    words_of,
)

EPILOG = """Examples: cartref timeline --regulator FDA | cartref timeline liso-cel --all
| cartref timeline MM --since 2024 --until 2025-06 | cartref timeline --kind safety"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("timeline", epilog=EPILOG, short_help=about)(timeline)


def timeline(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]",
            help="A product or a disease by any of its names: short for --product, --disease.",
            autocompletion=names_of("product", "disease"),
        ),
    ] = None,
    regulator: RegulatorOption = None,
    product: ProductOption = None,
    disease: DiseaseOption = None,
    target: TargetOption = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="From this day, month or year on, itself included.",
            show_default=False,
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DATE",
            help="Up to this day, month or year, itself included.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOfOption = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            "-k",
            help="Only this kind, more than once for several: approval, indication, conversion,"
            " replaced, withdrawal, safety, rems, label, opinion, designation, manufacturing,"
            " reimbursement, other, pending.",
            autocompletion=words_of("EntryKind", "pending"),
            show_default=False,
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Also opinions, designations, manufacture, reimbursement and replaced uses.",
        ),
    ] = False,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    sources: SourcesOption = False,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Show approvals, new indications, conversions, withdrawals and safety actions by date."""
    from cartref.cli.questions import timeline as ask

    name = joined(words)
    query = {
        "name": name, "regulator": regulator, "product": product, "disease": disease,
        "target": target,
        "since": since, "until": until, "as_of": as_of, "kinds": kind or [], "all": everything,
    }  # fmt: skip
    answer = Answer("timeline", query)
    respond(
        answer,
        lambda c, a: ask.entries(c, a, name, exact),
        chosen(format, json, output),
        sources,
        overlay=data,
    )
