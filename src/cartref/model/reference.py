"""What holds beyond one product: diseases, events, therapies, terms, the patient's way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import record

if TYPE_CHECKING:
    from typing import Literal

    from cartref.model.vocabulary import (
        Category,
        DiseaseCodeSystem,
        Origin,
        Regulator,
        Stage,
        TermKind,
    )


@record
class TermCode:
    """A code of a disease or an adverse event in a public vocabulary.

    Attributes:
        system: the vocabulary
        code: the code
        note: a qualifier, such as the period of validity
    """

    system: DiseaseCodeSystem
    code: str
    note: str | None = None


@record
class Disease:
    """A node of the disease tree.

    Attributes:
        id: stable id of this record
        name: the name in full
        abbreviation: the abbreviation in use
        synonyms: other names
        parent: id of the wider disease
        other_parents: ids of further wider diseases
        set_apart: whether a label means it only by naming it, not by naming a wider disease
        family: whether labels divide it so differently that the name of one subtype may stand for
            another
        age_min: lowest age in years that the term takes in
        age_max: highest age in years that the term takes in
        codes: codes in public vocabularies
        description: what it is, in one sentence
        note: what a reader must know, such as how labels treat it
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    name: str
    abbreviation: str | None = None
    synonyms: tuple[str, ...] = ()
    parent: str | None = None
    other_parents: tuple[str, ...] = ()
    set_apart: bool = False
    family: bool = False
    age_min: int | None = None
    age_max: int | None = None
    codes: tuple[TermCode, ...] = ()
    description: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Therapy:
    """A therapy that labels ask about, or a drug or regimen that counts as one.

    Attributes:
        id: stable id of this record
        name: the name in full
        synonyms: other names
        kinds: ids of the therapies that it counts as
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class GradePart:
    """What one grade asks of one sign.

    Attributes:
        sign: the sign, such as hypoxia
        criteria: what the grade asks of it
    """

    sign: str
    criteria: str


@record
class Grade:
    """One grade of a grading scale.

    Attributes:
        grade: the grade, or the item of a score
        criteria: what defines it
        parts: the same sign by sign, for a scale that is a table
    """

    grade: str
    criteria: str
    parts: tuple[GradePart, ...] = ()


@record
class Grading:
    """A grading scale of an adverse event.

    Attributes:
        scale: the scale and its year
        applies_to: whom it is for, if not everybody
        grades: the grades
        rules: how to apply it
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    scale: str
    applies_to: str | None = None
    grades: tuple[Grade, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Step:
    """One step of management.

    Attributes:
        step: the grade or situation
        actions: what is done
    """

    step: str
    actions: tuple[str, ...]


@record
class Management:
    """How an adverse event is managed, according to one guideline or label.

    Attributes:
        title: the guideline or label
        basis: guideline, label or review
        regulator: the authority, for a label
        product: id of the product, for the label of one
        steps: the steps
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    title: str
    basis: Literal["guideline", "label", "review"]
    regulator: Regulator | None = None
    product: str | None = None
    steps: tuple[Step, ...]
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class AdverseEvent:
    """An adverse event: names, signs, grading and management.

    Attributes:
        id: stable id of this record
        name: the name in full
        abbreviation: the abbreviation in use
        synonyms: other names
        category: the organ system or kind of event
        parent: id of the wider event
        description: what it is
        symptoms: signs and symptoms
        typical_onset: when it usually begins
        long_term: what is known of its course
        codes: codes in public vocabularies
        grading: grading scales
        management: how it is managed
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    name: str
    abbreviation: str | None = None
    synonyms: tuple[str, ...] = ()
    category: Category
    parent: str | None = None
    description: str | None = None
    symptoms: tuple[str, ...] = ()
    typical_onset: str | None = None
    long_term: str | None = None
    codes: tuple[TermCode, ...] = ()
    grading: tuple[Grading, ...] = ()
    management: tuple[Management, ...] = ()
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Term:
    """A term of the field, or a topic, explained.

    Attributes:
        id: stable id of this record
        term: the term in full
        abbreviation: the abbreviation in use
        synonyms: other names
        kind: the part of the field that it belongs to
        meaning: what it means, in a sentence or two
        points: what else there is to know, one statement each
        event: id of the adverse event whose grading scales explain it
        scales: names of those scales; all of the event's if empty
        related: ids of further terms
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    term: str
    abbreviation: str | None = None
    synonyms: tuple[str, ...] = ()
    kind: TermKind
    meaning: str
    points: tuple[str, ...] = ()
    event: str | None = None
    scales: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class PathwayStep:
    """One stage of the patient's way, in general or with one product.

    Attributes:
        id: stable id of this record
        stage: the stage
        product: id of the product; none for what holds in general
        title: the stage in a few words
        who: who does it
        what: what is done, one statement each
        usual_time: how long it usually takes, or when it is
        note: what a reader must know
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    stage: Stage
    product: str | None = None
    title: str
    who: tuple[str, ...] = ()
    what: tuple[str, ...]
    usual_time: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"
