"""Patient facts held against the conditions of an indication: met, not met or open.

The logic has three values. A fact that was not given is open and never counts as no, so that
another fact can only settle what was open: what is met stays met. Facts that contradict each
other are refused before anything is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from cartref.errors import UsageError
from cartref.model.answer import Check, Screening
from cartref.render import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cartref.model.label import Criterion, Indication
    from cartref.model.patient import Patient
    from cartref.model.vocabulary import CheckKind, Verdict
    from cartref.tree import DiseaseTree

FIRST_LINE, LAST, ANY = "first-line-chemoimmunotherapy", "last-therapy", "systemic-therapy"
REFRACTORY_DAYS = 60  # myeloma that progresses later than this is not refractory (IMWG)
RESPONSE_MONTHS = 12  # a relapse later than this after a therapy is not refractory to it
ADULT = 18
# The highest age in years that a label can mean which gives none; higher ones are open to nobody.
_OLDEST = {"paediatric": 21, "paediatric and adolescent": 21, "paediatric and young adult": 39}
# Diseases whose name says what was tested.
_TESTED = {"cldn18-2-gastric-gej": "cldn18.2-positive"}


class Finding(NamedTuple):
    """What the facts say of one question.

    Attributes:
        holds: yes, no, or none if it is open
        reason: why, in a few words
        give: the facts that would settle it
    """

    holds: bool | None
    reason: str
    give: tuple[str, ...] = ()


class Therapies(NamedTuple):
    """What is known of therapies.

    Attributes:
        kinds: all therapies that each therapy or product counts as, itself included
        names: what they are called, where their ids are no names
    """

    kinds: Mapping[str, frozenset[str]]
    names: Mapping[str, str]


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
        relation = tree.relation(item, patient.disease) if patient.disease else "named"
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
                    cautions=tuple(known.cautions(item)),
                )
            )
    return found


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


def _settled(yes: Sequence[str], no: Sequence[str], unknown: str, *give: str) -> Finding:
    """A finding from the reasons for and against it.

    Raises:
        UsageError: there are both
    """
    if yes and no:
        raise UsageError(f"the facts contradict each other: {yes[0]}, and yet {no[0]}")
    if yes or no:
        return Finding(bool(yes), (yes or no)[0])
    return Finding(None, unknown, give)


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


# ---- what follows from the facts


class Known:
    """What the facts of a patient say, and what follows from them.

    Args:
        patient: the facts; names are ids
        tree: the tree of diseases
        therapies: what therapies are called and what they count as
    """

    def __init__(self, patient: Patient, tree: DiseaseTree, therapies: Therapies) -> None:
        self.patient = patient
        self.tree = tree
        self._counts_as = therapies.kinds
        self._names = therapies.names

    def refuse_contradictions(self) -> None:
        """Ask every question once.

        Raises:
            UsageError: facts contradict each other
        """
        from cartref.model.vocabulary import Antigen, CriterionValue, TransplantFact

        self.lines()
        self.relapsed()
        self.refractory()
        self.advanced()
        self.ages()
        self.progressed(LAST, None)
        self._first_relapse()
        self.progressed(ANY, None)
        for therapy in {*self._counts_as, *get_args(CriterionValue)}:
            self.had(therapy)
            self.refractory_to(therapy)
        for antigen in get_args(Antigen):
            self.antigen(antigen)
        for transplant in {*get_args(TransplantFact)} - {"none"}:
            self.transplant(transplant)

    def _kinds(self, therapy: str) -> frozenset[str]:
        return self._counts_as.get(therapy, frozenset([therapy]))

    def _name(self, therapy: str) -> str:
        return words.THERAPIES.get(therapy) or self._names.get(therapy, therapy)

    def _named(self, given: Iterable[str], wanted: str) -> list[str]:
        """The given therapies that count as the one wanted."""
        return [name for name in given if wanted in self._kinds(name)]

    def _ruled_out(self, given: Iterable[str], wanted: str) -> list[str]:
        """The given therapies that the one wanted counts as: without these it cannot be."""
        return [name for name in given if name in self._kinds(wanted)]

    # ---- lines

    def _untreated(self) -> list[str]:
        """The facts that say that there was no therapy."""
        found = ["no prior line"] if self.patient.prior_lines == 0 else []
        found += ["untreated"] if "untreated" in self.patient.status else []
        return found + (["no systemic therapy so far"] if ANY in self.patient.no_prior else [])

    def _treated(self) -> list[str]:
        """The facts that say that there was a therapy."""
        lines = self.patient.prior_lines
        found = [_count(lines, "prior line")] if lines else []
        found += [f"had {self._name(name)}" for name in self._given()]
        found += [name for name in ("relapsed", "refractory") if name in self.patient.status]
        return found + self._relapses()

    def _given(self) -> Iterator[str]:
        """The therapies that were given, also those told by their failure."""
        patient = self.patient
        for name in (*patient.prior, *patient.refractory_to, *patient.progressed_on):
            if name != LAST:
                yield name
        if "refractory-to-first-line" in patient.status:
            yield FIRST_LINE

    def lines(self) -> tuple[int, int | None]:
        """The smallest and the largest number of earlier lines that the facts allow."""
        treated = _settled(self._treated(), self._untreated(), "")
        if self.patient.prior_lines is not None:
            return self.patient.prior_lines, self.patient.prior_lines
        if treated.holds is None:
            return 0, None
        return (1, None) if treated.holds else (0, 0)

    def _one_line(self) -> bool:
        return self.lines() == (1, 1)

    # ---- status

    def _relapses(self) -> list[str]:
        """The facts that say that there was a relapse, beside the status."""
        patient = self.patient
        found = [_count(patient.relapses, "relapse")] if patient.relapses else []
        last, first = patient.relapsed_within_months, patient.first_relapse_within_months
        if last is not None:
            found.append(f"relapsed {last:g} months after the last line")
        if first is not None:
            found.append(f"relapsed {first:g} months after first-line therapy")
        after = [name for name in patient.transplant if name.startswith("relapsed-after")]
        return found + ["relapsed after transplant"] * bool(after)

    def relapsed(self) -> Finding:
        """Whether the disease relapsed."""
        status = self.patient.status
        no = ["not relapsed"] if "not-relapsed" in status else []
        no += ["no relapse"] if self.patient.relapses == 0 else []
        yes = ["relapsed"] if "relapsed" in status else []
        yes += self._relapses()
        return _settled(yes, no + self._untreated(), "whether it relapsed is not given", "status")

    def _first_relapse(self) -> None:
        """Refuse two times of one relapse: after a single line both count from its end."""
        last = self.patient.relapsed_within_months
        first = self.patient.first_relapse_within_months
        if self._one_line() and None not in (last, first) and last != first:
            told = "the only line was the first and the last"
            _settled([f"relapsed {last:g} and {first:g} months after it"], [told], "")

    def refractory(self) -> Finding:
        """Whether the disease is refractory now.

        What it was refractory to in an earlier line does not tell; with one line it does.
        """
        patient = self.patient
        yes = ["refractory"] if "refractory" in patient.status else []
        yes += [f"refractory to {self._name(LAST)}"] if LAST in patient.refractory_to else []
        yes += [f"progressed on {self._name(LAST)}"] if LAST in patient.progressed_on else []
        if self._one_line():
            first = ["first-line therapy"] if "refractory-to-first-line" in patient.status else []
            names = [*map(self._name, patient.refractory_to), *first]
            yes += [f"refractory to {name} in the only line" for name in names]
        no = ["not refractory"] if "not-refractory" in patient.status else []
        no += self._untreated() + self._late(patient.relapsed_within_months, "the last line")
        return _settled(yes, no, "whether it is refractory is not given", "status")

    @staticmethod
    def _late(months: float | None, line: str) -> list[str]:
        """The relapse, if it came so long after a line that the disease had responded to it."""
        late = months is not None and months > RESPONSE_MONTHS
        return [f"relapsed {months:g} months after {line}"] if late else []

    def advanced(self) -> Finding:
        """Whether the disease is advanced."""
        status = self.patient.status
        yes = ["advanced"] if "advanced" in status else []
        no = ["not advanced"] if "not-advanced" in status else []
        return _settled(yes, no, "whether it is advanced is not given", "status")

    # ---- therapies

    def had(self, therapy: str) -> Finding:
        """Whether a therapy was given; a drug counts for its class, a class for no drug of it."""
        if therapy == ANY:
            unknown = "earlier therapy is not given"
            return _settled(self._treated(), self._untreated(), unknown, "prior_lines", "prior")
        yes = [f"had {self._name(name)}" for name in self._named(self._given(), therapy)]
        no = [
            f"never had {self._name(name)}"
            for name in self._ruled_out(self.patient.no_prior, therapy)
        ]
        unknown = f"whether {self._name(therapy)} was given is not known"
        return _settled(yes, no + self._untreated(), unknown, "prior", "no_prior")

    def cannot_have(self, therapy: str) -> Finding:
        """Whether the patient is ineligible for a therapy or intolerant of it, as far as told."""
        unfit = self._ruled_out(self.patient.cannot_have, therapy)
        yes = [f"cannot have {self._name(name)}" for name in unfit]
        return _settled(yes, [], "", "cannot_have")

    def refractory_to(self, therapy: str) -> Finding:
        """Whether the disease was refractory to a therapy."""
        patient = self.patient
        yes = [
            f"refractory to {self._name(name)}"
            for name in self._named(patient.refractory_to, therapy)
        ]
        no = [
            f"not refractory to {self._name(name)}"
            for name in self._ruled_out(patient.not_refractory_to, therapy)
        ]
        no += self._untreated()
        if therapy == LAST:
            yes += [f"progressed on {self._name(LAST)}"] if LAST in patient.progressed_on else []
        else:
            no += [
                f"never had {self._name(name)}"
                for name in self._ruled_out(patient.no_prior, therapy)
            ]
        if therapy == FIRST_LINE and "refractory-to-first-line" in patient.status:
            yes.append("refractory to first-line therapy")
            no += self._late(patient.relapsed_within_months, "the last line")
        if therapy == FIRST_LINE:
            no += self._late(patient.first_relapse_within_months, "first-line therapy")
        if self._one_line() and therapy in (LAST, FIRST_LINE):
            now = self.refractory()
            same = therapy == LAST or self.had(FIRST_LINE).holds
            yes += [now.reason] if now.holds and same else []
            no += [now.reason] if now.holds is False else []
        unknown = f"whether it was refractory to {self._name(therapy)} is not given"
        return _settled(yes, no, unknown, "refractory_to", "not_refractory_to")

    def progressed(self, therapy: str, within_days: int | None) -> Finding:
        """Whether the disease progressed on a therapy, or within so many days after the last."""
        patient = self.patient
        yes = [
            f"progressed on {self._name(name)}" for name in patient.progressed_on if name == therapy
        ]
        no = [
            f"no progression on {self._name(name)}"
            for name in patient.not_progressed_on
            if name == therapy
        ]
        no += self._untreated()
        days = patient.progressed_within_days
        relapsed, refractory = self.relapsed(), self.refractory()
        if therapy == ANY:
            yes += [found.reason for found in (relapsed, refractory) if found.holds]
            yes += [f"progressed after {days} days"] if days is not None else []
        else:
            to_last = self.refractory_to(LAST)
            yes += [f"{to_last.reason}, which counts as progression"] if to_last.holds else []
            yes, no = self._with_days(yes, no, days, within_days)
        if relapsed.holds is False and refractory.holds is False:
            no.append("neither relapsed nor refractory")
        unknown = f"whether it progressed on {self._name(therapy)} is not given"
        give = ("progressed_on", *(("progressed_within_days",) if within_days else ()))
        return _settled(yes, no, unknown, *give)

    def _with_days(
        self, yes: list[str], no: list[str], days: int | None, within: int | None
    ) -> tuple[list[str], list[str]]:
        """The reasons for and against progression, with what the days since the therapy say."""
        if days is None:
            return yes, no
        when = f"progressed {_count(days, 'day')} after the last therapy"
        if days > REFRACTORY_DAYS or (days and LAST in self.patient.progressed_on):
            # Later than myeloma's limit is no progression on it: it cannot stand beside one.
            _settled(yes, [when], "")
        if days == 0 or (within is not None and days <= within):
            return [when, *yes], no
        return yes, [*no, when] if within is not None else no

    # ---- transplant and antigens

    def transplant(self, value: str) -> Finding:
        """Whether what a label asks of a transplant holds."""
        given = self.patient.transplant
        if value.startswith("relapsed-after"):
            same = [value, "relapsed-after"]
            if value == "relapsed-after-transplant":
                same = [name for name in given if name.startswith("relapsed-after")]
            yes = [_of_transplant(name) for name in given if name in same]
            no = ["no transplant so far"] if "none" in given else []
            relapse = self.relapsed()
            no += [relapse.reason] if relapse.holds is False else []
        else:
            kind, _, able = value.rpartition("-")
            opposite = "ineligible" if able == "eligible" else "eligible"
            yes = [_of_transplant(name) for name in given if name in (able, f"{kind}-{able}")]
            against = (opposite, f"{kind}-{opposite}")
            no = [_of_transplant(name) for name in given if name in against]
        return _settled(yes, no, "not given", "transplant")

    def antigen(self, value: str) -> Finding:
        """Whether an antigen was found, or not found, as a label asks."""
        name, _, sign = value.rpartition("-")
        opposite = f"{name}-{'negative' if sign == 'positive' else 'positive'}"
        tested: list[str] = [*self.patient.antigens]
        if self.patient.disease in _TESTED:
            tested.append(_TESTED[self.patient.disease])
        yes = [words.antigen(value)] if value in tested else []
        no = [words.antigen(opposite)] if opposite in tested else []
        return _settled(yes, no, "not tested, or not given", "antigens")

    def cautions(self, item: Indication) -> Iterator[str]:
        """Facts that speak against the product, of which its label says nothing."""
        asked = {part.value for part in item.criteria if part.until is None}
        for same in self._kinds(item.product) - {item.product}:
            target = same.removesuffix("-car-t")
            lost = f"{target}-negative"
            if lost in self.patient.antigens and f"{target}-positive" not in asked:
                yield f"{words.antigen(lost)}, of which the indication says nothing"
            if self._named(self.patient.prior, same) and same not in asked:
                yield f"had {self._name(same)} before, of which the indication says nothing"

    # ---- age

    def ages(self) -> tuple[int, int | None]:
        """The lowest and the highest age in years that the facts allow."""
        age, disease = self.patient.age, self.patient.disease
        term = self.tree.diseases[disease] if disease else None
        low, high = (term.age_min, term.age_max) if term else (None, None)
        if age is not None:
            outside = (low is not None and age < low) or (high is not None and age > high)
            told = [f"{term.name} is not a disease of that age"] if term and outside else []
            _settled([_count(age, "year")], told, "")
            return age, age
        return low or 0, high


def _count(number: int | None, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _of_transplant(fact: str) -> str:
    """A fact of a transplant in words; one without a kind is that of the label."""
    if fact == "relapsed-after":
        return "relapsed after transplant, its kind not given"
    if fact in ("eligible", "ineligible"):
        return f"transplant-{fact}, the kind not given"
    return fact.replace("-", " ")


# ---- the conditions of an indication


def _checks(known: Known, item: Indication) -> Iterator[Check]:
    """Every condition of an indication with its verdict."""
    yield _check(_disease_words(item, known.tree), "disease", _disease(known, item))
    yield _check(_age_words(item), "age", _age(known, item))
    if words.prior_lines(item):
        yield _check(words.prior_lines(item), "prior-lines", _lines(known, item))
    standing = [part for part in item.criteria if part.until is None]
    groups: dict[str, list[Criterion]] = {}
    for position, part in enumerate(standing):
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
    relation = tree.relation(item, disease)
    by_age = relation == "part" and not tree.ancestors(disease).isdisjoint(item.diseases)
    if by_age or (relation == "named" and tree.covers(item, disease)):
        return Finding(True, name)
    if relation in ("named", "part"):
        return Finding(None, f"{name} is wider than what the label names", ("disease",))
    holds, why = _BESIDE[relation or "not-named"]
    return Finding(holds, why.format(name))


# What is said of a disease that the label does not mean, by how the indication stands to it.
_BESIDE: dict[str, tuple[bool | None, str]] = {
    "excluded": (False, "the label excludes {}"),
    "other-age": (False, "{} is a disease of other ages"),
    "formerly-excluded": (None, "the label no longer excludes {}, but does not name it"),
    "not-named": (None, "the label does not name {}"),
}


def _age_words(item: Indication) -> str:
    said = words.ages(item)
    return f"age {said}" if said else item.population or "no age group is named"


def _age(known: Known, item: Indication) -> Finding:
    low, high = item.age_min, item.age_max
    least, most = known.ages()
    told = _count(least, "year") if known.patient.age is not None else "by the name of the disease"
    if low is None and high is None and item.population != "adult":
        oldest = _OLDEST.get(item.population or "")
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
    return Finding(holds, _count(least, "prior line") if least == most else "treated before")


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
        return _timed_relapse(known, part)
    return relapsed


def _relapses(known: Known, least: int) -> Finding:
    number = known.patient.relapses
    if number is None:
        return Finding(None, "number of relapses not given", ("relapses",))
    return Finding(number >= least, _count(number, "relapse"))


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
            return Finding(False, _count(most, "prior line"))
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


_JUDGED: dict[str, Callable[[Known, Criterion], Finding]] = {
    "disease-status": _status,
    "prior-therapy": lambda known, part: known.had(part.value),
    "refractory-to": lambda known, part: known.refractory_to(part.value),
    "progression-on": lambda known, part: known.progressed(part.value, part.within_days),
    "transplant": lambda known, part: known.transplant(part.value),
    "no-prior-therapy": _no_prior,
    "excluded-disease": _excluded,
    "antigen": lambda known, part: known.antigen(part.value),
}
