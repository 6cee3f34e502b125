"""The dataset, read file by file as questions need it, and the questions one can ask of it.

``data/`` holds ``products.toml``, ``diseases.toml``, ``adverse_events.toml``, ``terms.toml``,
``pathway.toml`` and ``class.toml``; ``labels/``, ``trials/`` and ``sources/`` hold one file a
product, ``trials/class.toml`` the studies of several. A file is read at the first question that
needs it, and once.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from cartref import loading
from cartref.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cartref.model.dataset import ClassWide, Dataset, Label, Profile, Study
    from cartref.model.label import Indication
    from cartref.model.product import Code, Product
    from cartref.model.reference import AdverseEvent, Disease, PathwayStep, Term
    from cartref.model.source import Source
    from cartref.model.study import AdverseReaction, Outcome, Trial
    from cartref.model.vocabulary import Relation

# Files of references beside those of the products: what only class-wide records cite, what only
# the vocabularies cite (diseases, adverse events, terms, pathway), and what several of all cite.
CLASS, VOCABULARY, SHARED = "class", "vocabulary", "shared"
_OLDEST = 200


class Catalog:
    """The dataset of one data directory.

    Every property and method reads what it needs and no more.

    Raises:
        DataError: a file is missing or broken; the message names file, record and key
    """

    def __init__(self, directory: str | os.PathLike[str] | None = None) -> None:
        self.directory = os.path.normpath(directory or loading.data_directory())
        self._labels: dict[str, Label] = {}
        self._studies: dict[str, Study] = {}
        self._sources: dict[str, dict[str, Source]] = {}
        self._ancestors: dict[str, set[str]] = {}

    def path(self, *parts: str) -> str:
        """The path of a file of the dataset."""
        return os.path.join(self.directory, *parts)

    # ---- one file each

    @cached_property
    def _product_file(self) -> dict[str, tuple[Any, ...]]:
        from cartref.model.product import Product

        return loading.read(self.path("products.toml"), {"product": Product}, "dataset")

    @cached_property
    def dataset(self) -> Dataset:
        """Version and as-of date."""
        from cartref.model.dataset import Dataset

        return loading.one(self.path("products.toml"), Dataset, self._product_file["dataset"][0])

    @cached_property
    def products(self) -> dict[str, Product]:
        """All products by id."""
        return _by_id(self.path("products.toml"), self._product_file.get("product", ()))

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
    def terms(self) -> dict[str, Term]:
        """The glossary by id."""
        from cartref.model.reference import Term

        return self._table("terms.toml", "term", Term)

    @cached_property
    def pathway(self) -> dict[str, PathwayStep]:
        """The stages of the patient's way by id, in order; what holds in general comes first."""
        from cartref.model.reference import PathwayStep

        return self._table("pathway.toml", "step", PathwayStep)

    @cached_property
    def class_wide(self) -> ClassWide:
        """What holds for the whole class of products, or for several."""
        from cartref.model.dataset import ClassWide
        from cartref.model.label import RegulatoryEvent
        from cartref.model.product import Code

        tables = {"regulatory_event": RegulatoryEvent, "code": Code}
        found = loading.read(self.path("class.toml"), tables)
        return ClassWide(
            regulatory_events=found.get("regulatory_event", ()), codes=found.get("code", ())
        )

    # ---- one file a product

    def label(self, product: str) -> Label:
        """What labels, regulators and registers say of one product."""
        if product not in self._labels:
            from cartref.model import label as kinds
            from cartref.model.dataset import Label
            from cartref.model.product import Code

            found = self._owned(
                "labels",
                product,
                {
                    "indication": kinds.Indication,
                    "dose": kinds.Dose,
                    "lymphodepletion": kinds.Lymphodepletion,
                    "monitoring": kinds.Monitoring,
                    "boxed_warning": kinds.BoxedWarning,
                    "warning": kinds.LabelWarning,
                    "regulatory_event": kinds.RegulatoryEvent,
                    "pending": kinds.Pending,
                    "logistics": kinds.Logistics,
                    "code": Code,
                },
            )
            self._labels[product] = Label(
                indications=found.get("indication", ()),
                doses=found.get("dose", ()),
                lymphodepletion=found.get("lymphodepletion", ()),
                monitoring=found.get("monitoring", ()),
                boxed_warnings=found.get("boxed_warning", ()),
                warnings=found.get("warning", ()),
                regulatory_events=found.get("regulatory_event", ()),
                pending=found.get("pending", ()),
                logistics=found.get("logistics", ()),
                codes=found.get("code", ()),
            )
        return self._labels[product]

    def study(self, product: str | None) -> Study:
        """The trials and studies of one product, and what they found.

        Args:
            product: id of the product; none for the studies of several
        """
        place = product or CLASS
        if place not in self._studies:
            from cartref.model.dataset import Study
            from cartref.model.study import AdverseReaction, Outcome, Trial

            found = self._owned(
                "trials",
                product,
                {"trial": Trial, "outcome": Outcome, "adverse_reaction": AdverseReaction},
            )
            self._studies[place] = Study(
                trials=found.get("trial", ()),
                outcomes=found.get("outcome", ()),
                adverse_reactions=found.get("adverse_reaction", ()),
            )
        return self._studies[place]

    def sources_of(self, product: str) -> dict[str, Source]:
        """The references that this product alone cites, or one of the three further files."""
        if product not in self._sources:
            from cartref.model.source import Source

            file = os.path.join("sources", f"{product}.toml")
            self._sources[product] = (
                {} if self.may_lack(file, product) else self._table(file, "source", Source)
            )
        return self._sources[product]

    def may_lack(self, file: str, product: str | None) -> bool:
        """Whether a file is not there and need not be, as for an investigational product."""
        if product is None or os.path.exists(self.path(file)):
            return False
        known = self.products.get(product)
        return known is not None and known.status == "investigational"

    def _owned(
        self, folder: str, product: str | None, tables: dict[str, type]
    ) -> dict[str, tuple[Any, ...]]:
        """Read the file of one product in a folder, or the file of the class."""
        file = os.path.join(folder, f"{product or CLASS}.toml")
        if self.may_lack(file, product):
            return {}
        return loading.read(self.path(file), tables, "product" if product else None)

    # ---- all products together

    @cached_property
    def indications(self) -> dict[str, Indication]:
        """All indications by id."""
        return _by_id(
            self.path("labels"),
            [item for key in self.products for item in self.label(key).indications],
        )

    @cached_property
    def trials(self) -> dict[str, Trial]:
        """All trials, studies and pools by id."""
        return _by_id(
            self.path("trials"),
            [item for key in (*self.products, None) for item in self.study(key).trials],
        )

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """The codes of all products, then those of the class."""
        own = [item for key in self.products for item in self.label(key).codes]
        return (*own, *self.class_wide.codes)

    @property
    def sources(self) -> dict[str, Source]:
        """All references by id."""
        places = (*self.products, CLASS, VOCABULARY, SHARED)
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
        places += [name for name in (VOCABULARY, CLASS, *self.products) if name not in places]
        for place in places:
            if not missing:
                break
            held = self.sources_of(place)
            found.update({key: held[key] for key in missing if key in held})
            missing = [key for key in missing if key not in held]
        if missing:
            raise DataError(
                f"{self.path('sources')}: no source '{missing[0]}', which a record cites"
            )
        return {key: found[key] for key in sorted(found)}

    def disease_name(self, disease: str, record: str) -> str:
        """The short name of a disease that a record refers to.

        Raises:
            DataError: there is no such disease; names the record
        """
        found = self.diseases.get(disease)
        if found is None:
            raise DataError(f"record '{record}': diseases: no disease '{disease}'")
        return found.abbreviation or found.name

    def related(self, disease: str) -> set[str]:
        """The disease itself, all wider and all narrower ones."""
        return self.ancestors(disease) | self.descendants(disease)

    def trial(self, item: Outcome | AdverseReaction) -> Trial:
        """The trial that a result belongs to; reads only the file of its product.

        Raises:
            DataError: there is no such trial; names the record
        """
        for trial in self.study(item.product).trials:
            if trial.id == item.trial:
                return trial
        raise DataError(f"record '{item.id}': trial: no trial '{item.trial}'")

    def profile(
        self, product: str, regulator: str | None = None, disease: str | None = None
    ) -> Profile:
        """Everything that is known of one product.

        Args:
            product: id of the product
            regulator: keep only what this regulator says, where a record names a regulator
            disease: keep only what concerns this disease, where a record names diseases
        """
        from cartref.model.dataset import Profile

        label, study = self.label(product), self.study(product)
        concerned = self.related(disease) if disease else set()
        trials = [item for item in study.trials if _concerns(item.diseases, concerned)]
        held = {item.id for item in trials}

        def kept(records: Iterable[Any], key: str = "regulator") -> tuple[Any, ...]:
            return tuple(
                item
                for item in records
                if regulator in (None, getattr(item, key))
                and _concerns(getattr(item, "diseases", ()), concerned)
            )

        def found(records: Iterable[Any]) -> tuple[Any, ...]:
            return tuple(item for item in kept(records) if item.trial in held)

        return Profile(
            product=self.products[product],
            codes=label.codes,
            indications=kept(label.indications),
            doses=kept(label.doses),
            lymphodepletion=kept(label.lymphodepletion),
            monitoring=kept(label.monitoring),
            boxed_warnings=kept(label.boxed_warnings),
            warnings=kept(label.warnings),
            regulatory_events=kept(label.regulatory_events, "body"),
            pending=kept(label.pending, "body"),
            logistics=kept(label.logistics),
            trials=tuple(trials),
            outcomes=found(study.outcomes),
            adverse_reactions=found(study.adverse_reactions),
        )

    def gaps(self, profile: Profile) -> list[tuple[str, str, str]]:
        """What is not known of an active indication, though its label must say it.

        Returns:
            the section (``doses``, ``lymphodepletion`` or ``monitoring``), the regulator and the
            id of the disease
        """
        found: dict[tuple[str, str, str], None] = {}
        for indication in profile.indications:
            if indication.status != "active":
                continue
            for section in ("doses", "lymphodepletion", "monitoring"):
                told = [
                    item
                    for item in getattr(profile, section)
                    if item.regulator == indication.regulator
                    and not getattr(item, "valid_to", None)
                ]
                for disease in indication.diseases:
                    if not any(_concerns(item.diseases, self.related(disease)) for item in told):
                        found[section, indication.regulator, disease] = None
        return list(found)

    def relation(self, indication: Indication, disease: str) -> Relation | None:
        """How an indication stands to a disease.

        Returns:
            ``named``: the label names the disease, a wider one without listing its subtypes,
            or the subtypes that it lists lie in the disease ·
            ``part``: the indication is for a narrower disease, or for some of its ages ·
            ``excluded``: the label excludes the disease ·
            ``formerly-excluded``: it did, and dropped that without naming the disease ·
            ``not-named``: the indication is for a wider disease, but the label lists other
            subtypes, or the disease is one that labels mean only by naming it ·
            ``other-age``: the ages of the indication and of the disease term do not meet ·
            none: they have nothing to do with each other
        """
        from cartref.history import excluded_once

        wider = self.ancestors(disease)
        if wider.intersection(indication.excludes):
            return "excluded"
        if wider.intersection(excluded_once(indication)):
            return "formerly-excluded"
        narrower = self.descendants(disease)
        if not wider.intersection(indication.diseases):
            return "part" if narrower.intersection(indication.diseases) else None
        ages = _ages(self.diseases[disease], indication)
        if ages == "none":
            return "other-age"
        listed = set(indication.covers)
        meant = self._meant_by_wider(disease)
        plain = not listed or disease in indication.diseases
        named = listed.intersection(meant) or listed.intersection(narrower)
        if not named and not (plain and meant.intersection(indication.diseases)):
            return "not-named"
        return "named" if ages == "all" else "part"

    def _meant_by_wider(self, disease: str) -> set[str]:
        """The diseases by which a label means this one: those above it, up to one set apart."""

        def above(key: str) -> tuple[str, ...]:
            item = self.diseases[key]
            return () if item.set_apart else _present(item.parent)

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
        """The disease itself and all wider diseases above it, by its first parent alone.

        Other parents place a disease for the reader. Labels count it under the first: follicular
        lymphoma grade 3B belongs to large B-cell lymphoma there.
        """
        if disease not in self._ancestors:
            above = _closure(disease, lambda key: _present(self.diseases[key].parent))
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

    def _table(self, file: str, name: str, cls: type) -> dict[str, Any]:
        """Read a file that holds one array of tables."""
        path = self.path(file)
        return _by_id(path, loading.read(path, {name: cls}).get(name, ()))


def _by_id(path: str, records: Iterable[Any]) -> dict[str, Any]:
    """Key records by id; an id that stands twice is an error."""
    found: dict[str, Any] = {}
    for item in records:
        if item.id in found:
            raise DataError(f"{path}: '{item.id}': id: stands twice")
        found[item.id] = item
    return found


def _ages(disease: Disease, indication: Indication) -> Literal["all", "some", "none"]:
    """Which of the ages that a disease term takes in an indication takes in too."""
    if disease.age_min is None and disease.age_max is None:
        return "all"
    if indication.age_min is None and indication.age_max is None:
        return "all" if indication.population is None else "some"
    low, high = indication.age_min or 0, indication.age_max or _OLDEST
    lowest, highest = disease.age_min or 0, disease.age_max or _OLDEST
    if low > highest or high < lowest:
        return "none"
    return "all" if low <= lowest and high >= highest else "some"


def _concerns(diseases: Iterable[str], concerned: set[str]) -> bool:
    """Whether a record concerns one of these diseases; one that names none concerns all."""
    named = set(diseases)
    return not named or not concerned or bool(named & concerned)


def _present(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


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
