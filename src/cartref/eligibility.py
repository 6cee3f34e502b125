"""Patient facts held against the conditions of an indication: met, not met or open.

Every condition gets a verdict and a reason. What follows from the facts is the business of
``facts``: another fact can only settle what was open, so that what is met stays met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from cartref.facts import ANY, FIRST_LINE, LAST, Finding, Known, count
from cartref.model import vocabulary
from cartref.model.answer import Check, Screening
from cartref.model.label import standing
from cartref.render import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cartref.facts import Therapies
    from cartref.model.label import Criterion, Indication
    from cartref.model.patient import Patient
    from cartref.model.vocabulary import CheckKind, CriterionKind, Relation, Verdict
    from cartref.tree import DiseaseTree

ADULT = 18
# The highest age in years that a label can mean which gives none; higher ones are open to nobody.
OLDEST = {"paediatric": 21, "paediatric and adolescent": 21, "paediatric and young adult": 39}


def screen(
    patient: Patient,
    indications: Iterable[Indication],
    tree: DiseaseTree,
    therapies: Therapies,
) -> list[Screening]:
    """Hold a patient's facts against indications.

    Args:
        patient: the facts; names are ids
        indications: the indications; those of other diseases are left out
        tree: the tree of diseases
        therapies: what therapies are called and what they count as

    Returns:
        a verdict for each indication that has to do with the patient's disease

    Raises:
        UsageError: facts contradict each other
    """
    known = Known(patient, tree, therapies)
    known.refuse_contradictions()
    found = []
    for item in indications:
        relation = _relation(item, patient.disease, tree)
        if relation is not None:
            checks = tuple(_checks(known, item))
            verdict = all_of(check.verdict for check in checks)
            found.append(
                Screening(
                    indication=item,
                    relation=relation,
                    patient=patient.id,
                    verdict=verdict,
                    checks=checks,
                    give=_missing(checks) if verdict == "open" else (),
                    cautions=tuple(_cautions(known, item)),
                )
            )
    return found


def _cautions(known: Known, item: Indication) -> Iterator[str]:
    """What no condition tells: of the patient, of the label, and of a wide name of the disease."""
    yield from known.cautions(item)
    for text in item.also_asks:
        yield f"the label also asks {text}"
    if apart := _apart(known, item):
        yield f"{known.tree.short(known.patient.disease or '')} was read without {apart}"


def _apart(known: Known, item: Indication) -> str:
    """The narrower diseases that the label does not mean by the name of the patient's disease."""
    disease, tree = known.patient.disease, known.tree
    if disease is None or tree.relation(item, disease) != "named":
        return ""
    return ", ".join(map(tree.short, tree.set_apart(item, disease)))


def _relation(item: Indication, disease: str | None, tree: DiseaseTree) -> Relation | None:
    """How an indication stands to a disease; one for another subtype of its family is open."""
    if disease is None:
        return "named"
    return tree.relation(item, disease) or ("not-named" if tree.beside(item, disease) else None)


# ---- three values


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of conditions that must all hold."""
    found = set(verdicts)
    return "not met" if "not met" in found else "open" if "open" in found else "met"


def one_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of alternatives."""
    found = set(verdicts)
    return "met" if "met" in found else "open" if "open" in found else "not met"


def _verdict(holds: bool | None) -> Verdict:
    return "open" if holds is None else "met" if holds else "not met"


# ---- the conditions of an indication


def _checks(known: Known, item: Indication) -> Iterator[Check]:
    """Every condition of an indication with its verdict."""
    yield _check(_disease_words(item, known.tree), "disease", _disease(known, item))
    yield _check(_age_words(item), "age", _age(known, item))
    if words.prior_lines(item):
        yield _check(words.prior_lines(item), "prior-lines", _lines(known, item))
    groups: dict[str, list[Criterion]] = {}
    for position, part in enumerate(standing(item.criteria)):
        groups.setdefault(part.group or f"#{position}", []).append(part)
    for parts in groups.values():
        yield _one_of(known, parts)
    if item.partly_known:
        unknown = Finding(None, "the wording is only partly known here: see the label")
        yield _check("further conditions of the label", "further-conditions", unknown)


def _check(criterion: str, kind: CheckKind, finding: Finding) -> Check:
    return Check(
        criterion=criterion,
        kind=kind,
        verdict=_verdict(finding.holds),
        reason=finding.reason,
        give=finding.give,
    )


