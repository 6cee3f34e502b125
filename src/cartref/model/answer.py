"""What commands compose: timeline entries, hits, explanations, comparisons, freshness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import record

if TYPE_CHECKING:
    from cartref.model.label import Dose, Indication, Logistics, Lymphodepletion, Monitoring
    from cartref.model.reference import Grading, PathwayStep
    from cartref.model.vocabulary import (
        Basis,
        CheckKind,
        ComparisonSection,
        Date,
        EntryKind,
        ExplainedKind,
        LabelMatch,
        LabelState,
        Origin,
        OutcomeUnit,
        Pathway,
        ProductStatus,
        Regulator,
        Relation,
        Stage,
        Verdict,
    )


@record
class Approval:
    """The first active indication of a product at one regulator.

    Attributes:
        regulator: the authority
        approved: date of that indication
    """

    regulator: Regulator
    approved: Date | None = None


@record
class ProductSummary:
    """A product in the list.

    Attributes:
        id: id of the product
        inn: international nonproprietary name; none if none is known
        short_name: the short name in use
        brands: brand names
        target: the antigen that the binder recognises, such as CD19 or BCMA
        costimulatory_domain: CD28 or 4-1BB
        status: approved, investigational or withdrawn everywhere
        first_approved_by: the first regulator that approved it
        first_approved: date of that approval
        regulators: regulators of its active indications
        approvals: date of the first active indication at each regulator
        diseases: diseases of its active indications, by name
        sources: ids of the references for the identity
        origin: whether any of this comes from an overlay
    """

    id: str
    inn: str | None = None
    short_name: str
    brands: tuple[str, ...] = ()
    target: str
    costimulatory_domain: str | None = None
    status: ProductStatus
    first_approved_by: Regulator | None = None
    first_approved: Date | None = None
    regulators: tuple[Regulator, ...] = ()
    approvals: tuple[Approval, ...] = ()
    diseases: tuple[str, ...] = ()
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Coverage:
    """How many records the dataset holds of one kind.

    Attributes:
        product: id of the product
        regulator: the authority; none for what belongs to none
        kind: the list of the export
        n_records: number of records
        n_sources: number of different references
        origin: whether any of these records comes from an overlay
    """

    product: str
    regulator: str | None = None
    kind: str
    n_records: int
    n_sources: int
    origin: Origin = "bundled"


@record
class Gap:
    """Something that the dataset does not know of an approved use or of a product.

    Attributes:
        product: id of the product
        regulator: the authority; none for what belongs to none
        kind: the list of the export, or the field, that is not known
        diseases: ids of the diseases for which it is not known
        origin: whether the record of the product, or of one of these uses, comes from an overlay
    """

    product: str
    regulator: str | None = None
    kind: str
    diseases: tuple[str, ...] = ()
    origin: Origin = "bundled"


@record
class TimelineEntry:
    """One dated act: an approval, its conversion or end, or another act of a public body.

    Attributes:
        id: id of the record that it comes from
        date: when it was, as exactly as known: a day, a month or a year
        kind: what sort of act
        body: the regulator or public body
        products: ids of the products it concerns; empty for the whole class
        diseases: ids of the diseases, for an act about an indication
        title: the act in a few words
        detail: what changed
        pathway: the kind of authorisation that it granted or converted to
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    date: Date
    kind: EntryKind
    body: str
    products: tuple[str, ...] = ()
    diseases: tuple[str, ...] = ()
    title: str
    detail: str | None = None
    pathway: Pathway | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Explanation:
    """A term, an adverse event or a disease in short.

    Attributes:
        id: id of the record
        kind: whether it is a term, an adverse event or a disease
        term: the name in full
        abbreviation: the abbreviation in use
        synonyms: other names
        meaning: what it means
        points: what else there is to know, one statement each
        gradings: the grading scales that belong to it
        related: ids of further terms
        see: the command that shows more; none if this is all
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    kind: ExplainedKind
    term: str
    abbreviation: str | None = None
    synonyms: tuple[str, ...] = ()
    meaning: str | None = None
    points: tuple[str, ...] = ()
    gradings: tuple[Grading, ...] = ()
    related: tuple[str, ...] = ()
    see: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class StageOfPathway:
    """One stage of the patient's way: what holds in general, and what holds for one product.

    Attributes:
        stage: the stage
        general: what holds in general
        own: what else is known of this stage with the product
        indications: its active indications, at referral
        logistics: its times of manufacture and its storage, at manufacturing
        lymphodepletion: its regimens, at lymphodepletion
        doses: its current doses, at infusion
        monitoring: its current rules, at early monitoring
    """

    stage: Stage
    general: PathwayStep
    own: tuple[PathwayStep, ...] = ()
    indications: tuple[Indication, ...] = ()
    logistics: tuple[Logistics, ...] = ()
    lymphodepletion: tuple[Lymphodepletion, ...] = ()
    doses: tuple[Dose, ...] = ()
    monitoring: tuple[Monitoring, ...] = ()


@record
class Hit:
    """A record that holds something, and the command that shows it in full.

    Attributes:
        list: the list of the export that holds the record
        id: id of the record
        product: id of its product; none for a record of several or of none
        title: what the record is about
        text: what it says, in short
        see: the command that shows it in full
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    list: str
    id: str
    product: str | None = None
    title: str
    text: str
    see: str
    origin: Origin = "bundled"


