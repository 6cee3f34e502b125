"""``cartref data``: the dataset itself: checked, described, counted and exported."""

# No postponed annotations here: Typer would evaluate each of them at every start.
import sys
from enum import StrEnum
from typing import Annotated

import typer

from cartref.cli.answer import STDOUT, Answer, chosen, laid_over, note, reporting, respond
from cartref.cli.options import (
    ENDINGS,
    DataOption,
    ExactOption,
    Format,
    FormatOption,
    JsonOption,
    OutputOption,
    ProductOption,
    SourcesOption,
)
from cartref.cli.streams import written_out
from cartref.errors import UsageError

EXPORTS = """Examples: cartref data export > all.json | cartref data export --format csv --output
tables | cartref data export --format ndjson | jq -c 'select(.list == "indications")'"""

FRESHNESS = """Examples: cartref data freshness | cartref data freshness --product Kymriah
| cartref data freshness --json | jq -r '.results[] | select(.state == "newer") | .product'"""

TAB = "\t"
SHOW = """Examples: cartref data show cilta-cel-dose-fda
| cartref data show crs zuma-1 > overlay.txt"""


class ExportFormat(StrEnum):
    """The formats of an export."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


def register(app: typer.Typer, about: str) -> None:
    """Add the group of commands to the app."""
    group = typer.Typer(
        help="The dataset itself: check its rules, count it, export it, show records as they are"
        " written, print the JSON Schema, ask openFDA for newer labels.",
        short_help=about,
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("check", epilog="Examples: cartref data check | cartref data check data")(check)
    group.command("export", epilog=EXPORTS)(export)
    group.command("freshness", epilog=FRESHNESS)(freshness)
    group.command("info", epilog="Examples: cartref data info | cartref data info --json")(info)
    group.command(
        "schema",
        epilog="Examples: cartref data schema > schema.json | cartref data schema --patient",
    )(schema)
    group.command("show", epilog=SHOW)(show)
    app.add_typer(group, name="data")


def check(
    directory: Annotated[
        str | None,
        typer.Argument(metavar="[DIR]", help="A data directory. Default: the bundled dataset."),
    ] = None,
    data: DataOption = None,
) -> None:
    """Run every rule of the data, and of an overlay those of its records.

    Without a directory an overlay is checked alone, among the bundled records.

    Each breach is one line on stdout; any breach makes the exit code 1. Of a clean overlay a note
    says what it adds and replaces, and which keys of a replaced record are gone.
    """
    from cartref import check as rules

    judged = []
    with reporting():
        if directory is not None or data is None:
            judged.append(("data", rules.check(directory), len(rules.RULES)))
        if data is not None:
            found = rules.check_overlay_directory(data, directory)
            judged.append(("overlay", found, len(rules.OVERLAY_RULES)))
    for what, problems, number in judged:
        for problem in problems:
            sys.stdout.write(f"{written_out(str(problem))}\n")
        many = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        clean = f"The {what} is clean: {number} rules."
        note(f"error: {many} in the {what}" if problems else clean)
    if any(problems for _, problems, _ in judged):
        raise typer.Exit(1)
    if data is not None:
        _say_laid_over(data, directory)


def _say_laid_over(overlay: str, directory: str | None) -> None:
    """Say what an overlay that is clean does to the dataset."""
    from cartref.catalog import Catalog
    from cartref.overlay import Overlay

    with reporting():
        state = Catalog(directory, Overlay(overlay)).dataset.overlay
        if state is not None:
            note(laid_over(state))


def show(
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="Ids of records, of whatever table; no other names."),
    ],
    data: DataOption = None,
) -> None:
    """Print records as they are written, to copy them into an overlay.

    Each file is named in a remark above its records, with the product that stands at its top.
    """
    from cartref import load, verbatim

    with reporting():
        found = list(verbatim.texts(load(overlay=data), ids))
        for line in "\n\n".join(found).split("\n"):
            # The values of a record are clean, but remarks beside them may hold anything.
            sys.stdout.write(f"{written_out(line, kept=TAB)}\n")


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
        ExportFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="The format of the export. Default: what the ending of --output says, else json.",
            show_default=False,
        ),
    ] = None,
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
    data: DataOption = None,
) -> None:
    """Write the whole dataset as flat lists with foreign keys.

    As csv, one file a list: an unknown value is an empty cell, what holds several values is JSON,
    and a text that a spreadsheet would take for a formula has an apostrophe before it. Every file
    appears whole or not at all.
    """
    asked = _export_format(format, output)
    from cartref import export as out
    from cartref import load
    from cartref.render.plain import to_json

    if output == STDOUT:
        output = None
    with reporting():
        catalog = load(overlay=data)
        if asked is ExportFormat.CSV:
            if output is None:
                raise UsageError("--format csv writes one file a list: give --output DIR")
            written = out.csv_files(catalog, output)
            note(f"{len(written)} files in {output}")
            return
        lines = (
            out.ndjson(catalog)
            if asked is ExportFormat.NDJSON
            else iter([to_json(out.document(catalog)) + "\n"])
        )
        if output is None:
            sys.stdout.writelines(lines)
        else:
            out.atomically(output, lambda file: file.writelines(lines))


def _export_format(asked: ExportFormat | None, output: str | None) -> ExportFormat:
    """The format of an export: as asked for, or as the ending of its file says, else JSON.

    Raises:
        typer.BadParameter: the two differ, or the ending alone says what no file of an export is
    """
    from os.path import splitext

    told = ENDINGS.get(splitext(output or "")[1].lower())
    if asked is not None and told not in (None, Format(asked)):
        raise typer.BadParameter(f"--output {output} and --format {asked} ask for different things")
    if asked is not None or told is None:
        return asked or ExportFormat.JSON
    if told not in (Format.JSON, Format.NDJSON):
        raise typer.BadParameter(
            f"--output {output}: an export is a file of json or ndjson, or with --format csv a"
            " directory"
        )
    return ExportFormat(told)


def info(
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    data: DataOption = None,
) -> None:
    """Show what the dataset holds by product, regulator and kind, and what it does not know."""
    from cartref.cli.questions import data as ask

    respond(Answer("data info"), ask.info, chosen(format, json, output), overlay=data)


def freshness(
    product: ProductOption = None,
    url: Annotated[
        str,
        typer.Option("--url", metavar="URL", help="Ask here instead: what stands in for openFDA."),
    ] = "https://api.fda.gov",
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", help="The time that each try may take."),
    ] = 10.0,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    sources: SourcesOption = False,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Ask openFDA whether the FDA has newer labels than the dataset was made from.

    The only command that uses the network. It sends the label ids, licence numbers and brand
    names of the products, and the key that OPENFDA_API_KEY holds, if any. It needs an extra:
    pip install 'cartref[freshness]'.

    A label is newer if it holds from a day after the date of our newest FDA label. A record that
    was read at openFDA is dated by the day of openFDA's data, so that a label that took effect
    before that day, but reached openFDA after it, is not told as newer.

    The exit code is 1 if openFDA could not be asked for a product; the others are shown all the
    same. A newer label is an answer: exit code 0.
    """
    from cartref.cli.questions import data as ask

    answer = Answer("data freshness", {"product": product, "url": url, "timeout": timeout})
    form = chosen(format, json, output)
    respond(
        answer, lambda c, a: ask.freshness(c, a, product, exact=exact), form, sources, overlay=data
    )
    if any(item.state == "failed" for item in answer.results()):
        raise typer.Exit(1)
