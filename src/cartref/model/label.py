"""What labels and regulators say of a product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from cartref.model.vocabulary import (
        CriterionKind,
        CriterionValue,
        Date,
        EventKind,
        IndicationStatus,
        Origin,
        Pathway,
        PendingStage,
        Population,
        Regulator,
        Rems,
        WarningKind,
    )


@record
class Criterion:
    """One condition of an indication that a program can evaluate.

    All criteria of an indication must hold. Criteria that share a ``group`` are
    alternatives: one of them is enough. The limits in one criterion must hold together.

    Attributes:
        kind: what the condition is about
        value: the status, therapy, transplant condition, antigen or disease it names
        group: label of the set of alternatives it belongs to
        within_months: the relapse came at most this many months after the therapy in ``after``
        within_days: the progression came at most this many days after the therapy in ``after``
        after: the therapy or line that the time limit counts from
        relapses_min: the smallest number of relapses (2 means second or later relapse)
        lines_min: the smallest number of therapy lines in this alternative
        unless: a circumstance that lifts the condition
        since: first day on which the label holds this condition, if not from the approval
        until: day on which the label dropped this condition
    """

    kind: CriterionKind
    value: CriterionValue
    group: str | None = None
    within_months: float | None = None
    within_days: int | None = None
    after: Literal["first-line", "second-or-later-line", "last-therapy"] | None = None
    relapses_min: int | None = None
    lines_min: int | None = None
    unless: str | None = None
    since: Date | None = None
    until: Date | None = None


def standing(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """The criteria that no label has dropped."""
    return tuple(item for item in criteria if item.until is None)


@record
class Indication:
    """One approved use of a product at one regulator.

    Attributes:
        id: stable id of this record
        product: id of the product
        regulator: the authority
        approved: date of the approval
        pathway: the kind of authorisation that it is now
        pathway_at_approval: the kind that it was when first granted, where it differs
        converted: date on which an accelerated or conditional approval became a full one
        status: active, superseded by a later indication, or withdrawn
        ended: date on which it ended
        superseded_by: id of the indication that took its place
        diseases: ids of the diseases that the indication is for
        covers: ids of the subtypes that the label names
        excludes: ids of the diseases that the label excludes now
        population: age group that the label names
        age_min: lowest age in years
        age_max: highest age in years, that year included
        min_prior_lines: smallest number of earlier lines of therapy
        max_prior_lines: largest number of earlier lines of therapy
        criteria: further conditions, each of which a program can evaluate
        partly_known: whether the label may set conditions that are not known here
        also_asks: conditions in words that facts of a patient cannot tell
        trials: ids of the trials that it rests on
        summary: the indication in one short sentence
        history: how the approval came about, in short
        note: what a reader must know, such as sources that disagree
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str
    regulator: Regulator
    approved: Date | None = None
    pathway: Pathway | None = None
    pathway_at_approval: Pathway | None = None
    converted: Date | None = None
    status: IndicationStatus
    ended: Date | None = None
    superseded_by: str | None = None
    diseases: tuple[str, ...]
    covers: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    population: Population | None = None
    age_min: int | None = None
    age_max: int | None = None
    min_prior_lines: int | None = None
    max_prior_lines: int | None = None
    criteria: tuple[Criterion, ...] = ()
    partly_known: bool = False
    also_asks: tuple[str, ...] = ()
    trials: tuple[str, ...] = ()
    summary: str
    history: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class SplitDose:
    """One infusion of a dose that is given in parts.

    Attributes:
        day: day of treatment on which it is given
        cells: CAR-positive viable T cells
        window_days: how many days it may be moved either way
    """

    day: int
    cells: int
    window_days: int | None = None


