"""The dataset, read file by file as questions need it, and the questions one can ask of it.

``data/`` holds ``products.toml``, ``indications.toml``, ``trials.toml``, ``diseases.toml`` and
``adverse_events.toml``; ``labels/``, ``results/`` and ``sources/`` hold one file a product.
A file is read at the first question that needs it, and once.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cartref import loading
from cartref.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cartref.model.dataset import Dataset, Label, Profile, Results
    from cartref.model.label import Indication, RegulatoryEvent
    from cartref.model.product import Code, Product
    from cartref.model.reference import AdverseEvent, Disease, Source
    from cartref.model.study import AdverseReaction, Outcome, Trial
    from cartref.model.vocabulary import Relation

SHARED = "shared"
_OLDEST = 200


class Catalog:
    """The dataset of one data directory.

    Every property and method reads what it needs and no more.

    Raises:
        DataError: a file is missing or broken; the message names file, record and key
    """

    def __init__(self, directory: str | os.PathLike[str] | None = None) -> None:
        self.directory = os.fspath(directory) if directory is not None else loading.data_directory()
        self._labels: dict[str, Label] = {}
        self._results: dict[str, Results] = {}
        self._sources: dict[str, dict[str, Source]] = {}
        self._ancestors: dict[str, set[str]] = {}

    def path(self, *parts: str) -> str:
        """The path of a file of the dataset."""
        return os.path.join(self.directory, *parts)

    # ---- one file each

    @cached_property
    def _product_file(self) -> dict[str, tuple[Any, ...]]:
        from cartref.model.product import Code, Product

        return loading.read(self.path("products.toml"), {"product": Product, "code": Code}, "dataset")

    @cached_property
    def dataset(self) -> Dataset:
        """Version and as-of date."""
        from cartref.model.dataset import Dataset

        return loading.one(self.path("products.toml"), Dataset, self._product_file["dataset"][0])

    @cached_property
    def products(self) -> dict[str, Product]:
        """All products by id."""
        return self._by_id("products.toml", self._product_file.get("product", ()))

    @property
    def codes(self) -> tuple[Code, ...]:
        """The codes of all products."""
        return self._product_file.get("code", ())

    @cached_property
    def indications(self) -> dict[str, Indication]:
        """All indications by id."""
        from cartref.model.label import Indication

        return self._table("indications.toml", "indication", Indication)

    @cached_property
    def trials(self) -> dict[str, Trial]:
        """All trials, studies and pools by id."""
        from cartref.model.study import Trial

        return self._table("trials.toml", "trial", Trial)

    @cached_property
    def diseases(self) -> dict[str, Disease]:
        """The disease tree by id, parents before children."""
        from cartref.model.reference import Disease

        return self._table("diseases.toml", "disease", Disease)

    @cached_property
    def adverse_events(self) -> dict[str, AdverseEvent]:
        """All adverse events by id."""
        from cartref.model.reference import AdverseEvent

        return self._table("adverse_events.toml", "adverse_event", AdverseEvent)

    @cached_property
    def class_events(self) -> tuple[RegulatoryEvent, ...]:
        """The regulatory events of the whole class or of several products."""
        from cartref.model.label import RegulatoryEvent

        table = {"regulatory_event": RegulatoryEvent}
        return loading.read(self.path("class.toml"), table).get("regulatory_event", ())

    # ---- one file a product

    def label(self, product: str) -> Label:
        """What labels and regulators say of one product, beside its indications."""
        if product not in self._labels:
            from cartref.model import label as kinds
            from cartref.model.dataset import Label

            found = loading.read(
                self.path("labels", f"{product}.toml"),
                {
                    "dose": kinds.Dose,
                    "lymphodepletion": kinds.Lymphodepletion,
                    "monitoring": kinds.Monitoring,
                    "boxed_warning": kinds.BoxedWarning,
                    "warning": kinds.Warning,
                    "regulatory_event": kinds.RegulatoryEvent,
                    "logistics": kinds.Logistics,
                },
                "product",
            )
            self._labels[product] = Label(
                doses=found.get("dose", ()),
                lymphodepletion=found.get("lymphodepletion", ()),
                monitoring=found.get("monitoring", ()),
                boxed_warnings=found.get("boxed_warning", ()),
                warnings=found.get("warning", ()),
                regulatory_events=found.get("regulatory_event", ()),
                logistics=found.get("logistics", ()),
            )
        return self._labels[product]

    def results(self, product: str) -> Results:
        """Outcomes and adverse reactions of one product."""
        if product not in self._results:
            from cartref.model.dataset import Results
            from cartref.model.study import AdverseReaction, Outcome

            found = loading.read(
                self.path("results", f"{product}.toml"),
                {"outcome": Outcome, "adverse_reaction": AdverseReaction},
                "product",
            )
            self._results[product] = Results(
                outcomes=found.get("outcome", ()),
                adverse_reactions=found.get("adverse_reaction", ()),
            )
        return self._results[product]

    def sources_of(self, product: str) -> dict[str, Source]:
        """The references that only this product rests on, or with ``shared`` all the others."""
        if product not in self._sources:
            from cartref.model.reference import Source

            self._sources[product] = self._table(
                os.path.join("sources", f"{product}.toml"), "source", Source
            )
        return self._sources[product]

    @property
    def sources(self) -> dict[str, Source]:
        """All references by id."""
        places = (*self.products, SHARED)
        found = {key: item for place in places for key, item in self.sources_of(place).items()}
        return {key: found[key] for key in sorted(found)}

    # ---- questions

    def find_sources(self, wanted: Iterable[str], products: Iterable[str]) -> dict[str, Source]:
        """The references with these ids, sorted by id.

        Args:
            wanted: source ids
            products: the products whose records cite them; their files are looked into first

        Raises:
            DataError: an id that no file of references holds
        """
        missing = sorted(set(wanted))
        found: dict[str, Source] = {}
        places = [*dict.fromkeys(products), SHARED]
        places += [name for name in self.products if name not in places]
        for place in places:
            if not missing:
                break
            held = self.sources_of(place)
            found.update({key: held[key] for key in missing if key in held})
            missing = [key for key in missing if key not in held]
        if missing:
            raise DataError(f"{self.path('sources')}: no source '{missing[0]}', which a record cites")
        return {key: found[key] for key in sorted(found)}

    def indications_of(self, product: str) -> list[Indication]:
        """The indications of one product, in the order of the file."""
        return [item for item in self.indications.values() if item.product == product]

    def trials_of(self, product: str) -> list[Trial]:
        """The trials of one product, in the order of the file."""
        return [item for item in self.trials.values() if item.product == product]

    def codes_of(self, product: str) -> list[Code]:
        """The codes of one product, in the order of the file."""
        return [item for item in self.codes if item.product == product]

    def disease_name(self, disease: str, record: str) -> str:
        """The short name of a disease that a record refers to.

        Raises:
            DataError: there is no such disease; names the record
        """
        found = self.diseases.get(disease)
        if found is None:
            raise DataError(f"record '{record}': diseases: no disease '{disease}'")
        return found.abbreviation or found.name

    def trial(self, item: Outcome | AdverseReaction) -> Trial:
        """The trial that a result belongs to.

        Raises:
            DataError: there is no such trial; names the record
        """
        found = self.trials.get(item.trial)
        if found is None:
            raise DataError(f"record '{item.id}': trial: no trial '{item.trial}'")
        return found

    def profile(self, product: str, regulator: str | None = None) -> Profile:
        """Everything that is known of one product.

        Args:
            product: id of the product
            regulator: keep only what this regulator says, where a regulator is named
        """
        from cartref.model.dataset import Profile

        label = self.label(product)
        results = self.results(product)

        def kept(records: Iterable[Any], key: str = "regulator") -> tuple[Any, ...]:
            return tuple(
                item for item in records if regulator in (None, getattr(item, key))
            )

        return Profile(
            product=self.products[product],
            codes=tuple(self.codes_of(product)),
            indications=kept(self.indications_of(product)),
            doses=kept(label.doses),
            lymphodepletion=kept(label.lymphodepletion),
            monitoring=kept(label.monitoring),
            boxed_warnings=kept(label.boxed_warnings),
            warnings=kept(label.warnings),
            regulatory_events=kept(label.regulatory_events, "body"),
            logistics=kept(label.logistics),
            trials=tuple(self.trials_of(product)),
            outcomes=kept(results.outcomes),
            adverse_reactions=kept(results.adverse_reactions),
        )

    def relation(self, indication: Indication, disease: str) -> Relation | None:
        """How an indication stands to a disease.

        Returns:
            ``named``: the label names the disease, a wider one without listing its subtypes,
            or the subtypes that it lists lie in the disease ·
            ``part``: the indication is for a narrower disease ·
            ``excluded``: the label excludes the disease ·
            ``formerly-excluded``: it did, and dropped that without naming the disease ·
            ``not-named``: the indication is for a wider disease, but the label lists other
            subtypes, or the disease is one that labels mean only by naming it ·
            ``other-age``: the ages of the indication and of the disease term do not meet ·
            none: they have nothing to do with each other
        """
        wider = self.ancestors(disease)
        if wider.intersection(indication.excludes):
            return "excluded"
        if wider.intersection(_lifted(indication)):
            return "formerly-excluded"
        narrower = self.descendants(disease)
        if not wider.intersection(indication.diseases):
            return "part" if narrower.intersection(indication.diseases) else None
        if not _ages_meet(self.diseases[disease], indication):
            return "other-age"
        listed = set(indication.covers)
        meant = self._meant_by_wider(disease)
        if listed.intersection(meant) or listed.intersection(narrower):
            return "named"
        plain = not listed or disease in indication.diseases
        return "named" if plain and meant.intersection(indication.diseases) else "not-named"

    def _meant_by_wider(self, disease: str) -> set[str]:
        """The diseases by which a label means this one: those above it, up to one set apart."""

        def above(key: str) -> tuple[str, ...]:
            item = self.diseases[key]
            return () if item.set_apart else _parents(item)

        return _closure(disease, above)

    def tree(self) -> Iterator[tuple[int, Disease]]:
        """The diseases with their depth, each below its parent."""

        def below(parent: str | None, depth: int) -> Iterator[tuple[int, Disease]]:
            for item in self.diseases.values():
                if item.parent == parent:
                    yield depth, item
                    yield from below(item.id, depth + 1)

        return below(None, 0)

    def ancestors(self, disease: str) -> set[str]:
        """The disease itself and all wider diseases above it."""
        if disease not in self._ancestors:
            above = _closure(disease, lambda key: _parents(self.diseases[key]))
            self._ancestors[disease] = above
        return self._ancestors[disease]

    def descendants(self, disease: str) -> set[str]:
        """The disease itself and all narrower diseases below it."""
        return {key for key in self.diseases if disease in self.ancestors(key)}

    def event_family(self, event: str) -> set[str]:
        """The adverse event itself and all narrower events below it."""

        def above(key: str) -> set[str]:
            parents = self.adverse_events
            return _closure(key, lambda item: _present(parents[item].parent))

        return {key for key in self.adverse_events if event in above(key)}

    # ---- reading

    def _table(self, file: str, name: str, cls: type) -> dict[str, Any]:
        """Read a file that holds one array of tables."""
        return self._by_id(file, loading.read(self.path(file), {name: cls}).get(name, ()))

    def _by_id(self, file: str, records: tuple[Any, ...]) -> dict[str, Any]:
        """Key records by id; an id that stands twice is an error."""
        found: dict[str, Any] = {}
        for item in records:
            if item.id in found:
                raise DataError(f"{self.path(file)}: '{item.id}': id: stands twice")
            found[item.id] = item
        return found


# Diseases under the names that criteria use.
_EXCLUDED = {"primary-cns-lymphoma": "pcnsl"}


def _lifted(indication: Indication) -> set[str]:
    """The diseases that the label once excluded."""
    return {
        _EXCLUDED[item.value]
        for item in indication.criteria
        if item.kind == "excluded-disease" and item.until
    }


def _ages_meet(disease: Disease, indication: Indication) -> bool:
    """Whether a patient can have an age that both the term and the indication take in."""
    lowest = max(disease.age_min or 0, indication.age_min or 0)
    highest = min(disease.age_max or _OLDEST, indication.age_max or _OLDEST)
    return lowest <= highest


def _present(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _parents(disease: Disease) -> tuple[str, ...]:
    return (*_present(disease.parent), *disease.other_parents)


def _closure(start: str, step: Callable[[str], Iterable[str]]) -> set[str]:
    """Everything that can be reached from ``start``, itself included."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting.extend(step(key))
    return reached
