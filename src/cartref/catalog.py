"""The dataset, read file by file as questions need it, and the questions one can ask of it.

``data/`` holds ``products.toml``, ``diseases.toml``, ``adverse_events.toml``, ``therapies.toml``,
``terms.toml``, ``pathway.toml`` and ``class.toml``; ``labels/``, ``trials/`` and ``sources/``
hold one file a product, ``trials/class.toml`` the studies of several. A file is read at the first
question that needs it, and once.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cartref import loading
from cartref.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartref.facts import Therapies
    from cartref.model.dataset import ClassWide, Dataset, Label, Profile, Study
    from cartref.model.label import Indication
    from cartref.model.product import Code, Product
    from cartref.model.reference import AdverseEvent, Disease, PathwayStep, Term, Therapy
    from cartref.model.source import Source
    from cartref.model.study import AdverseReaction, Outcome, Trial
    from cartref.tree import DiseaseTree

# Files of references beside those of the products: what only class-wide records cite, what only
# the vocabularies cite (diseases, adverse events, terms, pathway), and what several of all cite.
CLASS, VOCABULARY, SHARED = "class", "vocabulary", "shared"
KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


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
    def tree(self) -> DiseaseTree:
        """The diseases as a tree, and how indications stand to them."""
        from cartref.tree import DiseaseTree

        return DiseaseTree(self.diseases)

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
    def therapies(self) -> dict[str, Therapy]:
        """The therapies that labels ask about, and the drugs and regimens that count as them."""
        from cartref.model.reference import Therapy

        return self._table("therapies.toml", "therapy", Therapy)

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
        place = CLASS if product is None else product
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

            file = self._file("sources", product)
            self._sources[product] = (
                {} if self.may_lack(file, product) else self._table(file, "source", Source)
            )
        return self._sources[product]

    def _file(self, folder: str, name: str) -> str:
        """The file of one name in a folder; no name leads out of it.

        Raises:
            DataError: the name is no id
        """
        if not KEBAB.fullmatch(name):
            path = self.path("products.toml")
            raise DataError(f"{path}: product '{name}': id: is not kebab-case")
        return os.path.join(folder, f"{name}.toml")

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
        file = self._file(folder, CLASS if product is None else product)
        if self.may_lack(file, product):
            return {}
        return loading.read(self.path(file), tables, None if product is None else "product")

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


def _concerns(diseases: Iterable[str], concerned: set[str]) -> bool:
    """Whether a record concerns one of these diseases; one that names none concerns all."""
    named = set(diseases)
    return not named or not concerned or bool(named & concerned)
