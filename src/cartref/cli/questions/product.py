"""Questions about products: the profile of some, the list of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.cli.questions import filters
from cartref.cli.questions.selection import GAP, standing
from cartref.errors import UnresolvedError, UsageError
from cartref.names import resolve

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.answer import ProductSummary
    from cartref.model.dataset import Profile
    from cartref.model.label import Indication
    from cartref.model.match import Match
    from cartref.model.product import Product
    from cartref.model.vocabulary import Regulator
    from cartref.render.document import Block, Rows


def profiles(catalog: Catalog, answer: Answer, names: list[str], exact: bool) -> None:
    """Fill in the profile of each named product."""
    ids = named(catalog, answer, names, exact)
    for key in ("target", "status"):
        filters.refuse(answer.query[key], f"--{key}", "it filters the list: leave the name out")
    wanted = filters.Filters.of(catalog, answer, exact=exact)
    answer.query.update(wanted.query())
    answer.products = ids
    profiles = as_asked(catalog, answer, ids, wanted)
    answer.results = lambda: [_flat(profile) for profile in profiles]
    answer.rows = lambda: _rows(catalog, profiles)
    answer.blocks = lambda: _blocks(catalog, profiles, today=wanted.as_of is None)


def as_asked(
    catalog: Catalog, answer: Answer, ids: list[str], wanted: filters.Filters
) -> list[Profile]:
    """The profiles of products as the filters ask for them; what must be said becomes notices."""
    profiles = [catalog.profile(key, wanted.regulator, wanted.disease) for key in ids]
    for profile in profiles:
        if profile.product.status == "investigational":
            answer.notices.append(filters.unapproved(catalog, profile.product.id))
        elif not profile.indications:
            what = f"no indication of {profile.product.id}{wanted.told()}"
            answer.notices.append(f"The dataset holds {what}; {GAP}.")
    if wanted.as_of:
        answer.notices.clear()  # they are about today
        profiles = [_then(catalog, profile, wanted.as_of, answer) for profile in profiles]
        answer.notices = list(dict.fromkeys(answer.notices))
    return profiles


def named(catalog: Catalog, answer: Answer, names: list[str], exact: bool) -> list[str]:
    """The ids of the products that the names mean, each once; how they matched is kept."""
    matches = _resolve(catalog, names, exact)
    answer.matches += matches
    return list(dict.fromkeys(match.found for match in matches))


def _resolve(catalog: Catalog, names: list[str], exact: bool) -> list[Match]:
    """How each name matches; words that are one name together are one, quoted or not."""
    if len(names) > 1:
        try:
            return [resolve(catalog, "product", " ".join(names), exact=True)]
        except UnresolvedError:
            pass
    return [resolve(catalog, "product", name, exact=exact) for name in names]


def _flat(profile: Profile) -> dict[str, Any]:
    """A profile as one flat object: the fields of the product, then its lists."""
    from cartref.model.record import fields_of

    lists = fields_of(profile)
    product: Product = lists.pop("product")
    return {**fields_of(product), **lists}


def _then(catalog: Catalog, profile: Profile, day: str, answer: Answer) -> Profile:
    """A profile as of a day; what is not known of that day becomes a notice."""
    from cartref import history

    changed, said = history.profile(profile, day, catalog.tree.related)
    answer.notices += said
    return changed


def _blocks(catalog: Catalog, profiles: list[Profile], *, today: bool) -> list[Block]:
    from cartref.render import product as render

    return [
        block
        for item in profiles
        for block in render.profile(item, catalog.gaps(item) if today else [], catalog.disease_name)
    ]


def _rows(catalog: Catalog, profiles: list[Profile]) -> Rows:
    """The lines of all profiles below one heading."""
    from cartref.render import lines

    first, *others = (lines.rows(item, catalog.disease_name) for item in profiles)
    for more in others:
        first.lines.extend(more.lines)
    return first


def listing(catalog: Catalog, answer: Answer, exact: bool) -> None:
    """Fill in the list of products: the approved ones, unless others are asked for."""
    from cartref.render import product as render

    wanted = filters.Filters.of(catalog, answer, exact=exact)
    answer.query.update(wanted.query())
    if wanted.as_of and wanted.status not in (None, "approved"):
        raise UsageError("--status and --as-of do not go together: only approvals carry dates")
    entries, doubtful = [], []
    for item in catalog.products.values():
        if not wanted.accepts_product(item):
            continue
        held, open_ = standing(catalog.label(item.id).indications, wanted)
        held = [indication for indication in held if indication.status == "active"]
        doubtful += open_
        if held or _listed_without(catalog, item, wanted):
            entries.append(_summary(catalog, item, held))
    if wanted.regulator:
        entries.sort(key=_first)
    if not entries:
        answer.notices.append(f"The dataset holds no product{wanted.told()}; {GAP}.")
    if doubtful:
        from cartref.history import undecided

        answer.notices.append(undecided(doubtful))
    others = [
        item.id
        for item in catalog.products.values()
        if item.status == "investigational"
        and wanted.target in (None, item.construct.target)
        and _pends(catalog, item, wanted)
    ]
    if others and wanted.status is None and wanted.as_of is None:
        told = f"Investigational, not approved: {', '.join(others)}"
        answer.notices.append(f"{told}; cartref product --status investigational lists them.")
    answer.products = [item.id for item in entries]
    answer.results = lambda: list(entries)
    answer.rows = lambda: render.listing_rows(entries)
    answer.blocks = lambda: render.listing(entries, wanted.regulator) if entries else []


def _listed_without(catalog: Catalog, product: Product, wanted: filters.Filters) -> bool:
    """Whether a product is listed that has no active indication: by its status, if asked for."""
    if wanted.status is None or product.status == "approved":
        return False
    narrowed = wanted.regulator is not None or wanted.disease is not None
    return _pends(catalog, product, wanted) if narrowed else True


def _pends(catalog: Catalog, product: Product, wanted: filters.Filters) -> bool:
    """Whether what is pending for an investigational product fits what is asked for."""
    pending = [
        item
        for item in catalog.label(product.id).pending
        if wanted.regulator in (None, item.body)
        and (
            wanted.disease is None
            or not catalog.tree.related(wanted.disease).isdisjoint(item.diseases)
        )
    ]
    return wanted.as_of is None and bool(pending)


def _first(item: ProductSummary) -> str:
    """The date of the first approval, for sorting; those without one come last."""
    return min([part.approved or "9999" for part in item.approvals], default="9999")


def _summary(catalog: Catalog, product: Product, held: list[Indication]) -> ProductSummary:
    """A product with what its active indications say: first dates by regulator, diseases."""
    from cartref.model.answer import Approval, ProductSummary
    from cartref.render.product import brands

    first: dict[Regulator, str | None] = {}
    for item in sorted(held, key=lambda item: item.approved or "9999"):
        first.setdefault(item.regulator, item.approved)
    names = [catalog.disease_name(key, item.id) for item in held for key in item.diseases]
    own = "overlay" in (product.origin, *(item.origin for item in held))
    return ProductSummary(
        id=product.id,
        inn=product.inn,
        short_name=product.short_name,
        brands=tuple(brands(product)),
        target=product.construct.target,
        costimulatory_domain=product.construct.costimulatory_domain,
        status=product.status,
        first_approved_by=product.first_approved_by,
        first_approved=product.first_approved,
        regulators=tuple(first),
        approvals=tuple(
            Approval(regulator=regulator, approved=date) for regulator, date in first.items()
        ),
        diseases=tuple(dict.fromkeys(names)),
        sources=product.sources,
        origin="overlay" if own else "bundled",
    )
