"""Indications, their criteria and the disease tree, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render import words
from cartref.render.document import Column, Fact, Facts, Grid, Remark, Rows, behind, cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal

    from cartref.model.label import Indication
    from cartref.model.reference import Disease
    from cartref.render.document import Block
    from cartref.render.picture import Matrix, MatrixCell
    from cartref.render.words import DiseaseName

COLUMNS = (
    "relation", "product", "regulator", "approved", "status", "ended", "pathway",
    "pathway_at_approval", "converted", "diseases", "covers", "excludes", "population", "age_min",
    "age_max", "min_prior_lines", "max_prior_lines", "criteria", "trials", "summary", "note",
    "sources", "id", "partly_known", "also_asks", "origin",
)  # fmt: skip
NOTED = "*"
RELATIONS = {"named": "", "part": "part of the disease"}
NOT_COVERED = {
    "excluded": "Excluded by the label",
    "formerly-excluded": "Exclusion lifted, not named as an indication",
    "not-named": "Wider indication that does not name it",
    "other-age": "Only for other ages",
}


def rows(indications: Iterable[Indication], relation: Mapping[str, str]) -> Rows:
    """Indications as plain lines, with the field names of the JSON."""
    found = Rows(COLUMNS, [])
    for item in indications:
        values: dict[str, object] = {name: getattr(item, name, None) for name in COLUMNS}
        values["criteria"] = tuple(words.criteria(item))
        values["relation"] = relation.get(item.id)
        found.lines.append(tuple(cell(values[name]) for name in COLUMNS))
    return found


def newest_first(indications: Iterable[Indication]) -> list[Indication]:
    """Ordered by regulator, then by line, then by date with the newest first."""
    dated = sorted(indications, key=lambda item: item.approved or "", reverse=True)
    order = {name: place for place, name in enumerate(in_order(item.regulator for item in dated))}
    return sorted(dated, key=lambda item: (order[item.regulator], item.min_prior_lines or 0))


def in_order(regulators: Iterable[str]) -> list[str]:
    """FDA, EMA and MHRA first, since most readers ask for them, then the others by name."""
    found = set(regulators)
    first = [name for name in ("FDA", "EMA", "MHRA") if name in found]
    return first + sorted(found - set(first))


def grids(
    indications: Sequence[Indication],
    disease_name: DiseaseName,
    relation: Mapping[str, str],
) -> list[Block]:
    """One table for each regulator, by line, the newest first."""
    blocks: list[Block] = []
    ordered = newest_first(indications)
    for regulator in in_order(item.regulator for item in ordered):
        items = [item for item in ordered if item.regulator == regulator]
        blocks.append(grid(items, disease_name, relation, regulator))
    return blocks


def grid(
    items: Sequence[Indication],
    disease_name: DiseaseName,
    relation: Mapping[str, str],
    title: str,
    lead: Literal["product", "regulator"] = "product",
) -> Grid:
    """Indications as a table that leads with the product or with the regulator."""
    ended = any(item.status != "active" for item in items)
    match = any(RELATIONS[relation.get(item.id, "named")] for item in items)
    columns = (
        Column(lead.capitalize(), 9),
        Column("Line", 8, number=True),
        Column("Disease", 7),
        Column("Who qualifies", 9),
        Column("Approved", 9, number=True),
        Column("Pathway", 6),
        *((Column("Status", 9),) if ended else ()),
        *((Column("Match", 9),) if match else ()),
    )
    lines = []
    for item in items:
        name = words.diseases(item.diseases, item.id, disease_name)
        line = [
            getattr(item, lead) + (NOTED if item.note else ""),
            words.line(item) or "not given",
            name,
            words.eligibility(item) or words.UNKNOWN,
            item.approved or words.UNKNOWN,
            words.authorisation(item) or words.UNKNOWN,
        ]
        if ended:
            line.append(item.status + (f" {item.ended}" if item.ended else ""))
        if match:
            line.append(RELATIONS[relation.get(item.id, "named")])
        lines.append(tuple(line))
    return Grid(columns, tuple(lines), title, tuple(behind(item) for item in items))


def matrix(
    indications: Iterable[Indication],
    products: Iterable[str],
    relation: Mapping[str, str],
    title: str,
) -> list[Matrix]:
    """In which line each regulator lets each product be used.

    Args:
        indications: the indications; those that have ended are left out
        products: ids of all products, in the order of the rows
        relation: how each indication stands to the disease
        title: what the picture shows

    Returns:
        one picture; none without an active indication
    """
    from cartref.render.picture import Matrix

    cells: dict[tuple[str, str], list[Indication]] = {}
    every = list(indications)
    for item in every:
        if item.status == "active":
            cells.setdefault((item.product, item.regulator), []).append(item)
    active = [item for items in cells.values() for item in items]
    if not active:
        return []
    down = [name for name in products if any(name == product for product, _ in cells)]
    across = in_order(item.regulator for item in active)
    notes = [LINES]
    if any(item.status != "active" for item in every):
        notes.append("Uses that have ended are not drawn.")
    if any(relation.get(item.id) == "part" for item in active):
        notes.append(f"{PART.strip()}: the use covers a part of the disease.")
    found = tuple(
        tuple(_matrix_cell(cells.get((product, regulator), []), relation) for regulator in across)
        for product in down
    )
    return [Matrix(title, tuple(across), tuple(down), found, tuple(notes))]


LINES = (
    "2L+: second line of therapy or later, as the label counts earlier lines. A label asks for more"
    " than a line: the table tells. A dot: no active indication in the dataset, which does not mean"
    " that there is none."
)
PART = " (part)"
NO_LINE = "not given"
NO_USE = "-"


def _matrix_cell(items: Sequence[Indication], relation: Mapping[str, str]) -> MatrixCell:
    """The lines in which indications open, the earliest first; those without a line last."""
    from cartref.render.picture import MatrixCell

    ranks = [item.min_prior_lines + 1 for item in items if item.min_prior_lines is not None]
    texts = sorted(
        {
            (words.line(item) or NO_LINE) + (PART if relation.get(item.id) == "part" else "")
            for item in items
        }
    )  # digits come before letters
    return MatrixCell(tuple(texts), min(ranks, default=None), behind(*items))


def overview(pictures: Iterable[Matrix]) -> list[Block]:
    """A matrix as a table; one of a single row or column says no more than what follows it."""
    return [
        Grid(
            (Column("Product", 9, whole=True), *(Column(name, 9) for name in item.columns)),
            tuple(
                (name, *(", ".join(cell.texts) or NO_USE for cell in cells))
                for name, cells in zip(item.rows, item.cells, strict=True)
            ),
            f"{item.title} ({NO_USE}: none in the dataset)",
            tuple(
                tuple(dict.fromkeys(key for cell in cells for key in cell.cited))
                for cells in item.cells
            ),
            overview=True,
        )
        for item in pictures
        if len(item.rows) > 1 and len(item.columns) > 1
    ]


def criteria_facts(item: Indication, disease_name: DiseaseName) -> Facts:
    """The label criteria of one indication, one fact a criterion."""
    diseases = words.diseases(item.diseases, item.id, disease_name)
    covers = words.diseases(item.covers, item.id, disease_name)
    excludes = words.diseases(item.excludes, item.id, disease_name)
    listed = [
        ("Disease", diseases + (f", naming {covers}" if covers else "")),
        ("Excluded", excludes),
        ("Population", item.population or ""),
        ("Age, years", words.ages(item) or "no limit given"),
        ("Prior lines", words.prior_lines(item) or "no number given"),
        *(("Criterion", text) for text in words.criteria(item)),
        *(("Also asked", text) for text in item.also_asks),
        ("Summary", item.summary),
        ("Trials", ", ".join(item.trials)),
        ("Note", item.note or ""),
    ]
    when = item.approved or f"date {words.UNKNOWN}"
    pathway = words.authorisation(item)
    title = f"{item.product}, {item.regulator}, {when}" + (f", {pathway}" if pathway else "")
    if item.status != "active":
        title += f" ({item.status}" + (f" {item.ended})" if item.ended else ")")
    cited = behind(item)
    return Facts(title, tuple(Fact(label, text, cited) for label, text in listed if text))


def notes(indications: Iterable[Indication]) -> list[Block]:
    """The notes of indications, which their rows mark with a star."""
    facts = tuple(
        Fact(f"{item.product}, {item.regulator}", item.note, behind(item))
        for item in newest_first(indications)
        if item.note
    )
    return [Facts(f"Notes ({NOTED})", facts)] if facts else []


def not_covered(
    indications: Sequence[Indication], relation: Mapping[str, str], disease: str
) -> list[Block]:
    """Indications that come near a disease and yet do not cover it."""
    facts = []
    for kind, label in NOT_COVERED.items():
        items = [item for item in indications if relation[item.id] == kind]
        named = dict.fromkeys(f"{item.product} ({item.regulator})" for item in items)
        if named:
            facts.append(Fact(label, ", ".join(named), behind(*items)))
    return [Facts(f"No indication here for {disease}", tuple(facts))] if facts else []


def disease_title(disease: Disease) -> str:
    """The name of a disease with its abbreviation."""
    return words.titled(disease.name, disease.abbreviation)


def about(disease: Disease, wider: Sequence[str], narrower: Sequence[str]) -> list[Block]:
    """What a disease is, and its place in the tree."""
    listed = [
        ("What it is", disease.description),
        ("Part of", ", ".join(wider)),
        ("Includes", ", ".join(narrower)),
        (
            "Codes",
            ", ".join(words.code(code.system, code.code, code.note) for code in disease.codes),
        ),
        ("Note", disease.note),
    ]
    facts = tuple(Fact(label, text, behind(disease)) for label, text in listed if text)
    return [Facts(disease_title(disease), facts)]


def tree(diseases: Sequence[tuple[int, Disease, int, int]]) -> list[Block]:
    """The disease tree with the number of products and regulators for each disease.

    Args:
        diseases: depth in the tree, the disease, its products, its regulators
    """
    columns = (
        Column("Disease", 9),
        Column("Products", 9, number=True),
        Column("Regulators", 8, number=True),
    )
    lines = tuple(
        (
            "  " * depth + disease_title(item),
            str(products),
            str(regulators),
        )
        for depth, item, products, regulators in diseases
    )
    return [
        Grid(
            columns,
            lines,
            "Diseases with an active indication for all or part of them, and their groups",
            tuple(behind(item) for _, item, *_ in diseases),
        ),
        Remark("cartref indication NAME shows the indications of a disease."),
    ]


def tree_rows(diseases: Sequence[tuple[int, Disease, int, int]]) -> Rows:
    """The disease tree as plain lines."""
    found = Rows(("id", "name", "abbreviation", "parent", "products", "regulators", "origin"), [])
    for _, item, products, regulators in diseases:
        found.lines.append(
            (
                item.id,
                item.name,
                item.abbreviation or "",
                item.parent or "",
                str(products),
                str(regulators),
                item.origin,
            )
        )
    return found