@record
class Check:
    """One condition of an indication, held against the facts of a patient.

    Attributes:
        criterion: the condition in words
        kind: what the condition is about
        verdict: met, not met, or open because facts are missing
        reason: why, in a few words
        give: the facts that would settle it, by their names in a patient file
        parts: the alternatives, one of which is enough
    """

    criterion: str
    kind: CheckKind
    verdict: Verdict
    reason: str
    give: tuple[str, ...] = ()
    parts: tuple[Check, ...] = ()


@record
class Screening:
    """An indication held against the facts of a patient.

    Attributes:
        indication: the indication
        relation: how it stands to the disease of the patient
        patient: id of the patient
        verdict: not met if a condition is not met, else open if one is open, else met
        checks: every condition
        give: the facts that would settle an open verdict
        cautions: facts that speak against the use, though the label does not ask about them
    """

    indication: Indication
    relation: Relation
    patient: str | None = None
    verdict: Verdict
    checks: tuple[Check, ...]
    give: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


@record
class Statement:
    """What one record says of a topic.

    Attributes:
        text: the statement in words
        list: the list of the export that holds the record
        id: id of the record
        trial: id of the trial, for a result
        population: who was counted, for a result
        n: number of patients counted, for a result
        endpoint: what was measured, for an outcome
        value: the result in ``unit``, for an outcome
        unit: unit of the value, for an outcome
        ci_low: lower limit of its confidence interval, as printed
        ci_high: upper limit of its confidence interval, as printed
        any_grade_pct: per cent of patients, any grade, for an adverse reaction
        grade3plus_pct: per cent of patients, grade 3 or higher, for an adverse reaction
        follow_up_months: median follow-up in months, for an outcome
        grading_scale: scale of the grades, for an adverse reaction
        basis: the kind of text it was read in, for a result
        regulator: the authority whose label that is, for a result
        indirect: whether that label is known only through what a company or the press say of it
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    text: str
    list: str
    id: str
    trial: str | None = None
    population: str | None = None
    n: int | None = None
    endpoint: str | None = None
    value: float | None = None
    unit: OutcomeUnit | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    any_grade_pct: float | None = None
    grade3plus_pct: float | None = None
    follow_up_months: float | None = None
    grading_scale: str | None = None
    basis: Basis | None = None
    regulator: Regulator | None = None
    indirect: bool | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class ComparisonCell:
    """What is known of one product under one topic.

    Attributes:
        product: id of the product
        statements: what its records say; empty if nothing is known
        origin: whether the record of the product comes from an overlay, of which nothing is known
            then; each statement has an origin of its own
    """

    product: str
    statements: tuple[Statement, ...] = ()
    origin: Origin = "bundled"


@record
class ComparisonRow:
    """One topic across the products that are compared.

    Attributes:
        section: the part of the comparison
        topic: what the row is about
        regulator: the authority whose texts it compares; none for what belongs to none
        differs: whether the products differ in it; none if the values cannot be compared, or if
            those of a product are not known
        cells: one for each product, in the order asked
    """

    section: ComparisonSection
    topic: str
    regulator: Regulator | None = None
    differs: bool | None = None
    cells: tuple[ComparisonCell, ...]


@record
class Freshness:
    """How the newest FDA label that we rest on stands to the one that openFDA has.

    Attributes:
        product: id of the product
        brand: its brand name in the United States
        state: current if openFDA's is not newer as far as our date tells, newer if it is, not
            found if openFDA has none, failed if openFDA could not be asked, not known if none of
            our labels has a date
        reason: why it is so, in a few words
        source_date: the date of our label, as exactly as known; of a record that was read at
            openFDA it is the day of openFDA's data
        effective: the day from which openFDA's label holds
        version: the number of its version
        set_id: the id that all its versions share
        url: its page at DailyMed
        matched_by: what of openFDA's label is that of the product
        sources: id of the reference of our label
    """

    product: str
    brand: str | None = None
    state: LabelState
    reason: str | None = None
    source_date: Date | None = None
    effective: Date | None = None
    version: int | None = None
    set_id: str | None = None
    url: str | None = None
    matched_by: tuple[LabelMatch, ...] = ()
    sources: tuple[str, ...] = ()