def _one_of(known: Known, parts: Sequence[Criterion]) -> Check:
    """The check of one criterion, or of alternatives."""
    checks = tuple(
        _check(words.criterion(part), part.kind, _criterion(known, part)) for part in parts
    )
    if len(checks) == 1:
        return checks[0]
    verdict = one_of(check.verdict for check in checks)
    decisive = [check for check in checks if check.verdict == verdict]
    kinds = {check.kind for check in checks}
    reasons = dict.fromkeys(check.reason for check in decisive)
    return Check(
        criterion=" or ".join(check.criterion for check in checks),
        kind=kinds.pop() if len(kinds) == 1 else "one-of",
        verdict=verdict,
        reason=decisive[0].reason if verdict == "met" else "; ".join(reasons),
        give=_missing(decisive),
        parts=checks,
    )


def _missing(checks: Iterable[Check]) -> tuple[str, ...]:
    """The facts that would settle what is open."""
    return tuple(
        dict.fromkeys(fact for check in checks if check.verdict == "open" for fact in check.give)
    )


def _disease_words(item: Indication, tree: DiseaseTree) -> str:
    """The diseases of an indication, and the subtypes that the label names."""
    named = ", ".join(map(tree.short, item.diseases))
    covers = ", ".join(map(tree.short, item.covers))
    return f"disease {named} ({covers})" if covers else f"disease {named}"


def _disease(known: Known, item: Indication) -> Finding:
    """Whether the label means the patient's disease."""
    disease, tree = known.patient.disease, known.tree
    if disease is None:
        return Finding(None, "not given", ("disease",))
    name = tree.short(disease)
    relation = _relation(item, disease, tree)
    by_age = relation == "part" and not tree.ancestors(disease).isdisjoint(item.diseases)
    if by_age or (relation == "named" and tree.covers(item, disease)):
        apart = _apart(known, item)
        return Finding(True, f"{name}, read without {apart}" if apart else name)
    if relation in ("named", "part"):
        return Finding(None, f"{name} is wider than what the label names", ("disease",))
    holds, why = _BESIDE[relation or "not-named"]
    return Finding(holds, why.format(name))


# What is said of a disease that the label does not mean, by how the indication stands to it.
_BESIDE: dict[str, tuple[bool | None, str]] = {
    "excluded": (False, "the label excludes {}"),
    "other-age": (False, "{} is a disease of other ages"),
    "formerly-excluded": (None, "the label no longer excludes {}, but does not name it"),
    "not-named": (None, "the label does not name {}, or means it by another name"),
}


def _age_words(item: Indication) -> str:
    said = words.ages(item)
    return f"age {said}" if said else item.population or "no age group is named"


def _age(known: Known, item: Indication) -> Finding:
    low, high = item.age_min, item.age_max
    least, most = known.ages()
    told = count(least, "year") if known.patient.age is not None else "by the name of the disease"
    if low is None and high is None and item.population != "adult":
        oldest = OLDEST.get(item.population or "")
        if oldest is not None and least > oldest:
            return Finding(False, told)
        if oldest is None and least >= ADULT:
            return Finding(True, f"{told}, an adult")
        missing = ("age",) if most != least else ()
        return Finding(None, "the limits in years are not known here", missing)
    if low is None and high is None:
        low = ADULT
    holds = _within(least, most, low, high)
    return Finding(None, "age not given", ("age",)) if holds is None else Finding(holds, told)


def _lines(known: Known, item: Indication) -> Finding:
    return _number_of_lines(known, item.min_prior_lines, item.max_prior_lines)


def _number_of_lines(known: Known, low: int | None, high: int | None) -> Finding:
    """Whether the number of earlier lines lies within limits."""
    least, most = known.lines()
    holds = _within(least, most, low, high)
    if holds is None:
        return Finding(None, "number of prior lines not given", ("prior_lines",))
    return Finding(holds, count(least, "prior line") if least == most else "treated before")


def _within(least: int, most: int | None, low: int | None, high: int | None) -> bool | None:
    """Whether a number of which only the limits are known lies within limits."""
    if (low is not None and most is not None and most < low) or (high is not None and least > high):
        return False
    surely = (low is None or least >= low) and (high is None or (most is not None and most <= high))
    return True if surely else None


def _criterion(known: Known, part: Criterion) -> Finding:
    """Whether one criterion holds."""
    finding = _JUDGED[part.kind](known, part)
    if part.lines_min is not None:
        finding = _both(finding, _number_of_lines(known, part.lines_min, None))
    if part.unless is None or finding.holds:
        return finding
    unfit = known.cannot_have(part.value)
    if unfit.holds:
        return unfit
    give = (*finding.give, *unfit.give)
    return Finding(None, f"{finding.reason}; lifted if {part.unless}", give)


