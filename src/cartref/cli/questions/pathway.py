"""The question what happens to a patient, stage by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.cli.questions.filters import Filters
from cartref.errors import UsageError
from cartref.model.answer import StageOfPathway
from cartref.names import resolve

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.dataset import Profile


def stages(catalog: Catalog, answer: Answer, name: str | None, exact: bool) -> None:
    """Fill in the stages in general, or with what one product adds to each."""
    from cartref.render import pathway as render

    if name is not None:
        match = resolve(catalog, "product", name, exact=exact)
        answer.matches.append(match)
        answer.query["product"] = match.id
        answer.products = [match.found]
    wanted = Filters.of(catalog, answer, exact=exact)
    answer.query.update(wanted.query())
    if name is None and (wanted.regulator or wanted.disease):
        raise UsageError("--regulator and --disease go with a product: name one")
    profile = None
    if wanted.product is not None:
        profile = catalog.profile(wanted.product, wanted.regulator, wanted.disease)
        answer.notices += wanted.investigational()
    found = _stages(catalog, profile)
    trials = {item.id: item for item in profile.trials} if profile else {}
    gaps = catalog.gaps(profile) if profile else []
    answer.results = lambda: list(found)
    answer.rows = lambda: render.rows(found, trials, catalog.disease_name)
    answer.blocks = lambda: render.blocks(profile, found, gaps, catalog.disease_name)


def _stages(catalog: Catalog, profile: Profile | None) -> list[StageOfPathway]:
    """The stages in order, each with what the product adds."""
    own = profile.product.id if profile else None
    found = []
    for step in catalog.pathway.values():
        if step.product is None:
            more = tuple(
                other
                for other in catalog.pathway.values()
                if own is not None and other.product == own and other.stage == step.stage
            )
            found.append(
                StageOfPathway(
                    stage=step.stage,
                    general=step,
                    own=more,
                    **(_records(profile, step.stage) if profile else {}),
                )
            )
    return found


def _records(profile: Profile, stage: str) -> dict[str, Any]:
    """What other lists hold of one stage with a product: what stands now."""
    if stage == "referral":
        uses = (item for item in profile.indications if item.status == "active")
        return {"indications": tuple(uses)}
    if stage == "manufacturing":
        return {"logistics": profile.logistics}
    if stage == "lymphodepletion":
        return {"lymphodepletion": profile.lymphodepletion}
    if stage == "infusion":
        return {"doses": tuple(item for item in profile.doses if not item.valid_to)}
    if stage == "early-monitoring":
        return {"monitoring": tuple(item for item in profile.monitoring if not item.valid_to)}
    return {}
