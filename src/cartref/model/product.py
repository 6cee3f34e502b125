"""Products: identity, names, construct and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import record

if TYPE_CHECKING:
    from cartref.model.vocabulary import (
        CodeSystem,
        Date,
        NameKind,
        Origin,
        ProductStatus,
        Regulator,
    )


@record
class Name:
    """One name under which a product is known.

    Attributes:
        text: the name as it is written
        kind: what sort of name it is
        regions: ISO 3166 codes (or EU) of the markets in which a brand name is used
    """

    text: str
    kind: NameKind
    regions: tuple[str, ...] = ()


@record
class Holder:
    """The company that holds a marketing authorisation.

    Attributes:
        regulator: the authority that granted it
        company: the holder
    """

    regulator: Regulator
    company: str


@record
class Construct:
    """How the CAR and the cell product are built.

    Attributes:
        target: the antigen that the binder recognises, such as CD19 or BCMA
        binder: the antigen-binding part
        hinge_transmembrane: hinge and transmembrane domains
        costimulatory_domain: CD28 or 4-1BB
        signalling_domain: the activating domain
        vector: how the transgene is brought in
        cell_source: autologous or allogeneic
        composition: which cells the product holds and in what ratio
        marker_gene: a safety or marker gene that is expressed together with the CAR
        manufacturing_notes: how it is made, in short
        note: what a reader must know about these values
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    target: str
    binder: str | None = None
    hinge_transmembrane: str | None = None
    costimulatory_domain: str | None = None
    signalling_domain: str | None = None
    vector: str | None = None
    cell_source: str | None = None
    composition: str | None = None
    marker_gene: str | None = None
    manufacturing_notes: str | None = None
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Code:
    """A billing, terminology, registry or licence code of a product.

    Attributes:
        id: stable id of this record
        product: id of the product; none for a code of the whole class
        system: the code system
        code: the code itself
        meaning: what the code stands for, in our own words
        valid_from: first day of validity
        valid_to: last day of validity
        replaces: the code that this one replaced
        shared: whether other products have the same code, so that it names no product
        note: what a reader must know about the code
        sources: ids of the references
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    product: str | None = None
    system: CodeSystem
    code: str
    meaning: str | None = None
    valid_from: Date | None = None
    valid_to: Date | None = None
    replaces: str | None = None
    shared: bool = False
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"


@record
class Product:
    """A CAR T-cell product: identity and construct.

    Attributes:
        id: short name in lower case, such as cilta-cel; never reused
        inn: international nonproprietary name; none if none is known
        short_name: the short name in use
        status: approved, investigational or withdrawn everywhere
        developer: who developed it
        first_approved_by: the first regulator that approved it
        first_approved: date of that approval
        names: every name it is known under
        holders: marketing authorisation holders by regulator
        construct: how it is built
        note: what a reader must know about the identity
        sources: ids of the references for the identity
        origin: whether the record is bundled with cartref or comes from an overlay
    """

    id: str
    inn: str | None = None
    short_name: str
    status: ProductStatus
    developer: str | None = None
    first_approved_by: Regulator | None = None
    first_approved: Date | None = None
    names: tuple[Name, ...]
    holders: tuple[Holder, ...] = ()
    construct: Construct
    note: str | None = None
    sources: tuple[str, ...]
    origin: Origin = "bundled"
