"""What is known of a patient, to be held against the criteria of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import record

if TYPE_CHECKING:
    from cartref.model.vocabulary import Antigen, PatientStatus, TransplantFact


@record
class Patient:
    """Facts of a patient. What is not given is not known: it never means no.

    Attributes:
        id: how the answer calls the patient; give no name of a person
        disease: the disease, as narrow as it is known
        age: age in years
        prior_lines: lines of systemic therapy so far
        prior: therapies given so far: classes, drugs, regimens or CAR T-cell products
        no_prior: therapies never given
        refractory_to: therapies that the disease was refractory to; also first-line, last-therapy
        not_refractory_to: therapies given that it was not refractory to
        status: what is known of the disease now
        relapses: number of relapses so far, the present one included
        relapsed_within_months: months from the end of the last line of therapy to the relapse
        first_relapse_within_months: months from the end of first-line therapy to the first relapse
        progressed_on: therapies during which the disease progressed: last-therapy,
            systemic-therapy
        not_progressed_on: therapies during which it did not
        progressed_within_days: days from the end of the last therapy to the progression
        transplant: what is known of a stem cell transplant; without a kind, of the one that each
            label names
        antigens: antigens tested
        cannot_have: therapies that the patient is ineligible for or intolerant of
    """

    id: str | None = None
    disease: str | None = None
    age: int | None = None
    prior_lines: int | None = None
    prior: tuple[str, ...] = ()
    no_prior: tuple[str, ...] = ()
    refractory_to: tuple[str, ...] = ()
    not_refractory_to: tuple[str, ...] = ()
    status: tuple[PatientStatus, ...] = ()
    relapses: int | None = None
    relapsed_within_months: float | None = None
    first_relapse_within_months: float | None = None
    progressed_on: tuple[str, ...] = ()
    not_progressed_on: tuple[str, ...] = ()
    progressed_within_days: int | None = None
    transplant: tuple[TransplantFact, ...] = ()
    antigens: tuple[Antigen, ...] = ()
    cannot_have: tuple[str, ...] = ()
