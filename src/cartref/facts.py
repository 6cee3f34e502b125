"""What is known of a patient: the facts told, and what follows from them.

The logic has three values. A fact that was not given is open and never counts as no, so that
another fact can only settle what was open. Facts that contradict each other are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from cartref.errors import UsageError
from cartref.model.label import standing
from cartref.render import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cartref.model.label import Indication
    from cartref.model.patient import Patient
    from cartref.tree import DiseaseTree

FIRST_LINE, LAST, ANY = "first-line-chemoimmunotherapy", "last-therapy", "systemic-therapy"
CHEMOIMMUNOTHERAPY = "chemoimmunotherapy"
# The disease whose labels mean chemoimmunotherapy by first-line therapy.
LYMPHOMA = "lbcl"
MYELOMA = "mm"
# A relapse later than this after a therapy is not refractory to it. Myeloma: 60 days (IMWG).
RESPONSE_MONTHS, MYELOMA_MONTHS = 12, 2
REFRACTORY_DAYS = 60
DAYS_PER_MONTH = 30.4
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


def settled(yes: Sequence[str], no: Sequence[str], unknown: str, *give: str) -> Finding:
    """A finding from the reasons for and against it.

    Raises:
        UsageError: there are both
    """
    if yes and no:
        told = f"{yes[0]}, and yet {no[0]}"
        raise UsageError(f"the facts contradict each other: {told}; drop one of them")
    if yes or no:
        return Finding(bool(yes), (yes or no)[0])
    return Finding(None, unknown, give)


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
        above = tree.ancestors(patient.disease) if patient.disease else set()
        self._myeloma = MYELOMA in above
        self._lymphoma = LYMPHOMA in above
        # In other diseases than lymphoma the first line is no chemoimmunotherapy.
        self._failed = [
            name for name in patient.refractory_to if name != FIRST_LINE or self._lymphoma
        ]

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
        for therapy in self.patient.progressed_on:
            none = self._ruled_out(self.patient.not_progressed_on, therapy)
            without = [f"no progression on {self._name(name)}" for name in none]
            settled([f"progressed on {self._name(therapy)}"], without, "")
        for therapy in {*self._counts_as, *get_args(CriterionValue)}:
            self.had(therapy)
            self.refractory_to(therapy)
        for antigen in get_args(Antigen):
            self.antigen(antigen)
        for transplant in {*get_args(TransplantFact)} - {"none"}:
            self.transplant(transplant)
        self._refuse_vague_transplants()
        self._refuse_impossible_counts()

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
        found = [count(lines, "prior line")] if lines else []
        found += [f"had {self._name(name)}" for name in self._given()]
        # A relapse tells of no line: it may follow surgery or radiotherapy.
        failed = ("refractory", "refractory-to-first-line")
        found += [name.replace("-", " ") for name in failed if name in self.patient.status]
        found += [f"refractory to {self._name(name)}" for name in self.patient.refractory_to]
        return found + self._after_transplant()

    def _given(self) -> Iterator[str]:
        """The therapies that were given, also those told by their failure."""
        patient = self.patient
        for name in (*patient.prior, *self._failed, *patient.progressed_on):
            if name != LAST:
                yield name
        if "refractory-to-first-line" in patient.status and self._lymphoma:
            yield FIRST_LINE

    def lines(self) -> tuple[int, int | None]:
        """The smallest and the largest number of earlier lines that the facts allow."""
        treated = settled(self._treated(), self._untreated(), "")
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
        found = [count(patient.relapses, "relapse")] if patient.relapses else []
        return found + self._after_lines() + self._after_transplant()

    def _after_lines(self) -> list[str]:
        """The times of relapses, each counted from a line of therapy."""
        last, first = self.patient.relapsed_within_months, self.patient.first_relapse_within_months
        found = [f"relapsed {last:g} months after the last line"] if last is not None else []
        if first is not None:
            found.append(f"relapsed {first:g} months after first-line therapy")
        return found

    def _after_transplant(self) -> list[str]:
        """That it relapsed after a transplant, if a fact says so."""
        given = self.patient.transplant
        relapsed = any(name.startswith("relapsed-after") for name in given)
        return ["relapsed after transplant"] * relapsed

    def relapsed(self) -> Finding:
        """Whether the disease relapsed."""
        status = self.patient.status
        no = ["not relapsed"] if "not-relapsed" in status else []
        no += ["no relapse"] if self.patient.relapses == 0 else []
        yes = ["relapsed"] if "relapsed" in status else []
        yes += self._relapses()
        no += ["untreated"] if "untreated" in status else []
        return settled(yes, no, "whether it relapsed is not given", "status")

    def _refuse_impossible_counts(self) -> None:
        """Refuse more relapses than lines allow, and a progression and a relapse at other times."""
        settled(self._after_lines(), self._untreated(), "")
        lines, relapses = self.patient.prior_lines, self.patient.relapses
        if lines is not None and relapses is not None and relapses > lines:
            settled([count(relapses, "relapse")], [count(lines, "prior line")], "")
        first = self.patient.first_relapse_within_months
        months = self.patient.relapsed_within_months
        if relapses == 1 and None not in (first, months) and not self._one_line():
            settled(["1 relapse"], ["relapsed after the first line and after the last"], "")
        days, months = self.patient.progressed_within_days, self.patient.relapsed_within_months
        if days is None or months is None or abs(days / DAYS_PER_MONTH - months) <= 1:
            return
        progressed = f"progressed {count(days, 'day')} after the last therapy"
        settled([progressed], [f"relapsed {months:g} months after it"], "")

    def _first_relapse(self) -> None:
        """Refuse two times of one relapse: after a single line both count from its end."""
        last = self.patient.relapsed_within_months
        first = self.patient.first_relapse_within_months
        if self._one_line() and None not in (last, first) and last != first:
            told = "the only line was the first and the last"
            settled([f"relapsed {last:g} and {first:g} months after it"], [told], "")

    def refractory(self) -> Finding:
        """Whether the disease is refractory now.

        What it was refractory to in an earlier line does not tell; with one line it does.
        """
        patient = self.patient
        yes = self._last_line_failed()
        no = ["not refractory"] if "not-refractory" in patient.status else []
        no += self._untreated() + self._late(patient.relapsed_within_months, "the last line")
        if self._one_line():
            first = ["first-line therapy"] if "refractory-to-first-line" in patient.status else []
            names = [*map(self._name, patient.refractory_to), *first]
            yes += [f"refractory to {name} in the only line" for name in names]
            no += self._late(patient.first_relapse_within_months, "the only line")
            no += [
                f"not refractory to {self._name(name)} in the only line"
                for name in patient.not_refractory_to
                if name == LAST or self.had(name).holds
            ]
        return settled(yes, no, "whether it is refractory is not given", "status")

    def _last_line_failed(self) -> list[str]:
        """The facts that say that the disease is refractory to the last line as a whole."""
        patient = self.patient
        yes = ["refractory"] if "refractory" in patient.status else []
        yes += [f"refractory to {self._name(LAST)}"] if LAST in patient.refractory_to else []
        return yes + self._progressed_on_last()

    def _progressed_on_last(self) -> list[str]:
        """The facts that say that it progressed on the last therapy, or at once after it."""
        patient = self.patient
        yes = [f"progressed on {self._name(LAST)}"] if LAST in patient.progressed_on else []
        days = patient.progressed_within_days
        soon = days == 0 or (self._myeloma and days is not None and days <= REFRACTORY_DAYS)
        return yes + ([f"progressed {count(days, 'day')} after the last therapy"] if soon else [])

    def _late(self, months: float | None, line: str) -> list[str]:
        """The relapse, if it came so long after a line that the disease had responded to it."""
        limit = MYELOMA_MONTHS if self._myeloma else RESPONSE_MONTHS
        late = months is not None and months > limit
        return [f"relapsed {months:g} months after {line}"] if late else []

    def advanced(self) -> Finding:
        """Whether the disease is advanced."""
        status = self.patient.status
        yes = ["advanced"] if "advanced" in status else []
        no = ["not advanced"] if "not-advanced" in status else []
        return settled(yes, no, "whether it is advanced is not given", "status")

    # ---- therapies

    def had(self, therapy: str) -> Finding:
        """Whether a therapy was given; a drug counts for its class, a class for no drug of it."""
        if therapy == ANY:
            unknown = "earlier therapy is not given"
            return settled(self._treated(), self._untreated(), unknown, "prior_lines", "prior")
        yes = [f"had {self._name(name)}" for name in self._named(self._given(), therapy)]
        if therapy == FIRST_LINE and self._one_line():
            only = self.had(CHEMOIMMUNOTHERAPY)
            yes += [f"{only.reason} in the only line"] if only.holds else []
        no = [
            f"never had {self._name(name)}"
            for name in self._ruled_out(self.patient.no_prior, therapy)
        ]
        unknown = f"whether {self._name(therapy)} was given is not known"
        return settled(yes, no + self._untreated(), unknown, "prior", "no_prior")

    def cannot_have(self, therapy: str) -> Finding:
        """Whether the patient is ineligible for a therapy or intolerant of it, as far as told."""
        unfit = self._ruled_out(self.patient.cannot_have, therapy)
        yes = [f"cannot have {self._name(name)}" for name in unfit]
        return settled(yes, [], "", "cannot_have")

    def refractory_to(self, therapy: str) -> Finding:
        """Whether the disease was refractory to a therapy."""
        patient = self.patient
        yes = [f"refractory to {self._name(name)}" for name in self._named(self._failed, therapy)]
        if therapy != LAST:
            during = self._named(patient.progressed_on, therapy)
            yes += [f"progressed on {self._name(name)}" for name in during]
        no = [
            f"not refractory to {self._name(name)}"
            for name in self._ruled_out(patient.not_refractory_to, therapy)
        ]
        no += self._untreated()
        if therapy == LAST:
            yes += self._progressed_on_last()
        else:
            no += [
                f"never had {self._name(name)}"
                for name in self._ruled_out(patient.no_prior, therapy)
            ]
        if therapy == FIRST_LINE:
            first = "refractory-to-first-line" in patient.status and self._lymphoma
            yes += ["refractory to first-line therapy"] if first else []
            no += self._late(patient.first_relapse_within_months, "first-line therapy")
        now = self.refractory()
        if therapy == LAST or (therapy == FIRST_LINE and self._one_line()):
            no += [now.reason] if now.holds is False else []
        if self._one_line() and now.holds:
            # What failed beside it tells nothing of the chemoimmunotherapy in that line.
            whole = self._last_line_failed() or self._named(self._failed, CHEMOIMMUNOTHERAPY)
            whole_first = therapy == FIRST_LINE and whole and self.had(FIRST_LINE).holds
            yes += [now.reason] if therapy == LAST or whole_first else []
        unknown = f"whether it was refractory to {self._name(therapy)} is not given"
        return settled(yes, no, unknown, "refractory_to", "not_refractory_to")

    def progressed(self, therapy: str, within_days: int | None) -> Finding:
        """Whether the disease progressed on a therapy, or within so many days after the last."""
        patient = self.patient
        yes = [
            f"progressed on {self._name(name)}"
            for name in patient.progressed_on
            if therapy in (name, ANY)
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
            if self.lines()[0]:  # a relapse after surgery alone is none on systemic therapy
                yes += [found.reason for found in (relapsed, refractory) if found.holds]
            yes += [f"progressed after {days} days"] if days is not None else []
        else:
            to_last = self.refractory_to(LAST)
            yes += [f"{to_last.reason}, which counts as progression"] if to_last.holds else []
            yes, no = self._with_days(yes, no, days, within_days)
        if relapsed.holds is False and refractory.holds is False:
            no.append("neither relapsed nor refractory")
        unknown = f"whether it progressed on {self._name(therapy)} is not given"
        days_too = ("progressed_within_days",) if within_days else ()
        give = ("progressed_on", "not_progressed_on", *days_too)
        return settled(yes, no, unknown, *give)

    def _with_days(
        self, yes: list[str], no: list[str], days: int | None, within: int | None
    ) -> tuple[list[str], list[str]]:
        """The reasons for and against progression, with what the days since the therapy say."""
        if days is None:
            return yes, no
        when = f"progressed {count(days, 'day')} after the last therapy"
        if days == 0 or (within is not None and days <= within):
            return [when, *yes], no
        late = self._myeloma and days > REFRACTORY_DAYS
        return yes, [*no, when] if late or within is not None else no

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
        return settled(yes, no, "not given", "transplant")

    def _refuse_vague_transplants(self) -> None:
        """Refuse a word without a kind beside the same with one: nobody could say what it means."""
        given = self.patient.transplant
        for vague in ("eligible", "ineligible", "relapsed-after"):
            kinds = [name for name in given if name != vague and name in _KINDS[vague]]
            if vague in given and kinds:
                raise UsageError(f"transplant '{vague}' stands beside '{kinds[0]}': leave it out")

    def antigen(self, value: str) -> Finding:
        """Whether an antigen was found, or not found, as a label asks."""
        name, _, sign = value.rpartition("-")
        opposite = f"{name}-{'negative' if sign == 'positive' else 'positive'}"
        tested: list[str] = [*self.patient.antigens]
        if self.patient.disease in _TESTED:
            tested.append(_TESTED[self.patient.disease])
        yes = [words.antigen(value)] if value in tested else []
        no = [words.antigen(opposite)] if opposite in tested else []
        return settled(yes, no, "not tested, or not given", "antigens")

    def cautions(self, item: Indication) -> Iterator[str]:
        """Facts that speak against the product, of which its label says nothing."""
        asked = {part.value for part in standing(item.criteria)}
        for same in self._kinds(item.product) - {item.product}:
            target = same.removesuffix("-car-t")
            lost = f"{target}-negative"
            if lost in self.patient.antigens and f"{target}-positive" not in asked:
                yield f"{words.antigen(lost)}, of which the indication says nothing"
            if self._named(self._given(), same) and same not in asked:
                yield f"had {self._name(same)} before, of which the indication says nothing"
        if item.product in self._given() and len(self._kinds(item.product)) == 1:
            yield f"had {item.product} before, of which the indication says nothing"

    # ---- age

    def ages(self) -> tuple[int, int | None]:
        """The lowest and the highest age in years that the facts allow."""
        age, disease = self.patient.age, self.patient.disease
        term = self.tree.diseases[disease] if disease else None
        low, high = (term.age_min, term.age_max) if term else (None, None)
        if age is not None:
            outside = (low is not None and age < low) or (high is not None and age > high)
            told = [f"{term.name} is not a disease of that age"] if term and outside else []
            settled([count(age, "year")], told, "")
            return age, age
        return low or 0, high


_KINDS = {
    "eligible": ("autologous-eligible", "allogeneic-eligible"),
    "ineligible": ("autologous-ineligible", "allogeneic-ineligible"),
    "relapsed-after": ("relapsed-after-autologous", "relapsed-after-allogeneic"),
}


def count(number: int | None, what: str) -> str:
    """A number of things in words."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _of_transplant(fact: str) -> str:
    """A fact of a transplant in words; one without a kind is that of the label."""
    if fact == "relapsed-after":
        return "relapsed after transplant, its kind not given"
    if fact in ("eligible", "ineligible"):
        return f"transplant-{fact}, the kind not given"
    return fact.replace("-", " ")
