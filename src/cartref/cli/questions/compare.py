"""The question how products stand side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cartref.cli.questions.filters import Filters
from cartref.cli.questions.product import as_asked
from cartref.errors import UsageError
from cartref.names import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.answer import ComparisonRow
    from cartref.model.dataset import Profile
    from cartref.render.picture import Forest


def side_by_side(catalog: Catalog, answer: Answer, names: list[str], exact: bool) -> None:
    """Fill in the rows of the comparison."""
    from cartref.comparison import compare
    from cartref.render import compare as render

    sections = _sections(answer.query["only"])
    answer.query["only"] = sections
    ids = _products(catalog, answer, names, exact)
    wanted = Filters.of(catalog, answer, exact=exact)
    answer.query.update(wanted.query())
    answer.products = ids
    profiles = as_asked(catalog, answer, ids, wanted)
    if wanted.disease:
        profiles = [of_its_trials(profile) for profile in profiles]
    rows = compare(profiles, catalog, sections)
    answer.notices += remarks(rows, profiles)
    if not rows:
        what = f" of {', '.join(sections)}" if sections else ""
        answer.notices.append(f"The dataset holds nothing{what} of these products{wanted.told()}.")
    answer.results = lambda: list(rows)
    answer.rows = lambda: render.rows(rows)
    answer.blocks = lambda: render.blocks(rows, ids, names_of_trials(profiles))
    answer.title = render.title(ids)
    answer.pictures = lambda: pictures(catalog, rows, profiles)


def pictures(
    catalog: Catalog, rows: Sequence[ComparisonRow], profiles: Sequence[Profile]
) -> list[Forest]:
    """The response rates of products, and their CRS and neurologic toxicity, as far as compared."""
    from cartref.render import compare as render
    from cartref.render import rates

    sections = {row.section for row in rows}
    drawn = render.picture(rows, names_of_trials(profiles))
    found = [drawn] if drawn.rows else []
    if "safety" in sections:
        trials = {item.id: item for profile in profiles for item in profile.trials}
        reactions = [item for profile in profiles for item in profile.adverse_reactions]
        found += rates.headlines(catalog.adverse_events, reactions, trials)
    return found


def names_of_trials(profiles: Sequence[Profile]) -> dict[str, str]:
    """The names of all trials of these products by id."""
    return {item.id: item.name for profile in profiles for item in profile.trials}


def _sections(names: Sequence[str]) -> list[str]:
    """The sections asked for, in the order of the comparison.

    Raises:
        UsageError: there is no such section; names those there are
    """
    from cartref.comparison import PARTS

    wanted = {name.strip().casefold(): name for name in names}
    for key, name in wanted.items():
        if key not in PARTS:
            raise UsageError(f"--only: no section '{name}'; there are {', '.join(PARTS)}")
    return [key for key in PARTS if key in wanted]


def _products(catalog: Catalog, answer: Answer, names: Sequence[str], exact: bool) -> list[str]:
    """The ids of the products that the names mean.

    Raises:
        UsageError: there are fewer than two, or two names mean one product
    """
    if len(names) < 2:  # noqa: PLR2004 - nothing stands beside itself
        one = names[0] if names else "NAME"
        raise UsageError(f"compare takes at least two products; cartref product {one} shows one")
    found: dict[str, str] = {}
    for name in names:
        match = resolve(catalog, "product", name, exact=exact)
        answer.matches.append(match)
        if match.found in found:
            both = f"'{found[match.found]}' and '{name}'"
            raise UsageError(f"{both} are one product, {match.found}: name each product once")
        found[match.found] = name
    return list(found)


def of_its_trials(profile: Profile) -> Profile:
    """A profile without what was measured in trials of other diseases."""
    held = {item.id for item in profile.trials}
    kept = [item for item in profile.logistics if item.trial is None or item.trial in held]
    return replace(profile, logistics=tuple(kept))


def remarks(rows: Sequence[ComparisonRow], profiles: Sequence[Profile]) -> list[str]:
    """What a reader of these rates must know."""
    from cartref.comparison.results import computed
    from cartref.intervals import COMPUTED
    from cartref.render import study

    shown = {item.id for row in rows for cell in row.cells for item in cell.statements}
    events = [
        item.event for profile in profiles for item in profile.adverse_reactions if item.id in shown
    ]
    rated = events or any(row.section == "outcomes" for row in rows)
    return [
        *(study.cautions(events) if rated else []),
        *([COMPUTED] if computed(rows) else []),
    ]
