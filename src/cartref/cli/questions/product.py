"""Questions about products: the profile of some, the list of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.cli.questions import filters
from cartref.cli.questions.selection import GAP
from cartref.errors import NotFoundError
from cartref.names import resolve

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.dataset import Profile
    from cartref.model.match import Match
    from cartref.model.product import Product
    from cartref.render.document import Block, Rows


def profiles(catalog: Catalog, answer: Answer, names: list[str], exact: bool) -> None:
    """Fill in the profile of each named product."""
    matches = _resolve(catalog, names, exact)
    answer.matches += matches
    ids = list(dict.fromkeys(match.found for match in matches))
    for key in ("target", "status"):
        filters.refuse(answer.query[key], f"--{key}", "it filters the list: leave the name out")
    wanted = filters.Filters.of(catalog, answer.query, exact=exact)
    answer.query.update(wanted.query())
    answer.products = ids
    profiles = [catalog.profile(key, wanted.regulator, wanted.disease) for key in ids]
    for profile in profiles:
        if not profile.indications:
            what = f"no indication of {profile.product.id} with {wanted.told()}"
            answer.notices.append(f"The dataset holds {what}; {GAP}.")
    answer.results = lambda: [_flat(profile) for profile in profiles]
    answer.rows = lambda: _rows(catalog, profiles)
    answer.blocks = lambda: _blocks(catalog, profiles)


def _resolve(catalog: Catalog, names: list[str], exact: bool) -> list[Match]:
    """How each name matches; words that are one name together are one, quoted or not."""
    if len(names) > 1:
        try:
            return [resolve(catalog, "product", " ".join(names), exact=True)]
        except NotFoundError:
            pass
    return [resolve(catalog, "product", name, exact=exact) for name in names]


def _flat(profile: Profile) -> dict[str, Any]:
    """A profile as one flat object: the fields of the product, then its lists."""
    from cartref.render.plain import fields_of

    lists = fields_of(profile)
    product: Product = lists.pop("product")
    return {**fields_of(product), **lists}


def _blocks(catalog: Catalog, profiles: list[Profile]) -> list[Block]:
    from cartref.render import product as render

    return [
        block
        for item in profiles
        for block in render.profile(item, catalog.gaps(item), catalog.disease_name)
    ]


def _rows(catalog: Catalog, profiles: list[Profile]) -> Rows:
    """The lines of all profiles below one heading."""
    from cartref.render import lines

    first, *others = (lines.rows(item, catalog.disease_name) for item in profiles)
    for more in others:
        first.lines.extend(more.lines)
    return first


def listing(catalog: Catalog, answer: Answer, exact: bool) -> None:
    """Fill in the list of products."""
    from cartref.render import product as render

    wanted = filters.Filters.of(catalog, answer.query, exact=exact)
    answer.query.update(wanted.query())
    entries: list[tuple[Product, list[str], list[str]]] = []
    for item in catalog.products.values():
        held = [
            indication
            for indication in catalog.label(item.id).indications
            if indication.status == "active" and wanted.accepts(indication)
        ]
        if held and wanted.accepts_product(item):
            regulators: list[str] = list(dict.fromkeys(item.regulator for item in held))
            diseases = list(
                dict.fromkeys(
                    catalog.disease_name(key, indication.id)
                    for indication in held
                    for key in indication.diseases
                )
            )
            entries.append((item, regulators, diseases))
    if not entries:
        answer.notices.append(f"The dataset holds no product with {wanted.told()}; {GAP}.")
    answer.products = [item.id for item, _, _ in entries]
    answer.results = lambda: [
        _summary(item, regulators, diseases) for item, regulators, diseases in entries
    ]
    answer.rows = lambda: render.listing_rows(entries)
    answer.blocks = lambda: render.listing(entries) if entries else []


def _summary(item: Product, regulators: list[str], diseases: list[str]) -> dict[str, Any]:
    from cartref.render.product import brands

    return {
        "id": item.id,
        "inn": item.inn,
        "short_name": item.short_name,
        "brands": brands(item),
        "target": item.construct.target,
        "costimulatory_domain": item.construct.costimulatory_domain,
        "status": item.status,
        "first_approved_by": item.first_approved_by,
        "first_approved": item.first_approved,
        "regulators": regulators,
        "diseases": diseases,
        "sources": item.sources,
    }
