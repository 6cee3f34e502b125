"""Products side by side for people, for TSV, and what a picture of their results shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.intervals import wilson
from cartref.render import strip, words
from cartref.render.document import (
    Column,
    Contrast,
    Fact,
    Grid,
    Remark,
    Rows,
    Versus,
    behind,
    cell,
    told_apart,
)
from cartref.render.study import INDIRECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cartref.model.answer import ComparisonCell, ComparisonRow, Statement
    from cartref.render.document import Block
    from cartref.render.picture import Estimate, Forest, ForestRow

    Rates = dict[str | None, Statement]  # by endpoint

COLUMNS = (
    "section",
    "topic",
    "regulator",
    "product",
    "statement",
    "differs",
    "sources",
    "ids",
    "origin",
)
TITLES = {
    "product": "Product",
    "indications": "Indications",
    "dose": "Dose",
    "lymphodepletion": "Lymphodepletion",
    "monitoring": "Monitoring after infusion",
    "warnings": "Boxed warning",
    "outcomes": "Key outcomes of the pivotal trials",
    "safety": "CRS and neurologic toxicity",
    "logistics": "Manufacture and storage",
}
LEGEND = (
    "≠: they differ. =: the same, though one may say more. No sign: not comparable, or not known"
    " of one of them."
)
RATES = (
    f"{words.LEGEND} In brackets: 95% confidence interval; of onset and duration, the range."
    f" {INDIRECT}"
)
# What is known beside what a section compares.
NOT_COMPARED = {
    "warnings": "contraindications and other warnings",
    "safety": "other side effects",
    "product": "codes",
}
SEPARATOR = " | "
RESULTS = ("outcomes", "safety")
FROM_TRIALS = "Trials, no label"


def rows(found: Sequence[ComparisonRow], regulator: str | None = None) -> Rows:
    """A plain line for each row and product.

    Args:
        found: the rows of the comparison
        regulator: the regulator whose texts alone are compared
    """
    lines = Rows(COLUMNS, [])
    for row in found:
        for part in row.cells:
            facts = _facts(row, part, regulator)
            sources, origin = told_apart(dict.fromkeys(key for fact in facts for key in fact.cited))
            values = (
                row.section,
                row.topic,
                row.regulator,
                part.product,
                SEPARATOR.join(fact.text for fact in facts),
                row.differs,
                sources,
                tuple(dict.fromkeys(item.id for item in part.statements)),
                origin,
            )
            lines.lines.append(tuple(cell(value) for value in values))
    return lines


def _unknown(row: ComparisonRow, regulator: str | None) -> str:
    """What stands for nothing known; an indication that is not there may not exist.

    A result that no text of the regulator asked for is known to give may be known from elsewhere.
    """
    if row.section in (*RESULTS, "logistics") and row.regulator is None and regulator:
        return f"{words.UNKNOWN} from {regulator} texts"
    return "none known" if row.section == "indications" else words.UNKNOWN


def title(products: Sequence[str]) -> str:
    """What is compared."""
    return " / ".join(products)


def blocks(
    found: Sequence[ComparisonRow],
    products: Sequence[str],
    trials: Mapping[str, str],
    regulator: str | None = None,
    asked: Sequence[str] = (),
) -> list[Block]:
    """A section below the other, each with the products side by side.

    Args:
        found: the rows of the comparison
        products: ids of the products
        trials: names of trials by id, with their diseases
        regulator: the regulator whose texts alone are compared
        asked: the sections asked for; all if empty
    """
    if not found:
        return []
    shown: list[Block] = [Remark(title(products), heading=True)]
    for section, block in sections(found, products, regulator):
        shown.append(block)
        if section == "outcomes":
            shown += _overview(picture(found, trials))
    left = [what for section, what in NOT_COMPARED.items() if not asked or section in asked]
    more = f"In full: cartref product {' '.join(products)}"
    if left:
        more = f"Not compared: {', '.join(left)}. {more}"
    return [*shown, *map(Remark, (*legends(found), more))]


def sections(
    found: Sequence[ComparisonRow], products: Sequence[str], regulator: str | None
) -> Iterator[tuple[str, Versus]]:
    """The sections that hold something, by name, each with the products side by side."""
    for section, heading in TITLES.items():
        if held := [_contrast(row, regulator) for row in found if row.section == section]:
            yield section, _section(heading, held, products)


def legends(found: Sequence[ComparisonRow]) -> list[str]:
    """What the signs and short words of these rows mean."""
    signed = any(row.differs is not None for row in found)
    rated = any(item.trial for row in found for part in row.cells for item in part.statements)
    return [*([LEGEND] if signed else []), *([RATES] if rated else [])]


def _section(title: str, contrasts: Sequence[Contrast], products: Sequence[str]) -> Versus:
    """A section; the regulator of all its rows stands in its title."""
    groups = {contrast.group for contrast in contrasts}
    if len(groups) == 1:
        [group] = groups
        title = ", ".join(filter(None, [title, group]))
        contrasts = [contrast._replace(group="") for contrast in contrasts]
    return Versus(title, tuple(products), tuple(contrasts))


def _contrast(row: ComparisonRow, regulator: str | None) -> Contrast:
    group = row.regulator or (FROM_TRIALS if row.section in ("dose", "lymphodepletion") else "")
    cells = tuple(_facts(row, part, regulator) for part in row.cells)
    return Contrast(row.topic, cells, row.differs, group)


def _facts(row: ComparisonRow, part: ComparisonCell, regulator: str | None) -> tuple[Fact, ...]:
    """The statements of a cell; what several records say alike is said once."""
    told: dict[str, dict[str, None]] = {}
    for item in part.statements:
        told.setdefault(item.text, {}).update(dict.fromkeys(behind(item)))
    return tuple(Fact(part.product, text, tuple(keys)) for text, keys in told.items()) or (
        Fact(part.product, _unknown(row, regulator)),
    )


def _overview(shown: Forest) -> list[Grid]:
    """The response rates drawn one below the other, where a terminal has room."""
    lines = [
        (row, endpoint, estimate)
        for row in shown.rows
        for endpoint, estimate in zip(shown.series, row.estimates, strict=True)
        if estimate is not None
    ]
    if not lines:
        return []
    columns = (
        Column("Product", 9, whole=True),
        Column("Trial: population; basis", 9),
        Column("n", 9, number=True),
        Column("Endpoint", 9, whole=True),
        Column("Rate (95% CI)", 9, number=True),
        Column(strip.SCALE, 9, number=True, drawn=True),
    )
    cells = tuple(
        (
            row.group,
            f"{row.label}; {row.detail}",
            words.number(row.n) or words.UNKNOWN,
            endpoint,
            _rate(estimate),
            strip.interval(estimate.value, estimate.low, estimate.high),
        )
        for row, endpoint, estimate in lines
    )
    cited = tuple(row.cited for row, *_ in lines)
    return [Grid(columns, cells, f"{shown.title}, drawn", cited, overview=True)]


def _rate(estimate: Estimate) -> str:
    """A rate with its interval; a star marks one that was computed."""
    if estimate.low is None or estimate.high is None:
        return words.percent(estimate.value)
    limits = words.interval(round(estimate.low, 1), round(estimate.high, 1))
    return f"{words.percent(estimate.value)} {limits}" + "*" * estimate.computed


# ---- picture

RESPONSES = ("ORR", "CR", "CR/CRi", "CR or better", "sCR")
SERIES_NOTE = (
    "CR, CR/CRi, CR or better and sCR are different endpoints: each is a series of its own."
)


def picture(found: Sequence[ComparisonRow], names: Mapping[str, str]) -> Forest:
    """The response rates, population by population and product by product.

    Every endpoint is a series of its own, so that no rate stands for another one; an endpoint
    that nobody reports is left out.

    Args:
        found: the rows of the comparison
        names: names of trials by id, with their diseases
    """
    from cartref.render.picture import Forest

    rates = [
        (part.product, item)
        for row in found
        for part in row.cells
        for item in part.statements
        if row.section == "outcomes" and item.endpoint in RESPONSES
        if item.unit == "percent" and item.value is not None
    ]
    reported = {item.endpoint for _, item in rates}
    series = tuple(endpoint for endpoint in RESPONSES if endpoint in reported)
    products = list(dict.fromkeys(part.product for row in found for part in row.cells))
    lines = sorted(_populations(rates, series, names), key=lambda line: products.index(line.group))
    # How intervals were computed, and that rates do not rank products, the notices say.
    notes = [words.LEGEND] if any(None in (line.n, *line.estimates) for line in lines) else []
    if len(series) > 1:
        notes.append(SERIES_NOTE)
    if any(item.indirect for _, item in rates):
        notes.append(INDIRECT)
    return Forest("Response rates", series, tuple(lines), tuple(notes))


def _populations(
    rates: Sequence[tuple[str, Statement]], series: Sequence[str], names: Mapping[str, str]
) -> list[ForestRow]:
    """A row for each population of a text, with its rates by endpoint."""
    from cartref.render.picture import ForestRow

    counted: dict[tuple[str, str | None, str | None, int | None, str, int], Rates] = {}
    for product, item in rates:
        again = 0  # the same population may be counted again, as at another time
        while True:
            key = (product, item.trial, item.population, item.n, _read_in(item), again)
            if counted.setdefault(key, {}).setdefault(item.endpoint, item) is item:
                break
            again += 1
    return [
        ForestRow(
            group=product,
            label=": ".join(filter(None, [names[trial or ""], population])),
            n=n,
            estimates=tuple(_estimate(found.get(endpoint)) for endpoint in series),
            cited=behind(*found.values()),
            detail=detail,
        )
        for (product, trial, population, n, detail, _), found in counted.items()
    ]


def _read_in(item: Statement) -> str:
    """Where a rate was read, and after which time: what sets two data cuts of a trial apart."""
    return f"{words.basis(item)}; {words.follow_up(item)}"


def _estimate(item: Statement | None) -> Estimate | None:
    """A rate with its interval: as printed, else computed where n is known."""
    from cartref.render.picture import Estimate

    if item is None or item.value is None:
        return None
    limits = (item.ci_low, item.ci_high)
    if None not in limits:
        return Estimate(item.value, *limits)
    if limits == (None, None) and item.n:
        return Estimate(item.value, *wilson(item.value, item.n), computed=True)
    return Estimate(item.value)  # one limit alone is no interval
