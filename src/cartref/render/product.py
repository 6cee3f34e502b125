"""The profile of a product and the list of products, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.record import fields_of
from cartref.render import study, words
from cartref.render.document import Column, Fact, Facts, Grid, Remark, Rows, behind, cell
from cartref.render.indication import grid, newest_first, notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cartref.model.answer import ProductSummary
    from cartref.model.dataset import Profile
    from cartref.model.label import Dose, Logistics, Lymphodepletion, Monitoring, RegulatoryEvent
    from cartref.model.product import Code, Product
    from cartref.model.study import Trial
    from cartref.render.document import Block
    from cartref.render.words import DiseaseName

SHORT = 30


def brands(product: Product) -> list[str]:
    """The brand names, without repeats."""
    return list(dict.fromkeys(name.text for name in product.names if name.kind == "brand"))


def title(product: Product) -> str:
    """The INN with the short name and the brands; without an INN the short name leads."""
    others = brands(product)
    if product.inn:
        others = [product.short_name, *others]
    lead = product.inn or product.short_name
    return f"{lead} ({', '.join(others)})" if others else lead


def listing(entries: Sequence[ProductSummary], regulator: str | None) -> list[Block]:
    """The list of products.

    Args:
        entries: the products
        regulator: the one regulator asked for; its dates then stand for the first approval
    """
    columns = (
        Column("Product", 9),
        Column("Brand", 8),
        Column("INN", 4),
        Column("Target", 8),
        Column("Costimulation", 3),
        Column(f"Approved by {regulator}" if regulator else "First approved", 7, number=True),
        Column("Diseases", 6),
        Column("Regulators", 5),
    )
    lines = tuple(_listed(item, regulator) for item in entries)
    cited = tuple(behind(item) for item in entries)
    return [
        Grid(columns, lines, "CAR T-cell products", cited),
        Remark("cartref product NAME shows one in full."),
    ]


def _listed(item: ProductSummary, regulator: str | None) -> tuple[str, ...]:
    """The cells of one product in the list."""
    first = " ".join(filter(None, [item.first_approved, item.first_approved_by]))
    if regulator:
        dates = [part.approved for part in item.approvals if part.regulator == regulator]
        first = "".join(filter(None, dates))
    if item.status == "investigational":
        first = "not approved"
    return (
        item.id,
        ", ".join(item.brands),
        item.inn or words.UNKNOWN,
        item.target,
        item.costimulatory_domain or words.UNKNOWN,
        first or words.UNKNOWN,
        ", ".join(item.diseases),
        ", ".join(item.regulators),
    )


def listing_rows(entries: Sequence[ProductSummary]) -> Rows:
    """The list of products as plain lines, with the field names of the JSON."""
    found = Rows(LISTED, [])
    for item in entries:
        values = fields_of(item)
        values["approvals"] = [
            " ".join(filter(None, [part.regulator, part.approved])) for part in item.approvals
        ]
        found.lines.append(tuple(cell(values[name]) for name in LISTED))
    return found


LISTED = (
    "id", "inn", "short_name", "brands", "target", "costimulatory_domain", "status",
    "first_approved_by", "first_approved", "regulators", "approvals", "diseases", "sources",
    "origin",
)  # fmt: skip


# ---- the profile


def profile(
    label: Profile,
    gaps: Sequence[tuple[str, str, str]],
    disease_name: DiseaseName,
) -> list[Block]:
    """Everything a pharmacist keeps open, the current state first.

    Args:
        label: the product and all that is known of it
        gaps: the sections, regulators and diseases of which nothing is known
        disease_name: gives the short name of a disease
    """
    product = label.product
    trials = {trial.id: trial for trial in label.trials}
    blocks: list[Block] = [
        Remark(title(product), heading=True),
        identity(product),
        pending(label, disease_name),
        *uses(label, disease_name),
        *giving(label, gaps, disease_name),
        earlier_monitoring(label, disease_name),
        *warnings(label),
        *outcomes(label, trials),
        *toxicity(label, trials),
        *logistics(label.logistics, trials),
        construct(product),
        _codes(label.codes),
        events("Regulatory events, newest first", label.regulatory_events),
        Remark(_see_also(label)),
    ]
    return [block for block in blocks if not isinstance(block, Facts) or block.facts]


def uses(label: Profile, disease_name: DiseaseName) -> list[Block]:
    """The active indications with their notes, and how many have ended."""
    current = [item for item in label.indications if item.status == "active"]
    ended = len(label.indications) - len(current)
    blocks: list[Block] = []
    if current:
        ordered = newest_first(current)
        blocks.append(grid(ordered, disease_name, {}, "Indications", lead="regulator"))
        blocks += notes(ordered)
    if ended:
        word = "indications" if ended > 1 else "indication"
        blocks.append(Remark(f"{ended} ended {word}: cartref eligibility {label.product.id} --all"))
    return blocks


def giving(
    label: Profile, gaps: Sequence[tuple[str, str, str]], disease_name: DiseaseName
) -> list[Facts]:
    """Dose, lymphodepletion and monitoring as they hold now, and of which uses they are unknown."""
    trials = {trial.id: trial for trial in label.trials}
    missing = {section: unknown(section, gaps, disease_name) for section, *_ in gaps}
    return [
        Facts("Dose", (*_doses(label, disease_name), *missing.get("doses", ()))),
        Facts(
            "Lymphodepletion",
            (
                *(regimen(item, trials, disease_name) for item in label.lymphodepletion),
                *missing.get("lymphodepletion", ()),
            ),
        ),
        Facts(
            "Monitoring after infusion",
            (*_monitoring(label, disease_name, ended=False), *missing.get("monitoring", ())),
        ),
    ]


def earlier_monitoring(label: Profile, disease_name: DiseaseName) -> Facts:
    """The monitoring rules that have ended."""
    return Facts("Earlier monitoring rules", _monitoring(label, disease_name, ended=True))


def _see_also(label: Profile) -> str:
    """The commands that tell more of a product."""
    key = label.product.id
    more = [f"cartref trial {key}"] if label.trials else []
    more += [f"cartref pathway {key}", f"cartref timeline {key}"]
    text = f"More: {', '.join(more)}"
    if label.adverse_reactions:
        text += f", cartref side-effects {key}; care of CRS and ICANS: cartref side-effects CRS"
    return f"{text}."


def unknown(
    section: str, gaps: Sequence[tuple[str, str, str]], disease_name: DiseaseName
) -> tuple[Fact, ...]:
    """Say for each regulator of which diseases a section is not known."""
    by_regulator: dict[str, list[str]] = {}
    for name, regulator, disease in gaps:
        if name == section:
            by_regulator.setdefault(regulator, []).append(disease_name(disease, section))
    return tuple(
        Fact(f"{regulator}, {', '.join(names)}", f"{words.UNKNOWN} here; see the label")
        for regulator, names in by_regulator.items()
    )


def identity(product: Product) -> Facts:
    """Names, developer, first approval and holders."""
    kinds = (
        ("brand", "Brand names"),
        ("development-code", "Development codes"),
        ("former", "Former names"),
        ("synonym", "Other names"),
    )
    facts = [
        *status(product),
        Fact("Target", product.construct.target, behind(product.construct)),
        Fact("Developer", product.developer or words.UNKNOWN, behind(product)),
    ]
    if product.status != "investigational":
        facts.append(first_approval(product))
    for kind, title in kinds:
        names = [
            name.text + (f" ({', '.join(name.regions)})" if name.regions else "")
            for name in product.names
            if name.kind == kind
        ]
        if names:
            facts.append(Fact(title, "; ".join(names), behind(product)))
    held = "; ".join(f"{item.regulator}: {item.company}" for item in product.holders)
    if held or product.status != "investigational":
        facts.append(Fact("Authorisation holders", held or words.UNKNOWN, behind(product)))
    if product.note:
        facts.append(Fact("Note", product.note, behind(product)))
    return Facts("Identity", tuple(facts))


def first_approval(product: Product) -> Fact:
    """When a product was first approved, and by whom."""
    first = ", ".join(filter(None, [product.first_approved, product.first_approved_by]))
    return Fact("First approved", first or words.UNKNOWN, behind(product))


def status(product: Product) -> list[Fact]:
    """Say of a product that is not approved that it is not."""
    said = {
        "investigational": "investigational: not approved by any regulator, as far as known",
        "withdrawn": "withdrawn: no approval stands any more",
    }.get(product.status)
    return [Fact("Status", said, behind(product))] if said else []


def pending(label: Profile, disease_name: DiseaseName) -> Facts:
    """Decisions still to come, each with the day on which that was known."""
    facts = []
    for item in label.pending:
        named = words.diseases(item.diseases, item.id, disease_name)
        facts.append(Fact(item.body, words.pending(item, named), behind(item)))
    return Facts("Pending, not approved", tuple(facts))


def where(
    regulator: str | None,
    diseases: Sequence[str],
    record: str,
    disease_name: DiseaseName,
    extra: str | None = None,
) -> str:
    """The label of a fact: regulator, diseases and a further limit."""
    named = words.diseases(diseases, record, disease_name)
    return ", ".join(part for part in (regulator or "trial", named, extra) if part)


def with_note(text: str, note: str | None) -> str:
    """A statement with its note."""
    return f"{text.rstrip('.')}. Note: {note}" if note and text else text or note or words.UNKNOWN


def _doses(label: Profile, disease_name: DiseaseName) -> list[Fact]:
    """The doses that hold now, then what is given before and how; the same text is said once."""
    facts = []
    ways: dict[tuple[str, str], list[Dose]] = {}
    for item in label.doses:
        if item.valid_to:
            continue
        weight = item.weight_rule if item.weight_rule and item.per_kg is not None else None
        limit = item.applies_to or (weight if len(weight or "") <= SHORT else None)
        place = where(item.regulator, item.diseases, item.id, disease_name, limit)
        facts.append(Fact(place, with_note(words.dose(item), item.note), behind(item)))
        for name, text in (("before", item.premedication), ("giving", item.administration)):
            if text:
                ways.setdefault((name, text), []).append(item)
    for (name, text), items in ways.items():
        regulators = ", ".join(dict.fromkeys(item.regulator or "trial" for item in items))
        cited = behind(*items)
        facts.append(Fact(f"{regulators}: {name}", text, cited))
    return facts


def regimen(item: Lymphodepletion, trials: Mapping[str, Trial], disease_name: DiseaseName) -> Fact:
    """A lymphodepleting regimen."""
    trial = trials.get(item.trial or "")
    lead = item.regulator or (trial.name if trial else None)
    place = where(lead, item.diseases, item.id, disease_name)
    return Fact(place, with_note(words.regimen(item), item.note), behind(item))


def _monitoring(label: Profile, disease_name: DiseaseName, *, ended: bool) -> tuple[Fact, ...]:
    """The rules that hold now as far as known, or those that ended."""
    held = (item for item in label.monitoring if bool(item.valid_to) == ended)
    return tuple(rule(item, disease_name) for item in held)


def rule(item: Monitoring, disease_name: DiseaseName) -> Fact:
    """A monitoring rule, with the time for which it is known to stand."""
    when = words.period(item.valid_from, item.valid_to, item.as_of)
    place = where(item.regulator, item.diseases, item.id, disease_name, when)
    return Fact(place, with_note(words.monitoring(item), item.note), behind(item))


def warnings(label: Profile, *, only_noted: bool = False) -> list[Facts]:
    """The boxed warnings that stand, then warnings, contraindications and limits of use.

    Args:
        label: the product
        only_noted: whether of the boxed warnings only the notes are wanted, not the items
    """
    boxed = []
    for box in label.boxed_warnings:
        if box.valid_to:
            continue
        when = words.period(box.valid_from, None, box.as_of)
        title = ", ".join(part for part in (box.regulator, when) if part)
        items = box.items or (words.NO_BOX,)
        boxed += [Fact(title, item, behind(box)) for item in items if not only_noted]
        if box.note:
            boxed.append(Fact(title, f"Note: {box.note}", behind(box)))
    others = []
    for item in label.warnings:
        kind = item.kind.replace("-", " ")
        title = ", ".join(part for part in (item.regulator, kind, item.as_of) if part)
        others.append(Fact(title, with_note(words.warning(item), item.note), behind(item)))
    lead = "Notes on the boxed warning" if only_noted else "Boxed warning"
    return [Facts(lead, tuple(boxed)), Facts("Other warnings", tuple(others))]


def outcomes(results: Profile, trials: Mapping[str, Trial]) -> list[Block]:
    """The results that a reader looks for first."""
    found = study.key_outcomes(results.outcomes, trials)
    title = "Key outcomes of the pivotal trials"
    return [study.outcome_grid(found, trials, title)] if found else []


def toxicity(results: Profile, trials: Mapping[str, Trial]) -> list[Block]:
    """The rates of CRS and neurologic toxicity, and what a reader of them must know."""
    reactions = study.headline(results.adverse_reactions, trials)
    if not reactions:
        return []
    lead = ("event", "population", "n", "basis")
    said = [study.LEGEND, *study.cautions(item.event for item in reactions)]
    return [
        study.reaction_grid(reactions, trials, "CRS and neurologic toxicity", lead=lead),
        *map(Remark, said),
    ]


def logistics(items: Sequence[Logistics], trials: Mapping[str, Trial]) -> list[Block]:
    """Times, success and storage of manufacture, as a section."""
    return [Facts("Manufacture and storage", tuple(logistics_facts(items, trials)))]


def logistics_facts(items: Sequence[Logistics], trials: Mapping[str, Trial]) -> list[Fact]:
    """Times, success and storage of manufacture."""
    facts = []
    for item in items:
        days = words.median_and_range(item.vein_to_vein_days, item.vein_to_vein_range_days)
        making = words.median_and_range(item.manufacturing_days, item.manufacturing_range_days)
        success = words.percent(item.manufacturing_success_pct)
        cold = words.number(item.storage_temperature_c)
        parts = [
            f"vein to vein {days} days" if days else "",
            f"manufacture {making} days" if making else "",
            f"manufacturing success {success}" if success else "",
            item.storage or (f"stored at or below {cold} °C" if cold else ""),
            f"shelf life {item.shelf_life}" if item.shelf_life else "",
            f"after thaw: {item.after_thaw}" if item.after_thaw else "",
            item.presentation or "",
            f"contains {', '.join(item.excipients)}" if item.excipients else "",
            item.out_of_spec_note or "",
        ]
        trial = trials.get(item.trial or "")
        lead = item.setting or (trial.name if trial else None)
        place = ", ".join(part for part in (item.regulator, lead) if part) or "General"
        text = "; ".join(part for part in parts if part)
        facts.append(Fact(place, with_note(text, item.note), behind(item)))
    return facts


def construct(product: Product) -> Facts:
    """How the CAR and the cell product are built; what is not known is said."""
    built = product.construct
    listed = (
        ("Binder", built.binder),
        ("Hinge and transmembrane", built.hinge_transmembrane),
        ("Costimulatory domain", built.costimulatory_domain),
        ("Signalling domain", built.signalling_domain),
        ("Vector", built.vector),
        ("Cell source", built.cell_source),
        ("Composition", built.composition),
        ("Marker gene", built.marker_gene),
        ("Manufacture", built.manufacturing_notes),
        ("Note", built.note),
    )
    facts = [
        Fact(name, text or words.UNKNOWN, behind(built))
        for name, text in listed
        if text or name not in ("Marker gene", "Note")
    ]
    return Facts("Construct", tuple(facts))


def _codes(codes: Sequence[Code]) -> Facts:
    facts = []
    for item in codes:
        when = words.period(item.valid_from, item.valid_to, None)
        parts = [item.meaning, when, "shared with other products" if item.shared else "", item.note]
        text = "; ".join(part for part in parts if part)
        facts.append(Fact(item.system, f"{item.code}: {text}" if text else item.code, behind(item)))
    return Facts("Codes", tuple(facts))


def events(title: str, items: Iterable[RegulatoryEvent]) -> Facts:
    """Acts of regulators, the newest first; those without a date last."""
    dated = sorted(items, key=lambda item: item.date or "", reverse=True)
    facts = []
    for item in dated:
        detail = f": {item.detail}" if item.detail else ""
        text = with_note(f"{item.body}, {item.title}{detail}", item.note)
        facts.append(Fact(item.date or f"date {words.UNKNOWN}", text, behind(item)))
    return Facts(title, tuple(facts))
