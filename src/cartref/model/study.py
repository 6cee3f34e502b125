"""Trials and real-world studies, their outcomes and adverse reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import record

if TYPE_CHECKING:
    from cartref.model.vocabulary import (
        Basis,
        Measure,
        Origin,
        OutcomeUnit,
        Regulator,
        TrialKind,
    )


@record
class Trial:
    """A clinical trial, a real-world study, or a pool of trials analysed together.

    Attributes:
        id: stable id of this record
        product: id of the product; none for a study of several
        products: ids of the products, for a study of several
        name: the name in use
        aliases: other names and sponsor codes
        nct: ClinicalTrials.gov number
        kind: pivotal, supportive, real-world, or a pool of trials
        members: ids of the pooled trials
        phase: phase of development
        design: design in a few words
        diseases: ids of the diseases
        line: line of therapy and entry conditions
        n_enrolled: patients enrolled, or planned where the note says so
        n_leukapheresed: patients who had leukapheresis
        n_treated: patients infused
        comparator: the control arm
        primary_endpoint: the primary endpoint
        publication: where it was published
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str | None = None
    products: tuple[str, ...] = ()
    name: str
    aliases: tuple[str, ...] = ()
    nct: str | None = None
    kind: TrialKind
    members: tuple[str, ...] = ()
    phase: str | None = None
    design: str | None = None
    diseases: tuple[str, ...] = ()
    line: str | None = None
    n_enrolled: int | None = None
    n_leukapheresed: int | None = None
    n_treated: int | None = None
    comparator: str | None = None
    primary_endpoint: str | None = None
    publication: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Outcome:
    """One efficacy result in one population.

    Attributes:
        id: stable id of this record
        product: id of the product; none for a study of several
        trial: id of the trial
        population: who was counted
        n: number of patients counted
        endpoint: what was measured: ORR, CR, mPFS (median), PFS-12m (rate at 12 months), HR-EFS
        value: the result in ``unit``; none if only an interval, a comparison or words are known
        unit: unit of the value
        value_text: the result in words, where no number was printed
        not_reached: whether a median was not reached
        ci_low: lower limit of the confidence interval
        ci_high: upper limit of the confidence interval
        ci_level: level of the interval in per cent
        p_value: p value as printed
        comparator_value: the result of the control arm, in the same unit
        comparator_ci_low: lower limit of its interval
        comparator_ci_high: upper limit of its interval
        follow_up_months: median follow-up in months
        basis: the kind of text it was read in
        regulator: the authority whose label it is, if any
        indirect: whether the label is known only through what a company or the press say of it
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str | None = None
    trial: str
    population: str | None = None
    n: int | None = None
    endpoint: str
    value: float | None = None
    unit: OutcomeUnit
    value_text: str | None = None
    not_reached: bool = False
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float | None = None
    p_value: str | None = None
    comparator_value: float | None = None
    comparator_ci_low: float | None = None
    comparator_ci_high: float | None = None
    follow_up_months: float | None = None
    basis: Basis
    regulator: Regulator | None = None
    indirect: bool = False
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class AdverseReaction:
    """How often one adverse event was seen in one population, and its course.

    Attributes:
        id: stable id of this record
        product: id of the product; none for a study of several
        trial: id of the trial or pool
        population: who was counted
        n: number of patients counted
        event: id of the adverse event
        term: the event as this analysis counted it
        manifestation_of: id of the event of which this is a sign; rates count its patients
            where the population says so
        measure: what the percentages count
        any_grade_pct: per cent of patients, any grade
        grade3plus_pct: per cent of patients, grade 3 or higher
        grade5_pct: per cent of patients, fatal
        serious_pct: per cent of patients with a serious event
        comparator_grade3plus_pct: grade 3 or higher in the control arm
        comparator_grade5_pct: fatal in the control arm
        onset_median_days: median time from infusion to onset
        onset_range_days: shortest and longest time to onset
        duration_median_days: median duration
        duration_range_days: shortest and longest duration
        resolution_median_days: median time to recovery
        resolution_range_days: shortest and longest time to recovery
        grading_scale: scale of the grades
        tocilizumab_pct: per cent of patients who had tocilizumab for it
        corticosteroid_pct: per cent of patients who had corticosteroids for it
        very_common: reactions of at least 10 per cent, for a list without percentages
        common: reactions of 1 to under 10 per cent, likewise
        uncommon: reactions of 0.1 to under 1 per cent, likewise
        basis: the kind of text it was read in
        regulator: the authority whose label it is, if any
        indirect: whether the label is known only through what a company or the press say of it
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str | None = None
    trial: str
    population: str | None = None
    n: int | None = None
    event: str
    term: str
    manifestation_of: str | None = None
    measure: Measure = "reaction"
    any_grade_pct: float | None = None
    grade3plus_pct: float | None = None
    grade5_pct: float | None = None
    serious_pct: float | None = None
    comparator_grade3plus_pct: float | None = None
    comparator_grade5_pct: float | None = None
    onset_median_days: float | None = None
    onset_range_days: tuple[float, ...] = ()
    duration_median_days: float | None = None
    duration_range_days: tuple[float, ...] = ()
    resolution_median_days: float | None = None
    resolution_range_days: tuple[float, ...] = ()
    grading_scale: str | None = None
    tocilizumab_pct: float | None = None
    corticosteroid_pct: float | None = None
    very_common: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    uncommon: tuple[str, ...] = ()
    basis: Basis
    regulator: Regulator | None = None
    indirect: bool = False
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"
