"""The files of a data directory, the tables of each, and the class of each table's records.

``products.toml``, ``diseases.toml``, ``adverse_events.toml``, ``therapies.toml``, ``terms.toml``,
``pathway.toml`` and ``class.toml`` stand at the top; ``labels/``, ``trials/`` and ``sources/``
hold one file a product. ``trials/class.toml`` holds the studies of several products. Of the
further files of references, ``class.toml`` holds what only class-wide records cite,
``vocabulary.toml`` what only diseases, adverse events, therapies, terms and the pathway cite, and
``shared.toml`` what several of all cite.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CLASS, VOCABULARY, SHARED = "class", "vocabulary", "shared"


class Table(NamedTuple):
    """An array of tables.

    Attributes:
        list: the list of the export that holds its records
        module: the module of the model that their class lies in
        record: the name of their class
    """

    list: str
    module: str
    record: str

    def cls(self) -> Any:
        """The class of the records; imports its module."""
        return getattr(import_module(f"cartref.model.{self.module}"), self.record)


# In the order of the export.
TABLES: dict[str, Table] = {
    "product": Table("products", "product", "Product"),
    "indication": Table("indications", "label", "Indication"),
    "dose": Table("doses", "label", "Dose"),
    "lymphodepletion": Table("lymphodepletion", "label", "Lymphodepletion"),
    "monitoring": Table("monitoring", "label", "Monitoring"),
    "boxed_warning": Table("boxed_warnings", "label", "BoxedWarning"),
    "warning": Table("warnings", "label", "LabelWarning"),
    "regulatory_event": Table("regulatory_events", "label", "RegulatoryEvent"),
    "pending": Table("pending", "label", "Pending"),
    "trial": Table("trials", "study", "Trial"),
    "outcome": Table("outcomes", "study", "Outcome"),
    "adverse_reaction": Table("adverse_reactions", "study", "AdverseReaction"),
    "code": Table("codes", "product", "Code"),
    "logistics": Table("logistics", "label", "Logistics"),
    "disease": Table("diseases", "reference", "Disease"),
    "adverse_event": Table("adverse_events", "reference", "AdverseEvent"),
    "therapy": Table("therapies", "reference", "Therapy"),
    "term": Table("terms", "reference", "Term"),
    "step": Table("pathway", "reference", "PathwayStep"),
    "source": Table("sources", "source", "Source"),
}
TOP: dict[str, tuple[str, ...]] = {
    "products.toml": ("product",),
    "diseases.toml": ("disease",),
    "adverse_events.toml": ("adverse_event",),
    "therapies.toml": ("therapy",),
    "terms.toml": ("term",),
    "pathway.toml": ("step",),
    "class.toml": ("regulatory_event", "code"),
}
FOLDERS: dict[str, tuple[str, ...]] = {
    "labels": (
        "indication", "dose", "lymphodepletion", "monitoring", "boxed_warning", "warning",
        "regulatory_event", "pending", "logistics", "code",
    ),
    "trials": ("trial", "outcome", "adverse_reaction"),
    "sources": ("source",),
}  # fmt: skip


def is_id(text: str) -> bool:
    """Whether a text is written as ids are: lower-case words and numbers with hyphens."""
    return text.isascii() and text == text.lower() and all(map(str.isalnum, text.split("-")))


def tables(file: str) -> tuple[str, ...]:
    """The tables that a file may hold."""
    folder, _, name = file.rpartition("/")
    return FOLDERS[folder] if folder else TOP[name]


def holds_some(directory: str) -> bool:
    """Whether a directory holds some of what a dataset or an overlay does."""
    return any(os.path.exists(os.path.join(directory, name)) for name in (*TOP, *FOLDERS))


def header(file: str) -> str | None:
    """The key that a file holds beside its tables: the dataset, or the product of its records."""
    folder, _, name = file.rpartition("/")
    if folder in ("labels", "trials") and name != f"{CLASS}.toml":
        return "product"
    return "dataset" if file == "products.toml" else None


def owner(file: str) -> str:
    """The product, or the place of references, that a file in a folder belongs to."""
    return file.rpartition("/")[2].removesuffix(".toml")


def owned(folder: str, owner: str) -> str:
    """The file of a product in a folder.

    Raises:
        LookupError: no product has such an id, and no path may be made of it
    """
    if not is_id(owner):
        raise LookupError(f"'{owner}' is no id")
    return f"{folder}/{owner}.toml"


def files(products: Iterable[str]) -> Iterator[str]:
    """All files of a dataset with these products."""
    known = tuple(products)
    yield from TOP
    yield from (owned("labels", product) for product in known)
    yield from (owned("trials", place) for place in (*known, CLASS))
    yield from (owned("sources", place) for place in (*known, CLASS, VOCABULARY, SHARED))
