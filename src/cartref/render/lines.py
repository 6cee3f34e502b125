"""Every record of a product as one plain line: section, place, statement, sources, id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cartref.render import product as profile
from cartref.render import trial, words
from cartref.render.document import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cartref.model.dataset import Profile, Study
    from cartref.model.study import Trial
    from cartref.render.words import DiseaseName

COLUMNS = (
    "product",
    "section",
    "regulator",
    "about",
    "statement",
    "note",
    "sources",
    "id",
    "origin",
)


class Line(NamedTuple):
    """One statement.

    Attributes:
        section: what sort of statement
        regulator: the authority behind it, if any
        about: what it is about
        statement: the statement in words
        record: the record that says so
        note: what a reader must know
    """

    section: str
    regulator: str | None
    about: str
    statement: str
    record: Any
    note: str | None


def rows(item: Profile, disease_name: DiseaseName) -> Rows:
    """The lines of one product."""
    found = Rows(COLUMNS, [])
    trials = {trial.id: trial for trial in item.trials}
    for part in (
        _identity(item),
        _codes(item),
        _indications(item, disease_name),
        _handling(item, trials, disease_name),
        _warnings(item),
        _events(item),
        _pending(item, disease_name),
        _logistics(item, trials),
        _results(item, trials),
    ):
        for line in part:
            found.lines.append(_cells(line, item.product.id))
    return found


def of_trials(found: Sequence[tuple[Trial, Study]], disease_name: DiseaseName) -> Rows:
    """The lines of trials in full: design, outcomes, side effects."""
    lines = Rows(COLUMNS, [])
    for item, study in found:
        design = trial.design(item, (), {}, disease_name)
        parts = [Line("trial", None, fact.label, fact.text, item, None) for fact in design.facts]
        parts += _results(study, {item.id: item})
        lines.lines.extend(_cells(line, trial.owner(item)) for line in parts)
    return lines


def _cells(line: Line, product: str) -> tuple[str, ...]:
    return (
        product,
        line.section,
        line.regulator or "",
        line.about,
        line.statement,
        line.note or "",
        "; ".join(line.record.sources),
        getattr(line.record, "id", product),
        line.record.origin,
    )


def _identity(item: Profile) -> Iterator[Line]:
    product = item.product
    for name in product.names:
        yield Line("name", None, name.kind, name.text, product, None)
    for fact in profile.identity(product).facts:
        if "names" not in fact.label and fact.label != "Development codes":
            yield Line("identity", None, fact.label, fact.text, product, None)
    for fact in profile.construct(product).facts:
        yield Line("construct", None, fact.label, fact.text, product.construct, None)


def _codes(item: Profile) -> Iterator[Line]:
    for code in item.codes:
        when = words.period(code.valid_from, code.valid_to, None)
        text = "; ".join(part for part in (code.meaning, when) if part)
        yield Line("code", None, words.code(code.system, code.code), text, code, code.note)


def _indications(item: Profile, disease_name: DiseaseName) -> Iterator[Line]:
    for indication in item.indications:
        parts = (
            f"approved {indication.approved or words.UNKNOWN}",
            words.authorisation(indication),
            indication.status + (f" {indication.ended}" if indication.ended else ""),
            words.eligibility(indication),
        )
        text = "; ".join(part for part in parts if part)
        about = words.diseases(indication.diseases, indication.id, disease_name)
        yield Line("indication", indication.regulator, about, text, indication, indication.note)


def _handling(
    item: Profile, trials: Mapping[str, Trial], disease_name: DiseaseName
) -> Iterator[Line]:
    for dose in item.doses:
        parts = (
            words.diseases(dose.diseases, dose.id, disease_name),
            None if dose.regulator else "trial",
            dose.applies_to,
            words.period(dose.valid_from, dose.valid_to, None),
        )
        given = (words.dose(dose), dose.premedication, dose.administration)
        about = ", ".join(part for part in parts if part)
        text = "; ".join(part for part in given if part)
        yield Line("dose", dose.regulator, about, text, dose, dose.note)
    for regimen in item.lymphodepletion:
        named = words.diseases(regimen.diseases, regimen.id, disease_name)
        studied = trials.get(regimen.trial or "")
        about = ", ".join(part for part in (named, studied.name if studied else None) if part)
        text = words.regimen(regimen)
        yield Line("lymphodepletion", regimen.regulator, about, text, regimen, regimen.note)
    for rule in item.monitoring:
        when = words.period(rule.valid_from, rule.valid_to, rule.as_of)
        named = words.diseases(rule.diseases, rule.id, disease_name)
        about = ", ".join(part for part in (named, when) if part)
        yield Line("monitoring", rule.regulator, about, words.monitoring(rule), rule, rule.note)


def _warnings(item: Profile) -> Iterator[Line]:
    for box in item.boxed_warnings:
        when = words.period(box.valid_from, box.valid_to, box.as_of)
        text = "; ".join(box.items) or "none"
        yield Line("boxed warning", box.regulator, when, text, box, box.note)
    for warning in item.warnings:
        section, text = warning.kind.replace("-", " "), words.warning(warning)
        yield Line(section, warning.regulator, warning.as_of or "", text, warning, warning.note)


def _events(item: Profile) -> Iterator[Line]:
    for event in item.regulatory_events:
        text = f"{event.title}: {event.detail}" if event.detail else event.title
        yield Line("event", event.body, event.date or "", text, event, event.note)


def _pending(item: Profile, disease_name: DiseaseName) -> Iterator[Line]:
    for part in item.pending:
        named = words.diseases(part.diseases, part.id, disease_name)
        about = ", ".join(filter(None, [named, f"known on {part.known_on}"]))
        yield Line("pending", part.body, about, words.pending(part, ""), part, None)


def _logistics(item: Profile, trials: Mapping[str, Trial]) -> Iterator[Line]:
    for record in item.logistics:
        for fact in profile.logistics_facts([record], trials):
            yield Line("logistics", record.regulator, fact.label, fact.text, record, None)


def _results(item: Profile | Study, trials: Mapping[str, Trial]) -> Iterator[Line]:
    def counted(record: Any) -> str:
        place = ", ".join(part for part in (trials[record.trial].name, record.population) if part)
        return f"{place} ({words.basis(record)})"

    for outcome in item.outcomes:
        parts = [f"{outcome.endpoint} {words.outcome(outcome)}"]
        parts += [f"control {words.control(outcome)}"] if words.control(outcome) else []
        parts += [f"n = {outcome.n}"] if outcome.n is not None else []
        text, about = ", ".join(parts), counted(outcome)
        yield Line("outcome", outcome.regulator, about, text, outcome, outcome.note)
    for reaction in item.adverse_reactions:
        rates = (
            ("any grade", reaction.any_grade_pct),
            ("grade 3+", reaction.grade3plus_pct),
            ("grade 5", reaction.grade5_pct),
            ("serious", reaction.serious_pct),
        )
        parts = [f"{name} {words.percent(rate)}" for name, rate in rates if rate is not None]
        parts += [f"n = {reaction.n}"] if reaction.n is not None else []
        lists = (reaction.very_common, reaction.common, reaction.uncommon)
        parts += [", ".join(names) for names in lists if names]
        text = f"{reaction.term}: {', '.join(parts)}" if parts else reaction.term
        about = counted(reaction)
        yield Line("side effect", reaction.regulator, about, text, reaction, reaction.note)
