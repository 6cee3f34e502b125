"""The question which indications the facts of a patient meet, miss or leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref import eligibility
from cartref.cli.questions.filters import Filters, named
from cartref.cli.questions.selection import GAP, standing
from cartref.errors import UsageError
from cartref.patients import Reader, called

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.answer import Screening
    from cartref.model.label import Indication
    from cartref.model.patient import Patient
    from cartref.names import Kind

NO_ADVICE = (
    "This compares the facts given with the wording of labels in short. It is no medical advice,"
    " and it does not say who should be treated: the treating centre decides, with the full label"
    " at hand. Uses that the dataset does not hold may exist."
)
SHOWN = 8  # indications of which every condition is shown to people
# The options whose names differ from those of the facts.
_OPTIONS = {
    "antigens": "--antigen",
    "relapsed_within_months": "--relapsed-within",
    "first_relapse_within_months": "--first-relapse-within",
    "progressed_within_days": "--progressed-within",
}


def option(fact: str) -> str:
    """The option that gives a fact."""
    return _OPTIONS.get(fact) or f"--{fact.replace('_', '-')}"


def screening(
    catalog: Catalog,
    answer: Answer,
    name: str | None,
    facts: dict[str, Any],
    file: str | None,
    exact: bool,
) -> None:
    """Fill in the verdict on every indication that concerns each patient.

    Args:
        catalog: the dataset
        answer: the answer
        name: a product, or the disease of the patient
        facts: the facts given as options
        file: path of a file of patients instead; - for stdin
        exact: whether typing errors in names are refused

    Raises:
        UsageError: facts that cannot be, or that contradict each other
        NotFoundError, AmbiguousError: a name that cannot be resolved
    """
    from cartref.render import screening as render

    if name is not None:
        # The name of a disease is that of the patient.
        given = {"product": answer.query["product"], "disease": facts.get("disease")}
        about: tuple[Kind, ...] = ("product", "disease")
        kind, meant = named(catalog, answer, about, name, exact=exact, given=given)
        (facts if kind == "disease" else answer.query)[kind] = meant
    wanted = Filters.of(catalog, answer, exact=exact)
    answer.query.update(wanted.query(), patient_file=file)
    fact: Callable[[str], str] = str if file else option
    reader = Reader(catalog, exact=exact, fact=fact)
    patients = _patients(reader, facts, file)
    if file is None:
        answer.query["disease"] = patients[0].disease
    # Of a file only the typing errors are told: it may hold thousands of names.
    answer.filter_matches += (
        match for match in reader.matches.values() if not file or match.kind == "fuzzy"
    )
    items, unsure = standing(catalog.indications.values(), wanted)
    if not answer.query["all"]:
        items = [item for item in items if item.status == "active"]
    found = {item.id: _screened(catalog, item, items, file) for item in patients}
    every = [item for screenings in found.values() for item in screenings]
    answer.products = list(dict.fromkeys(item.indication.product for item in every))
    answer.notices += [*_remarks(catalog, wanted, patients, found, unsure), NO_ADVICE]
    answer.results = lambda: [_flat(item) for item in every]
    answer.more = lambda: {"patients": patients}
    answer.rows = lambda: render.rows(every, fact)
    answer.blocks = lambda: [
        *(render.counted(found) if len(patients) > 1 else ()),
        *(
            block
            for item in patients
            for block in (
                *render.patient(item, catalog.disease_name, catalog.counts_as.names),
                *render.blocks(
                    found[item.id], catalog.disease_name, fact, in_full=len(every) <= SHOWN
                ),
            )
        ),
    ]


def _patients(reader: Reader, facts: dict[str, Any], file: str | None) -> list[Patient]:
    given = {key: value for key, value in facts.items() if value not in (None, [])}
    if file is None:
        return [reader.patient(given)]
    if given:
        options = ", ".join(map(option, given))
        raise UsageError(f"{options}: with --patient all facts stand in the file")
    return reader.file(file)


def _screened(
    catalog: Catalog, item: Patient, items: list[Indication], file: str | None
) -> list[Screening]:
    try:
        return eligibility.screen(item, items, catalog.tree, catalog.counts_as)
    except UsageError as error:
        where = f"{called(file)}, patient {item.id}: " if file else ""
        raise UsageError(f"{where}{error}") from None


def _flat(item: Screening) -> dict[str, Any]:
    """A verdict for JSON: the indication with what was found of it."""
    from cartref.model.record import fields_of

    verdict = fields_of(item)
    return {**fields_of(verdict.pop("indication")), **verdict}


def _remarks(
    catalog: Catalog,
    wanted: Filters,
    patients: list[Patient],
    found: dict[str | None, list[Screening]],
    unsure: list[Indication],
) -> list[str]:
    """What must be said beside the verdicts."""
    said = wanted.investigational()
    if not said:
        said += dict.fromkeys(
            f"The dataset holds no active indication of {_called(catalog, item)}"
            f"{wanted.told()}; {GAP}."
            for item in patients
            if not found[item.id]
        )
    if unsure:
        from cartref.history import undecided

        said.append(undecided(unsure))
    return said


def _called(catalog: Catalog, item: Patient) -> str:
    return catalog.tree.short(item.disease) if item.disease else "any disease"
