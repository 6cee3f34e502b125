"""``cartref data``: the dataset itself: checked, described, counted and exported."""

# No postponed annotations here: Typer would evaluate each of them at every start.
import sys
from enum import StrEnum
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, note, reporting, respond
from cartref.cli.options import FormatOption, JsonOption, OutputOption
from cartref.cli.streams import written_out
from cartref.errors import UsageError

EXPORTS = """Examples: cartref data export > all.json | cartref data export --format csv --output
tables | cartref data export --format ndjson | jq -c 'select(.list == "indications")'"""


class ExportFormat(StrEnum):
    """The formats of an export."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the group of commands to the app."""
    group = typer.Typer(
        help="The dataset itself: check its rules, count it, export it, print the JSON Schema.",
        short_help="Check, count and export the dataset.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("check", epilog="Examples: cartref data check | cartref data check data")(check)
    group.command("export", epilog=EXPORTS)(export)
    group.command("info", epilog="Examples: cartref data info | cartref data info --json")(info)
    group.command(
        "schema",
        epilog="Examples: cartref data schema > schema.json | cartref data schema --patient",
    )(schema)
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
        sys.stdout.write(f"{written_out(str(problem))}\n")
    if problems:
        note(f"error: {len(problems)} problem{'s' if len(problems) > 1 else ''} in the data")
        raise typer.Exit(1)
    note(f"The data is clean: {len(RULES)} rules.")


def schema(
    patient: Annotated[
        bool, typer.Option("--patient", help="The schema of a file of patients instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of every JSON output, or of the patients that eligibility reads."""
    import json

    from cartref import schema as schemas

    with reporting():
        found = schemas.patient_schema() if patient else schemas.schema()
        sys.stdout.write(json.dumps(found, indent=2) + "\n")


def export(
    format: Annotated[
        ExportFormat, typer.Option("--format", "-f", help="The format of the export.")
    ] = ExportFormat.JSON,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="A file for json and ndjson (default: stdout), a directory for csv.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the whole dataset as flat lists with foreign keys.

    As csv, one file a list: an unknown value is an empty cell, what holds several values is JSON,
    and a text that a spreadsheet would take for a formula has an apostrophe before it. Every file
    appears whole or not at all.
    """
    from cartref import export as out
    from cartref.catalog import Catalog
    from cartref.render.plain import to_json

    with reporting():
        catalog = Catalog()
        if format is ExportFormat.CSV:
            if output is None:
                raise UsageError("--format csv writes one file a list: give --output DIR")
            written = out.csv_files(catalog, output)
            note(f"{len(written)} files in {output}")
            return
        lines = (
            out.ndjson(catalog)
            if format is ExportFormat.NDJSON
            else iter([to_json(out.document(catalog)) + "\n"])
        )
        if output is None:
            sys.stdout.writelines(lines)
        else:
            out.atomically(output, lambda file: file.writelines(lines))


def info(
    format: FormatOption = None, json: JsonOption = False, output: OutputOption = None
) -> None:
    """Show what the dataset holds by product, regulator and kind, and what it does not know."""
    from cartref.cli.questions import data as ask

    respond(Answer("data info"), ask.info, chosen(format, json, output))
