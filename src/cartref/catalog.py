"""The dataset, read file by file as questions need it, and the questions one can ask of it.

``layout`` says which files there are. A file is read at the first question that needs it, and
once; records of an overlay stand in the place of bundled ones with their ids, or behind them.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from cartref import layout, loading
from cartref.errors import DataError
from cartref.layout import CLASS, SHARED, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartref.facts import Therapies
    from cartref.model.dataset import ClassWide, Dataset, Label, Profile, Study
    from cartref.model.label import Indication
    from cartref.model.product import Code, Product
    from cartref.model.reference import AdverseEvent, Disease, PathwayStep, Term, Therapy
    from cartref.model.source import Source
    from cartref.model.study import AdverseReaction, Outcome, Trial
    from cartref.names import Index
    from cartref.overlay import Overlay
    from cartref.tree import DiseaseTree

W = TypeVar("W")


class Catalog:
    """The dataset of one data directory, and of an overlay over it.

    Every property and method reads what it needs and no more.

    Args:
        directory: the data directory; the bundled one if not given
        overlay: the records to add or to put in the place of others

    Raises:
        DataError: a file is missing or broken; the message names file, record and key
    """

    def __init__(
        self, directory: str | os.PathLike[str] | None = None, overlay: Overlay | None = None
    ) -> None:
        self.directory = os.path.normpath(directory or loading.data_directory())
        self.overlay = overlay
        self._files: dict[str, dict[str, tuple[Any, ...]]] = {}
        self._tables: dict[str, dict[str, Any]] = {}
        self._wholes: dict[str, Any] = {}
        self.indexes: dict[str, Index] = {}  # the names of each kind, kept by ``names.index_of``

    def path(self, *parts: str) -> str:
        """The path of a file of the dataset."""
        return os.path.join(self.directory, *parts)

    # ---- files

    def files(self) -> list[str]:
        """All files that the dataset may have."""
        return list(layout.files(self.products))

    def records(self, file: str) -> dict[str, tuple[Any, ...]]:
        """The records of a file, by table."""
        if file not in self._files:
            found = {} if self._lacks(file) else loading.read(self.directory, file)
            if self.overlay:
                found = self.overlay.over(file, found)
            self._files[file] = found
        return self._files[file]

    def bundled(self) -> Catalog:
        """The dataset without the overlay; files that the overlay leaves alone are shared."""
        found = Catalog(self.directory)
        laid_over = self.overlay.files if self.overlay else ()
        found._files.update(
            (file, records) for file, records in self._files.items() if file not in laid_over
        )
        return found

    def _lacks(self, file: str) -> bool:
        """Whether a file is not there and need not be.

        That is so for an investigational product, and for one that only an overlay knows.

        Raises:
            DataError: it is not there, and its product needs it
        """
        if "/" not in file or os.path.exists(self.path(file)):
            return False
        known = self.products.get(layout.owner(file))
        if known is None:
            return False
        if known.status == "investigational" or known.origin == "overlay":
            return True
        needs = f"a product that is {known.status} needs it"
        raise DataError(f"{self.path(file)}: cannot be read: there is no such file; {needs}")

    def _table(self, file: str) -> dict[str, Any]:
        """The records by id of a file that holds one table."""
        if file not in self._tables:
            (name,) = layout.tables(file)
            self._tables[file] = {item.id: item for item in self.records(file).get(name, ())}
        return self._tables[file]

    def _whole(self, cls: type[W], file: str) -> W:
        """All records of a file in one record, by the lists of the export; made once."""
        if file not in self._wholes:
            held = self.records(file)
            lists = {layout.TABLES[name].list: held.get(name, ()) for name in layout.tables(file)}
            self._wholes[file] = cls(**lists)
        found: W = self._wholes[file]
        return found

    # ---- one file each

    @cached_property
    def dataset(self) -> Dataset:
        """Version and as-of date, and what the overlay did."""
        from cartref.model.dataset import Dataset

        (head,) = self.records("products.toml")["dataset"]
        found = loading.one(self.path("products.toml"), Dataset, head)
        if self.overlay is None:
            return found
        from dataclasses import replace

        return replace(found, overlay=self.overlay.state(self))

    @cached_property
    def products(self) -> dict[str, Product]:
        """All products by id."""
        return self._table("products.toml")

    @cached_property
    def diseases(self) -> dict[str, Disease]:
        """The disease tree by id, parents before children."""
        return self._table("diseases.toml")

    @cached_property
    def tree(self) -> DiseaseTree:
        """The diseases as a tree, and how indications stand to them."""
        from cartref.tree import DiseaseTree

        return DiseaseTree(self.diseases)

    @cached_property
    def adverse_events(self) -> dict[str, AdverseEvent]:
        """All adverse events by id."""
        return self._table("adverse_events.toml")

    @cached_property
    def terms(self) -> dict[str, Term]:
        """The glossary by id."""
        return self._table("terms.toml")

    @cached_property
    def therapies(self) -> dict[str, Therapy]:
        """The therapies that labels ask about, and the drugs and regimens that count as them."""
        return self._table("therapies.toml")

    @cached_property
    def counts_as(self) -> Therapies:
        """What therapies are called, and what they and the products count as."""
        from cartref.facts import Therapies

        kinds = {key: item.kinds for key, item in self.therapies.items()}
        for key, product in self.products.items():
            target = f"{product.construct.target.casefold()}-car-t"
            kinds[key] = (target,) if target in self.therapies else ()

        def all_kinds(key: str) -> frozenset[str]:
            return frozenset([key]).union(*map(all_kinds, kinds.get(key, ())))

        names = {key: item.name for key, item in self.therapies.items()}
        return Therapies({key: all_kinds(key) for key in kinds}, names)

    @cached_property
    def pathway(self) -> dict[str, PathwayStep]:
        """The stages of the patient's way by id, in order; what holds in general comes first."""
        return self._table("pathway.toml")

    @cached_property
    def class_wide(self) -> ClassWide:
        """What holds for the whole class of products, or for several."""
        from cartref.model.dataset import ClassWide

        return self._whole(ClassWide, "class.toml")

    # ---- one file a product

    def label(self, product: str) -> Label:
        """What labels, regulators and registers say of one product."""
        from cartref.model.dataset import Label

        return self._whole(Label, layout.owned("labels", product))

    def study(self, product: str | None) -> Study:
        """The trials and studies of one product, and what they found.

        Args:
            product: id of the product; none for the studies of several
        """
        from cartref.model.dataset import Study

        return self._whole(Study, layout.owned("trials", CLASS if product is None else product))

    def sources_of(self, place: str) -> dict[str, Source]:
        """The references that one product alone cites, or those of one of the further files."""
        return self._table(layout.owned("sources", place))

    # ---- all products together

    @cached_property
    def indications(self) -> dict[str, Indication]:
        """All indications by id."""
        return {item.id: item for key in self.products for item in self.label(key).indications}

    @cached_property
    def trials(self) -> dict[str, Trial]:
        """All trials, studies and pools by id."""
        owners = (*self.products, None)
        return {item.id: item for key in owners for item in self.study(key).trials}

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
        missing = set(wanted)
        found: dict[str, Source] = {}
        for place in dict.fromkeys((*products, SHARED, VOCABULARY, CLASS, *self.products)):
            if not missing:
                break
            held = self.sources_of(place)
            here = held.keys() & missing
            found.update((key, held[key]) for key in here)
            missing -= here
        if missing:
            raise DataError(
                f"{self.path('sources')}: no source '{min(missing)}', which a record cites"
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
        concerned = self.tree.related(disease) if disease else set()
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
                    if not any(
                        _concerns(item.diseases, self.tree.related(disease)) for item in told
                    ):
                        found[section, indication.regulator, disease] = None
        return list(found)

    def event_family(self, event: str) -> set[str]:
        """The adverse event itself and all narrower events below it."""
        from cartref.tree import above

        parents = {key: item.parent for key, item in self.adverse_events.items()}
        return {key for key in parents if event in above(key, parents.get)}


def _concerns(diseases: Iterable[str], concerned: set[str]) -> bool:
    """Whether a record concerns one of these diseases; one that names none concerns all."""
    named = set(diseases)
    return not named or not concerned or bool(named & concerned)
