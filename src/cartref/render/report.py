"""A brief of one or several products: what a coordinator hands to a colleague.

Each thing is said once. Of several products the comparison tells the results of the pivotal
trials and the items of the boxed warnings, with one chart for all; the part of each product then
leaves those out, and keeps what a cell of the comparison shortens: dates and pathways of the
indications, notes, fatal and treated cases of CRS and neurologic toxicity. An act on several
products stands in the timeline of each.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from cartref.render import compare, study, timeline, trial, words
from cartref.render import product as profile
from cartref.render.document import Block, Fact, Facts, Grid, Heading, Remark, Versus, behind
from cartref.render.indication import newest_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cartref.model.answer import ComparisonRow, TimelineEntry
    from cartref.model.dataset import Profile
    from cartref.model.label import Indication, RegulatoryEvent
    from cartref.model.product import Product
    from cartref.model.study import AdverseReaction, Trial
    from cartref.render.picture import Picture
    from cartref.render.words import DiseaseName

    Part = Block | Heading | Picture

CHAPTER, SECTION = 2, 3
ABOVE = (
    "The outcomes of the pivotal trials and what boxed warnings say stand above, side by side with"
    " those of the other products."
)
MOST = 12  # of the adverse reactions of a population
# What the further adverse reactions count, and how their tables say so.
MEASURES: Mapping[str, str] = {
    "reaction": "",
    "laboratory": "Laboratory abnormalities: ",
    "prolonged": "Prolonged, as the label defines it: ",
}
EVENTS: Mapping[str, str] = dict(
    zip(study.HEADLINE, ("CRS", "Neurologic toxicity", "ICANS"), strict=True)
)
SECTIONS: Mapping[str, str] = {
    "doses": "dose", "lymphodepletion": "lymphodepletion", "monitoring": "monitoring",
}  # fmt: skip


class Charts(NamedTuple):
    """The charts of results; none where nothing is drawn.

    Attributes:
        responses: response rates
        toxicity: CRS, then neurologic toxicity
    """

    responses: Sequence[Picture] = ()
    toxicity: Sequence[Picture] = ()


class Subject(NamedTuple):
    """A product with what the dataset as a whole says of it.

    Attributes:
        profile: the product and all that is known of it
        gaps: the sections, regulators and diseases of which nothing is known
        acts: the acts of regulators, in order of date
        undated: those whose date is not known
        remarks: what must be said beside the acts
        timeline: the acts as a chart
        charts: its results as charts
    """

    profile: Profile
    gaps: Sequence[tuple[str, str, str]]
    acts: Sequence[TimelineEntry]
    undated: Sequence[RegulatoryEvent]
    remarks: Sequence[str]
    timeline: Sequence[Picture] = ()
    charts: Charts = Charts()


class Comparison(NamedTuple):
    """Several products side by side.

    Attributes:
        rows: the rows of all sections
        remarks: what a reader of the rates must know
        charts: the results of all products as charts
        regulator: the regulator whose texts alone are compared
    """

    rows: Sequence[ComparisonRow]
    remarks: Sequence[str]
    charts: Charts = Charts()
    regulator: str | None = None


def title(products: Sequence[Product]) -> str:
    """The product with its names, or the short names of several."""
    if len(products) == 1:
        return profile.title(products[0])
    return words.listed([item.short_name for item in products])


def brief(
    subjects: Sequence[Subject],
    beside: Comparison | None,
    notices: Iterable[str],
    disease_name: DiseaseName,
) -> list[Part]:
    """All parts of a brief, its charts in the sections that they belong to.

    Args:
        subjects: the products
        beside: how several products stand side by side
        notices: what must be read before the rest
        disease_name: gives the short name of a disease
    """
    parts: list[Part] = [*map(Remark, notices), Heading("In short", CHAPTER)]
    for subject in subjects:
        name = subject.profile.product.short_name if beside else ""
        parts.append(Facts(name, tuple(_in_short(subject, disease_name))))
    if beside:
        parts.append(Heading("Side by side", CHAPTER, apart=True))
        parts += _side_by_side(beside, [item.profile.product.id for item in subjects])
    for subject in subjects:
        name = profile.title(subject.profile.product) if beside else "In full"
        parts.append(Heading(name, CHAPTER, apart=beside is not None))
        parts += _in_full(subject, disease_name, alone=beside is None)
    return parts


def without_pictures(parts: Iterable[Part]) -> list[Block | Heading]:
    """The parts that can be written as text."""
    return [part for part in parts if isinstance(part, Block | Heading)]


def _section(title: str, parts: Iterable[Part]) -> list[Part]:
    """Parts below a heading, which says the title of a block of the same name; none if empty."""
    held = [part for part in parts if not isinstance(part, Facts) or part.facts]
    return [Heading(title, SECTION), *(_untitled(part, title) for part in held)] if held else []


def _untitled(part: Part, title: str) -> Part:
    if isinstance(part, Facts | Grid | Versus) and part.title == title:
        return part._replace(title="")
    return part


# ---- in short


def _in_short(subject: Subject, disease_name: DiseaseName) -> list[Fact]:
    """What a product is and for whom, and how often its two first dangers came."""
    label = subject.profile
    item = label.product
    built = item.construct
    facts = [
        Fact(
            "What it is",
            f"{built.cell_source or f'cell source {words.UNKNOWN}'}; target {built.target};"
            f" costimulation {built.costimulatory_domain or words.UNKNOWN}",
            behind(built),
        ),
        *profile.status(item),
    ]
    if item.status != "investigational":
        facts.append(profile.first_approval(item))
    facts += _uses(label.indications, disease_name)
    facts += _boxes(label)
    trials = {item.id: item for item in label.trials}
    facts += _rates(study.headline(label.adverse_reactions, trials), trials)
    if label.pending:
        told = "; ".join(f"{part.body}: {part.title}" for part in label.pending)
        facts.append(Fact("Pending, not approved", told, behind(*label.pending)))
    return [*facts, *_gaps(subject.gaps)]


def _uses(indications: Iterable[Indication], disease_name: DiseaseName) -> list[Fact]:
    """The diseases of the active indications, each with the lines that each regulator opens."""
    found: dict[str, list[Indication]] = {}
    for item in newest_first(item for item in indications if item.status == "active"):
        named = words.diseases(item.diseases, item.id, disease_name)
        found.setdefault(named, []).append(item)
    return [Fact(f"Approved for {named}", _lines(items), behind(*items))
            for named, items in found.items()]  # fmt: skip


def _lines(indications: Iterable[Indication]) -> str:
    """The lines of therapy by regulator: ``FDA (2L+, 3L+), EMA (line not given)``."""
    lines: dict[str, dict[str, None]] = {}
    for item in indications:
        lines.setdefault(item.regulator, {})[words.line(item) or "line not given"] = None
    return ", ".join(f"{regulator} ({', '.join(told)})" for regulator, told in lines.items())


def _boxes(label: Profile) -> list[Fact]:
    """Whose boxed warnings stand, and how many items they have."""
    facts = []
    for box in label.boxed_warnings:
        if not box.valid_to:
            told = f"{len(box.items)} items" if box.items else "none"
            facts.append(Fact(f"Boxed warning, {box.regulator}", told, behind(box)))
    return facts


def _rates(reactions: Sequence[AdverseReaction], trials: Mapping[str, Trial]) -> list[Fact]:
    """The rates of CRS and neurologic toxicity, as far as the label sets of patients differ."""
    return [
        Fact(name, _reach(items, trials), behind(*items))
        for event, name in EVENTS.items()
        if (items := [item for item in reactions if item.event == event])
    ]


def _reach(items: Sequence[AdverseReaction], trials: Mapping[str, Trial]) -> str:
    """The rates of one set of patients, or the lowest and the highest of several."""
    rates = [
        f"{name} {_span([getattr(item, field) for item in items])}"
        for name, field in (("any grade", "any_grade_pct"), ("grade 3+", "grade3plus_pct"))
    ]
    if len(items) == 1:
        [item] = items
        size = f"n = {item.n}" if item.n is not None else f"n {words.UNKNOWN}"
        where = f"{study.counted(item, trials, None)}, {size}, {words.basis(item)}"
    else:
        where = f"lowest and highest known of {len(items)} sets of patients, which may overlap"
    return f"{', '.join(rates)} ({where})"


def _span(rates: Iterable[float | None]) -> str:
    """The lowest and the highest of those rates that are known."""
    known = sorted({rate for rate in rates if rate is not None})
    ends = dict.fromkeys(words.percent(rate) for rate in (*known[:1], *known[-1:]))
    return " to ".join(ends) or words.UNKNOWN_NUMBER


def _gaps(gaps: Iterable[tuple[str, str, str]]) -> list[Fact]:
    """Of how many approved uses something is not known that their label must say."""
    found = Counter(SECTIONS[section] for section, *_ in gaps)
    told = ", ".join(
        f"{section} for {count} approved use{'' if count == 1 else 's'}"
        for section, count in found.items()
    )
    return [Fact("Not known here", f"{told}; named below")] if told else []


# ---- side by side


def _side_by_side(beside: Comparison, products: Sequence[str]) -> list[Part]:
    """The comparison, what must be known of it first."""
    charts = {"outcomes": beside.charts.responses, "safety": beside.charts.toxicity}
    parts: list[Part] = [*map(Remark, (*compare.legends(beside.rows), *beside.remarks))]
    for section, block in compare.sections(beside.rows, products, beside.regulator):
        parts += _section(block.title, [*charts.get(section, ()), block])
    return parts


# ---- in full


def _in_full(subject: Subject, disease_name: DiseaseName, *, alone: bool) -> list[Part]:
    """A product section by section; the charts of its results stand here if it is alone."""
    label = subject.profile
    trials = {item.id: item for item in label.trials}
    outcomes: list[Part] = []
    charts = subject.charts
    if alone and (found := profile.outcomes(label, trials)):
        said = [] if charts.responses else [Remark(study.NOT_COMPARABLE)]
        outcomes = [*charts.responses, *found, *said]
    pending = profile.pending(label, disease_name)
    sections: list[tuple[str, Iterable[Part]]] = [
        _named(profile.identity(label.product)),
        _named(pending),
        ("Indications", profile.uses(label, disease_name)),
        *map(_named, profile.giving(label, subject.gaps, disease_name)),
        *map(_named, profile.warnings(label, only_noted=not alone)),
        ("Key outcomes of the pivotal trials", outcomes),
        ("CRS and neurologic toxicity", [*charts.toxicity, *profile.toxicity(label, trials)]),
        ("Other frequent adverse reactions", _frequent(label.adverse_reactions, trials)),
        ("Manufacture and storage", profile.logistics(label.logistics, trials)),
        _named(profile.construct(label.product)),
        ("Regulatory timeline", _timeline(subject)),
        ("Trials and studies", _trials(label.trials, disease_name)),
    ]
    parts = [part for title, held in sections for part in _section(title, held)]
    above = [] if alone else [Remark(ABOVE)]
    return [*above, *parts, Remark(_see_also(label.product.id))]


def _named(block: Facts) -> tuple[str, list[Part]]:
    """A block as a section of its own."""
    return block.title, [block]


def _frequent(reactions: Iterable[AdverseReaction], trials: Mapping[str, Trial]) -> list[Part]:
    """The further reactions that labels give of the pivotal populations, the most frequent."""
    found = [
        item
        for item in study.graded(reactions)
        if item.event not in study.HEADLINE
        and item.manifestation_of is None
        and item.basis != "publication"
        and trials[item.trial].kind in ("pivotal", "pool")
    ]
    tables: list[Part] = []
    for measure, lead in MEASURES.items():
        counted = [item for item in found if item.measure == measure]
        tables += [
            block._replace(title=lead + block.title)
            for block in study.by_population(counted, trials, most=MOST)
        ]
    return [*tables, Remark(study.LEGEND), Remark(study.NOT_COMPARABLE)] if tables else []


def _timeline(subject: Subject) -> list[Part]:
    """The acts of regulators as a chart and as a list; then those without a date."""
    listed = [block._replace(title="") for block in timeline.listed(subject.acts, alone=True)]
    undated = profile.events("Date not known", subject.undated)
    said = map(Remark, subject.remarks)
    return [*subject.timeline, *listed, undated, *said]


def _trials(trials: Sequence[Trial], disease_name: DiseaseName) -> list[Part]:
    return [trial.grid(trials, disease_name, alone=True)] if trials else []


def _see_also(product: str) -> str:
    """Where the rest is told."""
    return (
        "Not in this brief: codes, earlier label texts, further rates and acts; cartref product"
        f" {product}, cartref side-effects {product}, cartref trial {product} and cartref timeline"
        f" {product} --all tell them."
    )
