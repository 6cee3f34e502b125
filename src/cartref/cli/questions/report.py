"""The question for a brief of products: all that one hands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.cli.answer import Answer
from cartref.cli.questions import compare as comparing
from cartref.cli.questions import timeline
from cartref.cli.questions.filters import Filters
from cartref.cli.questions.product import as_asked, named
from cartref.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.catalog import Catalog
    from cartref.model.dataset import Profile
    from cartref.render.report import Charts, Comparison, Part, Subject


ROWS = 20  # of a chart that fits on a page


def brief(catalog: Catalog, answer: Answer, names: list[str], exact: bool) -> None:
    """Fill in a brief of the named products.

    Raises:
        UsageError: no product is named
    """
    from cartref.render import report as render

    if not names:
        raise UsageError(
            "report takes a product or several, as in cartref report cilta-cel;"
            " cartref product lists them"
        )
    ids = named(catalog, answer, names, exact)
    wanted = Filters.of(catalog, answer, exact=exact)
    answer.query.update(wanted.query())
    answer.products = ids
    profiles = as_asked(catalog, answer, ids, wanted)
    if wanted.disease:
        related = catalog.tree.related(wanted.disease)
        profiles = [comparing.of_its_diseases(profile, related) for profile in profiles]

    def told(*, drawn: bool) -> list[Part]:
        subjects = [_subject(catalog, item, wanted, drawn=drawn) for item in profiles]
        beside = None
        if len(profiles) > 1:
            beside = _comparison(catalog, profiles, wanted, drawn=drawn)
        elif drawn:
            subjects = [item._replace(charts=_charts(catalog, [item.profile])) for item in subjects]
        return render.brief(subjects, beside, answer.notices, catalog.disease_name)

    answer.title = render.title([item.product for item in profiles])
    answer.document = lambda: render.without_pictures(told(drawn=False))
    answer.page = lambda: told(drawn=True)


def _subject(catalog: Catalog, profile: Profile, wanted: Filters, *, drawn: bool) -> Subject:
    """A product with its gaps and the acts of regulators."""
    from cartref.render.report import Subject

    acts = _acts(catalog, profile.product.id, wanted)
    kinds = timeline.OF_ALL_USES if wanted.disease else timeline.MAIN
    return Subject(
        profile=profile,
        gaps=[] if wanted.as_of else catalog.gaps(profile),  # what is not known is of today
        acts=acts.results(),
        undated=[
            item for item in profile.regulatory_events if item.date is None and item.kind in kinds
        ],
        remarks=acts.notices,
        timeline=acts.pictures() if drawn and acts.pictures else (),
    )


def _acts(catalog: Catalog, product: str, wanted: Filters) -> Answer:
    """What ``cartref timeline`` answers of a product; what is pending has its own section."""
    kinds = [kind for kind in timeline.MAIN if kind != timeline.PENDING]
    query = {
        "product": product, "regulator": wanted.regulator, "disease": wanted.disease,
        "as_of": wanted.as_of, "since": None, "until": None, "kinds": kinds, "all": False,
    }  # fmt: skip
    answer = Answer("timeline", query)
    timeline.entries(catalog, answer, None, exact=True)
    return answer


def _comparison(
    catalog: Catalog, profiles: Sequence[Profile], wanted: Filters, *, drawn: bool
) -> Comparison:
    """The products side by side, in all sections that hold something."""
    from cartref.render.report import Charts, Comparison

    rows = comparing.compared(catalog, profiles, (), wanted)
    charts = _charts(catalog, profiles) if drawn else Charts()
    return Comparison(rows, comparing.remarks(rows, profiles), charts, wanted.regulator)


def _charts(catalog: Catalog, profiles: Sequence[Profile]) -> Charts:
    """The results that the tables tell as charts that fit on a page."""
    from cartref.comparison import compare
    from cartref.comparison.results import names_of_trials
    from cartref.render import compare as beside
    from cartref.render import rates, study
    from cartref.render.picture import in_parts
    from cartref.render.report import Charts

    trials = {item.id: item for profile in profiles for item in profile.trials}
    told = [
        item for profile in profiles for item in study.headline(profile.adverse_reactions, trials)
    ]
    outcomes = compare(profiles, catalog, ["outcomes"])
    responses = beside.picture(outcomes, names_of_trials(profiles, catalog))
    toxicity = [
        drawn
        for group in rates.GROUPS
        for drawn in rates.forest(
            [catalog.adverse_events[key] for key in group],
            [item for item in told if item.event in group],
            trials,
        )
    ]
    return Charts(
        responses=in_parts(responses, ROWS) if responses.rows else [],
        toxicity=[part for item in toxicity for part in in_parts(item, ROWS)],
    )
