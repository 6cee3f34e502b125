"""The patient's way, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render import product as profiles
from cartref.render import words
from cartref.render.document import Fact, Facts, Remark, Rows, behind, told_apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cartref.model.answer import StageOfPathway
    from cartref.model.dataset import Profile
    from cartref.model.reference import PathwayStep
    from cartref.model.study import Trial
    from cartref.render.document import Block
    from cartref.render.words import DiseaseName

COLUMNS = ("stage", "product", "about", "statement", "sources", "id", "origin")


def blocks(
    profile: Profile | None,
    stages: Sequence[StageOfPathway],
    gaps: Sequence[tuple[str, str, str]],
    disease_name: DiseaseName,
) -> list[Block]:
    """One section a stage: what the product adds, then who, when and what in general."""
    trials = {item.id: item for item in profile.trials} if profile else {}
    found: list[Block] = []
    if profile is not None:
        found.append(Remark(f"The way to {profiles.title(profile.product)}", heading=True))
    for number, stage in enumerate(stages, 1):
        facts = [fact for _, fact in _own(stage, trials, disease_name)]
        facts += [
            fact
            for section in _SECTIONS.get(stage.stage, ())
            for fact in profiles.unknown(section, gaps, disease_name)
        ]
        facts += [fact for _, fact in _general(stage.general)]
        found.append(Facts(f"{number}. {stage.general.title}", tuple(facts)))
    if profile is None:
        found.append(Remark("cartref pathway PRODUCT adds the times, doses and rules of one."))
    return found


_SECTIONS = {
    "lymphodepletion": ("lymphodepletion",),
    "infusion": ("doses",),
    "early-monitoring": ("monitoring",),
}


def rows(
    stages: Sequence[StageOfPathway], trials: Mapping[str, Trial], disease_name: DiseaseName
) -> Rows:
    """The stages as plain lines, one statement each."""
    found = Rows(COLUMNS, [])
    for stage in stages:
        for key, fact in (*_own(stage, trials, disease_name), *_general(stage.general)):
            product, record = key
            sources, origin = told_apart(fact.cited)
            found.lines.append(
                (stage.stage, product, fact.label, fact.text, sources, record, origin)
            )
    return found


def _general(step: PathwayStep) -> Iterator[tuple[tuple[str, str], Fact]]:
    """What holds in general; each statement with the product and the id of its record."""
    key = (step.product or "", step.id)
    for label, text in (
        *(("Who", actor) for actor in step.who),
        ("Time", step.usual_time),
        *(("What", statement) for statement in step.what),
        ("Note", step.note),
    ):
        if text:
            yield key, Fact(label, text, behind(step))


def _own(
    stage: StageOfPathway, trials: Mapping[str, Trial], disease_name: DiseaseName
) -> Iterator[tuple[tuple[str, str], Fact]]:
    """What one product adds to a stage."""
    for step in stage.own:
        for key, fact in _general(step):
            label = {"What": step.product or "", "Time": f"{step.product}, time"}.get(fact.label)
            yield key, fact._replace(label=label or f"{step.product}, {fact.label.casefold()}")
    for use in stage.indications:
        named = words.diseases(use.diseases, use.id, disease_name)
        yield (use.product, use.id), Fact(f"{use.regulator}, {named}", use.summary, behind(use))
    for dose in stage.doses:
        where = profiles.where(dose.regulator, dose.diseases, dose.id, disease_name)
        text = "; ".join(filter(None, [words.dose(dose), dose.premedication, dose.administration]))
        yield (
            (dose.product, dose.id),
            Fact(where, profiles.with_note(text, dose.note), behind(dose)),
        )
    for regimen in stage.lymphodepletion:
        fact = profiles.regimen(regimen, trials, disease_name)
        yield (regimen.product, regimen.id), fact
    for rule in stage.monitoring:
        yield (rule.product, rule.id), profiles.rule(rule, disease_name)
    for record in stage.logistics:
        for fact in profiles.logistics_facts([record], trials):
            yield (record.product, record.id), fact
