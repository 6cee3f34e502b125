"""``cartref data``: the dataset itself: checked, described, counted and exported."""

# No postponed annotations here: Typer would evaluate each of them at every start.
import sys
from enum import StrEnum
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, note, reporting, respond
from cartref.cli.options import FormatOption, JsonOption


class ExportFormat(StrEnum):
    """The formats of an export."""

    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the group of commands to the app."""
    group = typer.Typer(
        help="The dataset itself: check its rules, count it, export it, print the JSON Schema.",
        short_help="Check, count and export the dataset.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("check", epilog="Examples: cartref data check | cartref data check data")(check)
    group.command("export", epilog="Example: cartref data export --format json > all.json")(export)
    group.command("info", epilog="Examples: cartref data info | cartref data info --json")(info)
    group.command("schema", epilog="Example: cartref data schema > schema.json")(schema)
    app.add_typer(group, name="data")


def check(
    directory: Annotated[
        str | None,
        typer.Argument(metavar="[DIR]", help="A data directory. Default: the bundled dataset."),
    ] = None,
) -> None:
    """Run every rule of the data.

    Each breach is one line on stdout; any breach makes the exit code 1.
    """
    from cartref.check import RULES
    from cartref.check import check as run

    with reporting():
        problems = run(directory)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        note(f"error: {len(problems)} problem{'s' if len(problems) > 1 else ''} in the data")
        raise typer.Exit(1)
    note(f"The data is clean: {len(RULES)} rules.")


def schema() -> None:
    """Print the JSON Schema of every JSON output."""
    import json

    from cartref.schema import schema as generate

    with reporting():
        sys.stdout.write(json.dumps(generate(), indent=2) + "\n")


def export(
    format: Annotated[  # noqa: ARG001 - there is one format so far
        ExportFormat, typer.Option("--format", "-f", help="The format of the export.")
    ] = ExportFormat.JSON,
) -> None:
    """Print the whole dataset as flat lists with foreign keys."""
    from cartref.catalog import Catalog
    from cartref.export import document
    from cartref.render.plain import to_json

    with reporting():
        sys.stdout.write(to_json(document(Catalog())) + "\n")


def info(format: FormatOption = None, json: JsonOption = False) -> None:
    """Count records and sources by product, regulator and kind."""
    from cartref.cli.questions import data as ask

    respond(Answer("data info"), ask.info, chosen(format, json))