def _status(known: Known, part: Criterion) -> Finding:
    """Whether the disease has the status that a label asks for."""
    if part.value == "relapsed":
        return _relapsed(known, part)
    if part.value == "refractory":
        return known.refractory()
    return known.advanced() if part.value == "advanced" else known.refractory_to(FIRST_LINE)


def _relapsed(known: Known, part: Criterion) -> Finding:
    relapsed = known.relapsed()
    if relapsed.holds is not False and part.relapses_min is not None:
        return _relapses(known, part.relapses_min)
    if relapsed.holds is not False and part.after is not None:
        timed = _timed_relapse(known, part)
        return _both(timed, known.had(FIRST_LINE)) if part.after == "first-line" else timed
    return relapsed


def _relapses(known: Known, least: int) -> Finding:
    number = known.patient.relapses
    if number is None:
        return Finding(None, "number of relapses not given", ("relapses",))
    return Finding(number >= least, count(number, "relapse"))


def _timed_relapse(known: Known, part: Criterion) -> Finding:
    """Whether the disease relapsed after a line of therapy, within the months that a label sets."""
    patient = known.patient
    least, most = known.lines()
    months, fact = patient.relapsed_within_months, "relapsed_within_months"
    first = patient.first_relapse_within_months
    lacking: tuple[str, ...] = ()
    if part.after == "first-line":
        if (least, most) != (1, 1) or first is not None:
            months, fact = first, "first_relapse_within_months"
    elif part.after == "second-or-later-line":
        if most is not None and most < 2:  # noqa: PLR2004
            return Finding(False, count(most, "prior line"))
        lacking = ("prior_lines",) if least < 2 else ()  # noqa: PLR2004
    elif months is None and least == most == 1:
        return known.relapsed()
    if months is None or lacking:
        give = (fact, *lacking) if months is None else lacking
        if part.after == "first-line" and least != most:
            give = ("prior_lines", *give)
        return Finding(None, f"time of the relapse after {_line(part)} not given", give)
    told = f"relapsed {months:g} months after {_line(part)}"
    return Finding(part.within_months is None or months <= part.within_months, told)


def _line(part: Criterion) -> str:
    return "first-line therapy" if part.after == "first-line" else "the last line"


def _both(first: Finding, second: Finding) -> Finding:
    """Two findings that must both hold."""
    for finding in (first, second):
        if finding.holds is False:
            return finding
    missing = [finding for finding in (first, second) if finding.holds is None]
    if missing:
        give = dict.fromkeys(fact for finding in missing for fact in finding.give)
        return Finding(None, missing[0].reason, tuple(give))
    return Finding(True, f"{first.reason}; {second.reason}")


def _no_prior(known: Known, part: Criterion) -> Finding:
    had = known.had(part.value)
    return had._replace(holds=None if had.holds is None else not had.holds)


def _excluded(known: Known, part: Criterion) -> Finding:
    from cartref.history import excluded_by

    disease = known.patient.disease
    if disease is None:
        return Finding(None, "disease not given", ("disease",))
    name = known.tree.short(disease)
    return Finding(known.tree.ancestors(disease).isdisjoint(excluded_by([part])), name)


_THERAPIES = get_args(vocabulary.TherapyClass)
# The values that each kind of criterion takes: of others it would ask what makes no sense.
VALUES: dict[CriterionKind, tuple[str, ...]] = {
    "disease-status": get_args(vocabulary.DiseaseStatus),
    "prior-therapy": _THERAPIES,
    "refractory-to": (*_THERAPIES, LAST),
    "progression-on": (ANY, LAST),
    "transplant": get_args(vocabulary.TransplantCondition),
    "no-prior-therapy": _THERAPIES,
    "excluded-disease": get_args(vocabulary.ExcludedDisease),
    "antigen": get_args(vocabulary.AntigenCondition),
}
_JUDGED: dict[CriterionKind, Callable[[Known, Criterion], Finding]] = {
    "disease-status": _status,
    "prior-therapy": lambda known, part: known.had(part.value),
    "refractory-to": lambda known, part: known.refractory_to(part.value),
    "progression-on": lambda known, part: known.progressed(part.value, part.within_days),
    "transplant": lambda known, part: known.transplant(part.value),
    "no-prior-therapy": _no_prior,
    "excluded-disease": _excluded,
    "antigen": lambda known, part: known.antigen(part.value),
}
