"""The question how products stand side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cartref.cli.questions.filters import Filters
from cartref.cli.questions.product import as_asked
from cartref.errors import UsageError
from cartref.history import doubtful
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
    sections = _sections(answer.query["only"]) if answer.query["only"] else []
    answer.query["only"] = sections
    ids = _products(catalog, answer, names, exact)
    from cartref.comparison.results import names_of_trials
    from cartref.render import compare as render

    wanted = Filters.of(catalog, answer, exact=exact)
    answer.query.update(wanted.query())
    answer.products = ids
    profiles = as_asked(catalog, answer, ids, wanted)
    if wanted.disease:
        related = catalog.tree.related(wanted.disease)
        profiles = [of_its_diseases(profile, related) for profile in profiles]
    regulator = wanted.regulator
    rows = compared(catalog, profiles, sections, wanted)
    trials = names_of_trials(profiles, catalog)
    answer.notices += remarks(rows, profiles)
    if regulator:
        every = [catalog.profile(key, disease=wanted.disease) for key in ids]
        answer.notices += left_out(regulator, profiles, every, sections)
    if not rows:
        what = f" of {', '.join(sections)}" if sections else ""
        answer.notices.append(f"The dataset holds nothing{what} of these products{wanted.told()}.")
    answer.results = lambda: list(rows)
    answer.rows = lambda: render.rows(rows, regulator)
    answer.blocks = lambda: render.blocks(rows, ids, trials, regulator, sections)
    answer.title = render.title(ids)
    answer.pictures = lambda: pictures(catalog, rows, profiles)


def compared(
    catalog: Catalog, profiles: Sequence[Profile], sections: Sequence[str], wanted: Filters
) -> list[ComparisonRow]:
    """The rows of these products; of a text that may not have stood on the day, no difference."""
    from cartref.comparison import compare

    rows = compare(profiles, catalog, sections, wanted.regulator)
    if wanted.as_of is None:
        return rows
    whole = [catalog.profile(profile.product.id) for profile in profiles]
    open_texts = {key for profile in whole for key in doubtful(profile, wanted.as_of)}
    return [_undecided(row) if _tells(row, open_texts) else row for row in rows]


def _tells(row: ComparisonRow, ids: set[str]) -> bool:
    """Whether a row holds what one of these records says."""
    return any(item.id in ids for cell in row.cells for item in cell.statements)


def _undecided(row: ComparisonRow) -> ComparisonRow:
    """A row of which nobody can say whether the products differ."""
    return replace(row, differs=None)


def pictures(
    catalog: Catalog, rows: Sequence[ComparisonRow], profiles: Sequence[Profile]
) -> list[Forest]:
    """The response rates of products, and their CRS and neurologic toxicity, as far as compared."""
    from cartref.comparison.results import names_of_trials
    from cartref.render import compare as render
    from cartref.render import rates, words

    sections = {row.section for row in rows}
    names = names_of_trials(profiles, catalog)
    drawn = render.picture(rows, names)
    found = [drawn] if drawn.rows else []
    if "safety" in sections:
        trials = {
            item.id: replace(item, name=names[item.id])
            for profile in profiles
            for item in profile.trials
        }
        reactions = [item for profile in profiles for item in profile.adverse_reactions]
        for forest in rates.headlines(catalog.adverse_events, reactions, trials):
            # The notices say how intervals were computed.
            notes = (words.LEGEND, *(note for note in forest.notes if note != rates.COMPUTED))
            found.append(forest._replace(notes=notes))
    return found


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


def of_its_diseases(profile: Profile, related: set[str]) -> Profile:
    """A profile without what it says of other diseases than these.

    Records of several diseases keep these alone; of what was measured in trials those of these
    diseases are kept.
    """
    held = {item.id for item in profile.trials}
    kept = [item for item in profile.logistics if item.trial is None or item.trial in held]

    def of_these(records: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            replace(item, diseases=tuple(key for key in item.diseases if key in related))
            for item in records
        )

    return replace(
        profile,
        logistics=tuple(kept),
        indications=of_these(profile.indications),
        doses=of_these(profile.doses),
        lymphodepletion=of_these(profile.lymphodepletion),
        monitoring=of_these(profile.monitoring),
    )


def remarks(rows: Sequence[ComparisonRow], profiles: Sequence[Profile]) -> list[str]:
    """What a reader of these rates must know."""
    from cartref.comparison.results import computed, results
    from cartref.intervals import COMPUTED
    from cartref.render import study

    shown = {item.id for item in results(rows)}
    reactions = [
        item for profile in profiles for item in profile.adverse_reactions if item.id in shown
    ]
    trials = {item.id: item for profile in profiles for item in profile.trials}
    every = [item for profile in profiles for item in profile.adverse_reactions]
    return [
        *(study.cautions(item.event for item in reactions) if shown else []),
        *(study.told_otherwise(every, trials) if reactions else []),
        *([COMPUTED] if computed(rows) else []),
    ]


def left_out(
    regulator: str,
    kept: Sequence[Profile],
    every: Sequence[Profile],
    sections: Sequence[str],
) -> list[str]:
    """Say that results are known which the texts of the regulator asked for do not give."""
    wider = any(
        len(getattr(whole, name)) > len(getattr(part, name))
        for section, name in _RESULTS.items()
        if not sections or section in sections
        for part, whole in zip(kept, every, strict=True)
    )
    left = "papers and texts of other regulators are left out"
    return [f"Results and times are those in texts of {regulator}: {left}."] if wider else []


_RESULTS = {"outcomes": "outcomes", "safety": "adverse_reactions", "logistics": "logistics"}
