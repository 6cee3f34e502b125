"""``cartref eligibility``: what labels ask of a patient, and whether given facts meet it."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    AllOption,
    AsOfOption,
    DataOption,
    ExactOption,
    FormatOption,
    JsonOption,
    LineOption,
    OutputOption,
    ProductOption,
    RegulatorOption,
    SourcesOption,
    TargetOption,
    joined,
    names_of,
)

EPILOG = """Examples: cartref eligibility cilta-cel | cartref eligibility B-ALL
--regulator FDA | cartref eligibility --disease DLBCL --age 58 --prior-lines 1
--refractory-to first-line --regulator FDA | cartref eligibility --patient patients.toml --json"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("eligibility", epilog=EPILOG, short_help=about)(eligibility)


def _therapies(name: str, help: str) -> object:
    """An option that names therapies."""
    return typer.Option(
        name,
        metavar="THERAPY",
        help=f"{help}: a class, drug, regimen or product; repeat for several.",
        autocompletion=names_of("therapy", "product"),
        show_default=False,
    )


def _number(name: str, what: str, help: str) -> object:
    return typer.Option(name, metavar=what, min=0, help=help, show_default=False)


def eligibility(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]",
            help="A product or a disease by any of its names. Without it: all products.",
            autocompletion=names_of("product", "disease"),
        ),
    ] = None,
    disease: Annotated[
        str | None,
        typer.Option(
            "--disease",
            "-d",
            help="The disease, by any of its names.",
            autocompletion=names_of("disease"),
            show_default=False,
        ),
    ] = None,
    age: Annotated[int | None, _number("--age", "YEARS", "Age in years.")] = None,
    prior_lines: Annotated[
        int | None, _number("--prior-lines", "NUMBER", "Lines of systemic therapy so far.")
    ] = None,
    prior: Annotated[list[str] | None, _therapies("--prior", "Given so far")] = None,
    no_prior: Annotated[list[str] | None, _therapies("--no-prior", "Never given")] = None,
    refractory_to: Annotated[
        list[str] | None,
        _therapies("--refractory-to", "What it was refractory to, also first-line or last-therapy"),
    ] = None,
    not_refractory_to: Annotated[
        list[str] | None, _therapies("--not-refractory-to", "What it was not refractory to")
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help="What holds now: relapsed, refractory, refractory-to-first-line (in LBCL read as"
            " chemoimmunotherapy), advanced, untreated, or not-relapsed, not-refractory,"
            " not-advanced; repeat for several.",
            show_default=False,
        ),
    ] = None,
    relapses: Annotated[
        int | None,
        _number("--relapses", "NUMBER", "Number of relapses, the present one included."),
    ] = None,
    relapsed_within: Annotated[
        float | None,
        _number(
            "--relapsed-within", "MONTHS", "Months from the end of the last line to the relapse."
        ),
    ] = None,
    first_relapse_within: Annotated[
        float | None,
        _number(
            "--first-relapse-within",
            "MONTHS",
            "Months from the end of first-line therapy to the first relapse.",
        ),
    ] = None,
    progressed_on: Annotated[
        list[str] | None,
        _therapies("--progressed-on", "What it progressed on, also last-therapy"),
    ] = None,
    not_progressed_on: Annotated[
        list[str] | None, _therapies("--not-progressed-on", "What it did not progress on")
    ] = None,
    progressed_within: Annotated[
        int | None,
        _number(
            "--progressed-within",
            "DAYS",
            "Days from the end of the last therapy to the progression, 0 for during it.",
        ),
    ] = None,
    transplant: Annotated[
        list[str] | None,
        typer.Option(
            "--transplant",
            metavar="WHAT",
            help="eligible, ineligible, relapsed-after or none; with the kind autologous-eligible,"
            " relapsed-after-allogeneic and so on; repeat for several.",
            show_default=False,
        ),
    ] = None,
    antigen: Annotated[
        list[str] | None,
        typer.Option(
            "--antigen",
            metavar="RESULT",
            help="A tested antigen, such as cd19-positive or her2-negative; repeat for several.",
            show_default=False,
        ),
    ] = None,
    cannot_have: Annotated[
        list[str] | None,
        _therapies("--cannot-have", "What the patient is ineligible for or intolerant of"),
    ] = None,
    patient: Annotated[
        str | None,
        typer.Option(
            "--patient",
            metavar="FILE",
            help="Facts of one patient or many: .toml, .json, .ndjson, or - for NDJSON on stdin;"
            " cartref data schema --patient describes it.",
            show_default=False,
        ),
    ] = None,
    product: ProductOption = None,
    regulator: RegulatorOption = None,
    line: LineOption = None,
    target: TargetOption = None,
    as_of: AsOfOption = None,
    ended: AllOption = False,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    sources: SourcesOption = False,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Show what labels ask of a patient, criterion by criterion, and whether given facts meet it.

    Without facts the criteria are listed. With facts each indication is met, not met or open;
    what is not given is open and never counts as no.
    """
    facts: dict[str, object] = {
        "age": age, "prior_lines": prior_lines,
        "prior": prior, "no_prior": no_prior,
        "refractory_to": refractory_to, "not_refractory_to": not_refractory_to,
        "status": status, "relapses": relapses,
        "relapsed_within_months": relapsed_within,
        "first_relapse_within_months": first_relapse_within,
        "progressed_on": progressed_on, "not_progressed_on": not_progressed_on,
        "progressed_within_days": progressed_within,
        "transplant": transplant, "antigens": antigen, "cannot_have": cannot_have,
    }  # fmt: skip
    name = joined(words)
    query: dict[str, object] = {
        "name": name, "regulator": regulator, "disease": None, "line": line, "target": target,
        "product": product, "as_of": as_of, "all": ended, "patient_file": patient,
    }  # fmt: skip
    answer = Answer("eligibility", query)
    shape = chosen(format, json, output)
    if patient is not None or any(value is not None for value in facts.values()):
        from cartref.cli.questions.screening import screening

        facts["disease"] = disease
        respond(
            answer,
            lambda c, a: screening(c, a, name, facts, patient, exact),
            shape,
            sources,
            overlay=data,
        )
    else:
        from cartref.cli.questions.eligibility import criteria

        query["disease"] = disease
        respond(answer, lambda c, a: criteria(c, a, name, exact), shape, sources, overlay=data)