@record
class Dose:
    """The dose of a product at one regulator, and how it is given.

    Attributes:
        id: stable id of this record
        product: id of the product
        regulator: the authority; none for a dose known from a trial only
        diseases: ids of the diseases it applies to
        applies_to: a further limit, such as a line of therapy
        min_cells: lowest dose in cells (per kg of body weight if ``per_kg``)
        max_cells: highest dose in cells (per kg of body weight if ``per_kg``)
        target_cells: target dose in cells (per kg of body weight if ``per_kg``)
        per_kg: whether the dose counts per kilogram of body weight
        weight_rule: how body weight decides
        cap_cells: largest total dose in cells
        unit: what is counted
        schedule: the parts of a split dose
        route: route of administration
        presentation: bags or vials
        premedication: what is given before
        administration: how it is given
        valid_from: since when the label says so
        valid_to: until when the label said so; none if current
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str
    regulator: Regulator | None = None
    diseases: tuple[str, ...]
    applies_to: str | None = None
    min_cells: int | None = None
    max_cells: int | None = None
    target_cells: int | None = None
    per_kg: bool | None = None
    weight_rule: str | None = None
    cap_cells: int | None = None
    unit: str | None = None
    schedule: tuple[SplitDose, ...] = ()
    route: str | None = None
    presentation: str | None = None
    premedication: str | None = None
    administration: str | None = None
    valid_from: Date | None = None
    valid_to: Date | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Drug:
    """One drug of a lymphodepleting regimen.

    Attributes:
        drug: the drug
        dose: dose of one day
        unit: unit of the dose, such as mg/m2
        days: number of days on which it is given
        days_before_infusion: the days, counted back from the infusion
        infusion_minutes: how long one infusion runs, in minutes
    """

    drug: str
    dose: float | None = None
    unit: str | None = None
    days: int | None = None
    days_before_infusion: tuple[int, ...] = ()
    infusion_minutes: int | None = None


@record
class Lymphodepletion:
    """The chemotherapy before the infusion, at one regulator.

    Attributes:
        id: stable id of this record
        product: id of the product
        regulator: the authority; none for a trial regimen
        trial: id of the trial, for a regimen known from one
        diseases: ids of the diseases it applies to
        drugs: the drugs
        infusion_days_min: fewest days from the end of chemotherapy to the infusion
        infusion_days_max: most days from the end of chemotherapy to the infusion
        timing: the time rule in words, where days alone do not tell it
        alternative: another regimen, and when it is used
        omit_if: when chemotherapy may be left out
        repeat_if: when chemotherapy is to be repeated
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str
    regulator: Regulator | None = None
    trial: str | None = None
    diseases: tuple[str, ...]
    drugs: tuple[Drug, ...]
    infusion_days_min: int | None = None
    infusion_days_max: int | None = None
    timing: str | None = None
    alternative: str | None = None
    omit_if: str | None = None
    repeat_if: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Monitoring:
    """How long a patient is watched after the infusion, at one regulator.

    Attributes:
        id: stable id of this record
        product: id of the product
        regulator: the authority
        diseases: ids of the diseases it applies to; empty for all
        valid_from: since when this rule stands in the label, as far as known
        valid_to: until when it stood; none if it is the newest text known
        as_of: date or period of the text in which the rule stands
        daily_monitoring_days: days of daily monitoring
        visits_first_week: visits in the first week, where not daily
        monitoring_weeks: weeks of monitoring in all
        further_monitoring: what follows the daily monitoring
        proximity_weeks: weeks during which the patient stays near a treatment centre
        proximity_rule: how near
        no_driving_weeks: weeks without driving or operating machines
        rems: state of the US risk evaluation and mitigation strategy
        rems_note: dates of the strategy, or what takes its place elsewhere
        tocilizumab_doses_on_site: doses of tocilizumab to be at hand before the infusion
        tocilizumab_rule: the rule in words
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str
    regulator: Regulator
    diseases: tuple[str, ...] = ()
    valid_from: Date | None = None
    valid_to: Date | None = None
    as_of: str | None = None
    daily_monitoring_days: int | None = None
    visits_first_week: str | None = None
    monitoring_weeks: int | None = None
    further_monitoring: str | None = None
    proximity_weeks: int | None = None
    proximity_rule: str | None = None
    no_driving_weeks: int | None = None
    rems: Rems | None = None
    rems_note: str | None = None
    tocilizumab_doses_on_site: int | None = None
    tocilizumab_rule: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class BoxedWarning:
    """The boxed warning of a label at one time.

    Attributes:
        id: stable id of this record
        product: id of the product
        regulator: the authority
        valid_from: since when these items stood, as far as known
        valid_to: until when they stood; none if it is the newest text known
        as_of: date or period of the text
        items: the warnings; empty where the regulator's texts carry no boxed warning
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str
    regulator: Regulator
    valid_from: Date | None = None
    valid_to: Date | None = None
    as_of: Date | None = None
    items: tuple[str, ...]
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class LabelWarning:
    """Warnings, contraindications or limitations of use in one label.

    Attributes:
        id: stable id of this record
        product: id of the product
        regulator: the authority
        kind: which section of the label
        as_of: date of the text
        items: the items; empty if the label says that there are none
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str
    regulator: Regulator
    kind: WarningKind
    as_of: Date | None = None
    items: tuple[str, ...]
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class RegulatoryEvent:
    """A dated act of a regulator or of another public body.

    Attributes:
        id: stable id of this record
        product: id of the product; none for an event of the whole class
        products: ids of the products it names, for an event of several
        body: the regulator or public body
        date: when it happened
        kind: what sort of event
        title: the event in a few words
        detail: what changed
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str | None = None
    products: tuple[str, ...] = ()
    body: str
    date: Date | None = None
    kind: EventKind
    title: str
    detail: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Pending:
    """A decision of a regulator that is still to come, as far as known on a day.

    Attributes:
        id: stable id of this record
        product: id of the product
        body: the regulator
        diseases: ids of the diseases it is about
        stage: how far it has come
        title: what is to be decided, in a few words
        target_date: day on which the regulator means to decide; none if it named none
        known_on: date of the newest text that says so
        detail: what is known of it
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str
    body: str
    diseases: tuple[str, ...] = ()
    stage: PendingStage
    title: str
    target_date: Date | None = None
    known_on: Date
    detail: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Logistics:
    """Times, success and storage of manufacture.

    Attributes:
        id: stable id of this record
        product: id of the product
        regulator: the authority whose text it is, if any
        trial: id of the trial it was measured in, if any
        setting: where and between which points it was measured
        vein_to_vein_days: median days from leukapheresis (or as ``setting`` says) to infusion
        vein_to_vein_range_days: lowest and highest days
        manufacturing_days: median days of manufacture, between the points in ``setting``
        manufacturing_range_days: lowest and highest days
        manufacturing_success_pct: per cent of attempts that gave a product
        storage_temperature_c: highest storage temperature in degrees Celsius
        storage: how it is stored
        shelf_life: how long it keeps
        after_thaw: how long it may stand after thawing
        presentation: container and volume
        excipients: other ingredients
        out_of_spec_note: what is known of failures and product out of specification
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str
    regulator: Regulator | None = None
    trial: str | None = None
    setting: str | None = None
    vein_to_vein_days: float | None = None
    vein_to_vein_range_days: tuple[float, ...] = ()
    manufacturing_days: float | None = None
    manufacturing_range_days: tuple[float, ...] = ()
    manufacturing_success_pct: float | None = None
    storage_temperature_c: float | None = None
    storage: str | None = None
    shelf_life: str | None = None
    after_thaw: str | None = None
    presentation: str | None = None
    excipients: tuple[str, ...] = ()
    out_of_spec_note: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"
