"""The dataset as a whole, and what one file of it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import record

if TYPE_CHECKING:
    from cartref.model.label import (
        BoxedWarning,
        Dose,
        Indication,
        LabelWarning,
        Logistics,
        Lymphodepletion,
        Monitoring,
        Pending,
        RegulatoryEvent,
    )
    from cartref.model.product import Code, Product
    from cartref.model.study import AdverseReaction, Outcome, Trial
    from cartref.model.vocabulary import Date


@record
class Dataset:
    """The state of the dataset.

    Attributes:
        version: calendar version of the dataset, such as 2026.11.20
        as_of: the day up to which facts were collected
        overlay: the records that were laid over it; none without an overlay
    """

    version: str
    as_of: Date
    overlay: Overlaid | None = None


@record
class Overlaid:
    """What an overlay did to the dataset.

    Attributes:
        path: the directory of the overlay, as it was given
        added: ids of the records that it adds
        replaced: ids of the bundled records in whose place records of the overlay stand
        lacking: what of these the records in their places do not say; records that lack nothing
            are left out
    """

    path: str
    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    lacking: tuple[Lacking, ...] = ()


@record
class Lacking:
    """What a bundled record says, and the record of an overlay in its place does not.

    Attributes:
        id: id of the two records
        keys: the keys that only the bundled one has, in the order of the data dictionary
    """

    id: str
    keys: tuple[str, ...]


@record
class Label:
    """What labels, regulators and registers say of one product.

    Attributes:
        indications: approved uses by regulator
        doses: doses by regulator
        lymphodepletion: lymphodepleting regimens by regulator
        monitoring: monitoring rules by regulator and time
        boxed_warnings: boxed warnings by time
        warnings: warnings, contraindications and limitations of use
        regulatory_events: dated acts of regulators
        pending: decisions still to come
        logistics: manufacture and storage
        codes: billing, terminology and licence codes
    """

    indications: tuple[Indication, ...]
    doses: tuple[Dose, ...]
    lymphodepletion: tuple[Lymphodepletion, ...]
    monitoring: tuple[Monitoring, ...]
    boxed_warnings: tuple[BoxedWarning, ...]
    warnings: tuple[LabelWarning, ...]
    regulatory_events: tuple[RegulatoryEvent, ...]
    pending: tuple[Pending, ...]
    logistics: tuple[Logistics, ...]
    codes: tuple[Code, ...]


@record
class ClassWide:
    """What holds for the whole class of products, or for several.

    Attributes:
        regulatory_events: dated acts of regulators
        codes: codes that name no single product
    """

    regulatory_events: tuple[RegulatoryEvent, ...]
    codes: tuple[Code, ...]


@record
class Study:
    """The trials and studies of one product, and what they found.

    Attributes:
        trials: trials, real-world studies and pools
        outcomes: efficacy
        adverse_reactions: safety
    """

    trials: tuple[Trial, ...]
    outcomes: tuple[Outcome, ...]
    adverse_reactions: tuple[AdverseReaction, ...]


@record
class Profile:
    """Everything that is known of one product.

    Attributes:
        product: identity and construct
        codes: billing, terminology and licence codes
        indications: approved uses by regulator
        doses: doses by regulator
        lymphodepletion: lymphodepleting regimens by regulator
        monitoring: monitoring rules by regulator and time
        boxed_warnings: boxed warnings by time
        warnings: warnings, contraindications and limitations of use
        regulatory_events: dated acts of regulators
        pending: decisions still to come
        logistics: manufacture and storage
        trials: trials, studies and pools
        outcomes: efficacy
        adverse_reactions: safety
    """

    product: Product
    codes: tuple[Code, ...]
    indications: tuple[Indication, ...]
    doses: tuple[Dose, ...]
    lymphodepletion: tuple[Lymphodepletion, ...]
    monitoring: tuple[Monitoring, ...]
    boxed_warnings: tuple[BoxedWarning, ...]
    warnings: tuple[LabelWarning, ...]
    regulatory_events: tuple[RegulatoryEvent, ...]
    pending: tuple[Pending, ...]
    logistics: tuple[Logistics, ...]
    trials: tuple[Trial, ...]
    outcomes: tuple[Outcome, ...]
    adverse_reactions: tuple[AdverseReaction, ...]
