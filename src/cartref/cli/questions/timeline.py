"""The question what happened when: acts of regulators, and uses granted, converted and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from cartref import history
from cartref.cli.questions.filters import Filters, named, one_of
from cartref.errors import UsageError
from cartref.model.answer import TimelineEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.label import Indication, Pending, RegulatoryEvent
    from cartref.model.vocabulary import Date, EntryKind, Pathway

# What is shown unless --all or --kind ask for other kinds.
PENDING = "pending"  # not an act: a decision still to come
MAIN = (
    "approval", "indication", "conversion", "withdrawal", "safety", "rems", "label", PENDING,
)  # fmt: skip
# What concerns a product whatever it is used for.
OF_ALL_USES = ("withdrawal", "safety", "rems")


def entries(catalog: Catalog, answer: Answer, name: str | None, exact: bool) -> None:
    """Fill in the entries of the timeline and the decisions still to come."""
    from cartref.model.vocabulary import EntryKind
    from cartref.render import timeline as render

    if name is not None:
        kind, meant = named(catalog, answer, ("product", "disease"), name, exact=exact)
        answer.query[kind] = meant
    wanted = Filters.of(catalog, answer, exact=exact)
    since = history.period(answer.query["since"], "--since")
    until = history.period(answer.query["until"], "--until")
    if since and until and history.earliest(since) > history.latest(until):
        raise UsageError(f"--since {since} lies after --until {until}")
    kinds = _kinds(answer.query)
    answer.query.update(wanted.query())
    every = [
        *_of_indications(catalog, wanted),
        *_of_events(catalog, wanted, everything=answer.query["all"]),
    ]
    found = [
        item
        for item in every
        if item.kind in kinds
        and _within(item.date, since, until)
        and (wanted.as_of is None or history.come(item.date, wanted.as_of) is not False)
    ]
    order = get_args(EntryKind)
    found.sort(key=lambda item: (item.date, item.products, order.index(item.kind), item.id))
    pending = [
        item
        for item in (_pending(catalog, wanted) if PENDING in kinds else ())
        if (until is None and item.target_date is None)
        or (item.target_date is not None and _within(item.target_date, since, until))
    ]
    answer.notices += _remarks(catalog, wanted, found, _edges(wanted.as_of, since, until))
    if not found and not pending:
        limited = " in that time" if since or until else ""
        answer.notices.append(f"The dataset holds no such act{wanted.told()}{limited}.")
    answer.products = list(dict.fromkeys(key for item in found for key in item.products))
    ends = [day for day in (wanted.as_of, history.latest(until) if until else None) if day]
    answer.results = lambda: list(found)
    answer.more = lambda: {"pending": pending}
    answer.rows = lambda: render.rows(found, pending)
    answer.title = "Timeline"
    answer.pictures = lambda: render.picture(
        found, _began(catalog, every), min([catalog.dataset.as_of, *ends]), len(pending)
    )
    answer.blocks = lambda: [
        *render.drawn(found, _began(catalog, every), catalog.dataset.as_of),
        *render.listed(found),
        *render.to_come(pending, catalog.disease_name),
    ]


def _within(date: str, since: str | None, until: str | None) -> bool:
    """Whether a date may lie within the limits."""
    return (since is None or history.latest(date) >= history.earliest(since)) and (
        until is None or history.earliest(date) <= history.latest(until)
    )


def _edges(as_of: str | None, since: str | None, until: str | None) -> list[str]:
    """The last days on one side of each limit."""
    found = [as_of, history.latest(until) if until else None, _day_before(since) if since else None]
    return [edge for edge in found if edge]


def _began(catalog: Catalog, every: Iterable[TimelineEntry]) -> dict[str, str]:
    """The first approval of each product among the entries; empty if there is none."""
    found = dict.fromkeys(catalog.products, "")
    for item in every:
        for product in item.products if item.kind == "approval" else ():
            found[product] = min(found[product] or item.date, item.date)
    return found


def _kinds(query: dict[str, Any]) -> tuple[str, ...]:
    """The kinds of entries that are asked for.

    Raises:
        UsageError: there is no such kind; names those there are
    """
    from cartref.model.vocabulary import EntryKind

    known: tuple[str, ...] = (*get_args(EntryKind), PENDING)
    asked = tuple(one_of(name, "--kind", known) for name in query["kinds"])
    query["kinds"] = list(asked)
    return asked or (known if query["all"] else MAIN)


def _of_indications(catalog: Catalog, wanted: Filters) -> Iterator[TimelineEntry]:
    """The entries that indications make; those granted without a known date make none."""
    for product in catalog.products.values():
        uses = catalog.label(product.id).indications if wanted.accepts_product(product) else ()
        first = _first_dates(uses)
        for item in uses:
            if wanted.accepts(item):
                at_first = item.approved == first[item.regulator]
                yield from _of_indication(catalog, item, "approval" if at_first else "indication")


def _first_dates(uses: Iterable[Indication]) -> dict[str, str | None]:
    """The date of the first use at each regulator; none if a use of unknown date may be older."""
    first: dict[str, str | None] = {}
    for item in uses:
        earlier = first.get(item.regulator, item.approved)
        known = item.approved is not None and earlier is not None
        first[item.regulator] = min(item.approved or "", earlier or "") if known else None
    return first


def _of_indication(catalog: Catalog, item: Indication, kind: EntryKind) -> Iterator[TimelineEntry]:
    """What happened to one indication: granted, converted, replaced or withdrawn."""
    from cartref.render import words

    use = words.diseases(item.diseases, item.id, catalog.disease_name)
    line = words.line(item)
    use += f", {line}" if line else ""
    at_first = item.pathway_at_approval or item.pathway
    how = f", {at_first}" if at_first else ""
    what = "first approval" if kind == "approval" else "new indication"
    acts: list[tuple[Date | None, EntryKind, str, str | None, Pathway | None]] = [
        (item.approved, kind, f"{what}: {use}{how}", item.summary, at_first),
        (item.converted, "conversion", f"converted to {item.pathway}: {use}", None, item.pathway),
    ]
    if item.ended:
        replaced = item.status == "superseded"
        what = f"replaced by a wider or newer use: {use}" if replaced else f"withdrawn: {use}"
        acts.append((item.ended, "replaced" if replaced else "withdrawal", what, None, None))
    for date, kind_of_act, title, detail, pathway in acts:
        if date is not None:
            yield TimelineEntry(
                id=item.id,
                date=date,
                kind=kind_of_act,
                body=item.regulator,
                products=(item.product,),
                diseases=item.diseases,
                title=title,
                detail=detail,
                pathway=pathway,
                note=item.note,
                sources=item.sources,
                origin=item.origin,
            )


def _of_events(catalog: Catalog, wanted: Filters, *, everything: bool) -> Iterator[TimelineEntry]:
    """The entries that regulatory events make; those without a date make none."""
    used = {item.product for item in catalog.indications.values() if wanted.accepts(item)}
    told = {
        (item.body, item.date, item.kind, product)
        for item in catalog.class_wide.regulatory_events
        for product in item.products
    }
    for item in _events(catalog):
        products = (item.product,) if item.product else item.products
        if item.date is None or not _concerns(catalog, wanted, item, products, used):
            continue
        # What a product's own record repeats of an act on several stands there once.
        if (item.body, item.date, item.kind, item.product) in told and not everything:
            continue
        yield TimelineEntry(
            id=item.id,
            date=item.date,
            kind=item.kind,
            body=item.body,
            products=products,
            title=item.title,
            detail=item.detail,
            note=item.note,
            sources=item.sources,
            origin=item.origin,
        )


def _events(catalog: Catalog) -> Iterator[RegulatoryEvent]:
    for product in catalog.products:
        yield from catalog.label(product).regulatory_events
    yield from catalog.class_wide.regulatory_events


def _concerns(
    catalog: Catalog,
    wanted: Filters,
    item: RegulatoryEvent,
    products: tuple[str, ...],
    used: set[str],
) -> bool:
    """Whether an event passes the filters.

    An event names no disease. With a filter for one, what concerns a product whatever it is used
    for stays, of the products that have such a use.
    """
    if wanted.regulator is not None and item.body != wanted.regulator:
        return False
    if wanted.disease is not None and (
        item.kind not in OF_ALL_USES or used.isdisjoint(products or used)
    ):
        return False
    if not products:
        return wanted.product is None and wanted.target is None
    return any(wanted.accepts_product(catalog.products[key]) for key in products)


def _pending(catalog: Catalog, wanted: Filters) -> list[Pending]:
    """The decisions still to come, those with a day first."""
    found = []
    for product in catalog.products.values():
        investigational = product.status == "investigational" and wanted.product is None
        if not investigational and not wanted.accepts_product(product):
            continue
        if wanted.target not in (None, product.construct.target):
            continue
        for item in catalog.label(product.id).pending:
            if wanted.as_of and history.come(item.known_on, wanted.as_of) is False:
                continue
            about = wanted.disease is None or not catalog.tree.related(wanted.disease).isdisjoint(
                item.diseases
            )
            if about and wanted.regulator in (None, item.body):
                found.append(item)
    return sorted(found, key=lambda item: (item.target_date or "9999", item.product, item.id))


def _day_before(date: str) -> str:
    """The day before a date begins, as far as days are compared."""
    from datetime import date as calendar
    from datetime import timedelta

    first = calendar.fromisoformat(history.earliest(date))
    return (first - timedelta(days=first > calendar.min)).isoformat()


def _remarks(
    catalog: Catalog, wanted: Filters, found: Iterable[TimelineEntry], edges: list[str]
) -> list[str]:
    """What must be said beside the entries."""
    items = list(found)
    said = []
    vague = dict.fromkeys(
        item.date for item in items if any(history.come(item.date, edge) is None for edge in edges)
    )
    if vague:
        said.append(
            f"Known only as {', '.join(vague)}: such acts may lie on either side of the limit."
        )
    undated = sorted(
        {
            f"{item.product} ({item.regulator})"
            for item in catalog.indications.values()
            if item.approved is None and wanted.accepts(item)
        }
    )
    if undated:
        said.append(f"Approved at a date not known, so not listed: {', '.join(undated)}.")
    return said
