"""The whole dataset as flat lists with foreign keys: as JSON, as lines, as one CSV a list."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from errno import EACCES
from stat import S_IMODE, S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Any

from cartref.errors import CartrefError, UsageError
from cartref.sheets import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO, Literal

    from cartref.catalog import Catalog

# The lists of the export, and the record class of each.
LISTS: dict[str, str] = {
    "products": "Product",
    "indications": "Indication",
    "doses": "Dose",
    "lymphodepletion": "Lymphodepletion",
    "monitoring": "Monitoring",
    "boxed_warnings": "BoxedWarning",
    "warnings": "LabelWarning",
    "regulatory_events": "RegulatoryEvent",
    "pending": "Pending",
    "trials": "Trial",
    "outcomes": "Outcome",
    "adverse_reactions": "AdverseReaction",
    "codes": "Code",
    "logistics": "Logistics",
    "diseases": "Disease",
    "adverse_events": "AdverseEvent",
    "therapies": "Therapy",
    "terms": "Term",
    "pathway": "PathwayStep",
    "sources": "Source",
}
PER_LABEL = (
    "indications", "doses", "lymphodepletion", "monitoring", "boxed_warnings", "warnings",
    "regulatory_events", "pending", "logistics", "codes",
)  # fmt: skip
PER_STUDY = ("trials", "outcomes", "adverse_reactions")
CLASS_WIDE = ("regulatory_events", "codes")


def lists(catalog: Catalog) -> dict[str, list[Any]]:
    """Every record of the dataset, in the lists of the export."""
    found: dict[str, list[Any]] = {name: [] for name in LISTS}
    found["products"] += catalog.products.values()
    found["diseases"] += catalog.diseases.values()
    found["adverse_events"] += catalog.adverse_events.values()
    found["therapies"] += catalog.therapies.values()
    found["terms"] += catalog.terms.values()
    found["pathway"] += catalog.pathway.values()
    for product in catalog.products:
        for name in PER_LABEL:
            found[name] += getattr(catalog.label(product), name)
    for study in map(catalog.study, (*catalog.products, None)):
        for name in PER_STUDY:
            found[name] += getattr(study, name)
    for name in CLASS_WIDE:
        found[name] += getattr(catalog.class_wide, name)
    found["sources"] += catalog.sources.values()
    return found


def document(catalog: Catalog) -> dict[str, Any]:
    """The export, ready for JSON."""
    from cartref.render.plain import SCHEMA_VERSION

    return {
        "schema_version": SCHEMA_VERSION,
        "dataset": catalog.dataset,
        **lists(catalog),
    }


def coverage(catalog: Catalog) -> list[dict[str, Any]]:
    """How many records and sources there are by product, regulator and kind."""
    counted: dict[tuple[str, str | None, str], tuple[int, set[str]]] = {}
    for kind, records in lists(catalog).items():
        for item in records:
            product = item.id if kind == "products" else getattr(item, "product", None)
            if product is None:
                continue
            regulator = getattr(item, "regulator", None) or getattr(item, "body", None)
            number, sources = counted.get((product, regulator, kind), (0, set()))
            counted[product, regulator, kind] = (number + 1, sources | set(item.sources))
    return [
        {
            "product": product,
            "regulator": regulator,
            "kind": kind,
            "n_records": number,
            "n_sources": len(sources),
        }
        for (product, regulator, kind), (number, sources) in counted.items()
    ]


def not_known(catalog: Catalog) -> list[dict[str, Any]]:
    """What the dataset does not know of approved uses and of products, product by product.

    Returns:
        objects with ``product``, ``regulator``, ``kind`` (the list, or the field of a list) and
        ``diseases``
    """
    found: dict[tuple[str, str | None, str], dict[str, None]] = {}

    def add(product: str, regulator: str | None, kind: str, diseases: Iterable[str] = ()) -> None:
        found.setdefault((product, regulator, kind), {}).update(dict.fromkeys(diseases))

    for product in catalog.products.values():
        for name in CONSTRUCT:
            if getattr(product.construct, name) is None:
                add(product.id, None, f"construct.{name}")
        profile = catalog.profile(product.id)
        for indication in profile.indications:
            for name in ("approved", "pathway"):
                if getattr(indication, name) is None and indication.status == "active":
                    place = f"indications.{name}"
                    add(product.id, indication.regulator, place, indication.diseases)
        for section, regulator, disease in catalog.gaps(profile):
            add(product.id, regulator, section, [disease])
    return [
        {"product": product, "regulator": regulator, "kind": kind, "diseases": list(diseases)}
        for (product, regulator, kind), diseases in found.items()
    ]


# What a reader expects to be known of every construct.
CONSTRUCT = (
    "binder", "hinge_transmembrane", "costimulatory_domain", "signalling_domain", "vector",
    "cell_source",
)  # fmt: skip

# ---- files


def ndjson(catalog: Catalog) -> Iterator[str]:
    """Every record as one line of JSON, with the name of its list; first the dataset itself."""
    from cartref.render.plain import SCHEMA_VERSION, fields_of, to_json

    dataset = fields_of(catalog.dataset)
    yield to_json({"list": "dataset", "schema_version": SCHEMA_VERSION, **dataset}) + "\n"
    for name, records in lists(catalog).items():
        for item in records:
            yield to_json({"list": name, **fields_of(item)}) + "\n"


def csv_files(catalog: Catalog, directory: str) -> list[str]:
    """Write one CSV file a list into a directory, and ``dataset.csv`` with version and date.

    Texts and numbers stand as they are, an unknown value is an empty cell, true and false are
    words, and what holds several values is JSON. A text that a spreadsheet would take for a
    formula has an apostrophe before it. Every file appears whole or not at all.

    Returns:
        the paths of the files

    Raises:
        CartrefError: the directory or a file cannot be written
    """
    from cartref.model import label, product, reference, source, study
    from cartref.render.plain import SCHEMA_VERSION, fields_of

    modules = (label, product, reference, source, study)
    classes = {name: value for module in modules for name, value in vars(module).items()}
    written = [os.path.join(directory, "dataset.csv")]
    _named(directory)
    with _writing(directory):
        os.makedirs(directory, exist_ok=True)
    state = {"schema_version": SCHEMA_VERSION, **fields_of(catalog.dataset)}
    atomically(written[0], lambda file: _rows(file, list(state), [list(state.values())]))
    for name, records in lists(catalog).items():
        columns = list(classes[LISTS[name]].__dataclass_fields__)
        path = os.path.join(directory, f"{name}.csv")
        lines = ([_cell(getattr(item, key)) for key in columns] for item in records)
        atomically(path, lambda file: _rows(file, columns, lines))  # noqa: B023 - used at once
        written.append(path)
    return written


def _rows(file: IO[str], columns: list[str], lines: Iterable[list[str]]) -> None:
    import csv

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)


def _cell(value: Any) -> str:
    """A value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, (int, float)):
        return str(value)
    from cartref.render.plain import to_json

    return to_json(value)


def atomically(
    path: str, write: Callable[[IO[Any]], object], mode: Literal["w", "wb"] = "w"
) -> None:
    """Write a file beside its place and then move it there, so that nobody sees half of it.

    Args:
        path: the file; an existing one is replaced and keeps its permissions, a link is followed
        write: writes the content
        mode: ``w`` for text in UTF-8, ``wb`` for bytes

    Raises:
        UsageError: it has no name that a file can have
        CartrefError: it cannot be written
    """
    import tempfile

    _named(path)
    encoding, newline = ("utf-8", "") if mode == "w" else (None, None)
    with _writing(path):
        allowed = _allowed(path)
        place = os.path.realpath(path)
        handle, draft = tempfile.mkstemp(dir=os.path.dirname(place), prefix=".cartref-")
        try:
            with open(handle, mode, encoding=encoding, newline=newline) as file:
                write(file)
            os.chmod(draft, allowed)
            os.replace(draft, place)
        except BaseException:
            with suppress(OSError):  # its folder may be gone
                os.unlink(draft)
            raise


def _named(path: str) -> None:
    """Refuse a name that no file can have.

    Raises:
        UsageError: it is empty or holds the sign that ends a name
    """
    if not path or "\0" in path:
        what = "is empty" if not path else "holds a zero byte"
        raise UsageError(f"the name of the file to write {what}: give another")


def _allowed(path: str) -> int:
    """The permissions of the file that is there, else those that a new file gets.

    Raises:
        OSError: it may not be replaced, or its links go round in a circle
        CartrefError: it is no file
    """
    try:
        there = os.stat(path).st_mode
    except FileNotFoundError:
        return 0o666 & ~_umask()
    if not S_ISREG(there):
        what = "is a directory" if S_ISDIR(there) else "is not a file"
        raise CartrefError(f"{path}: cannot be written: it {what}")
    if not os.access(path, os.W_OK):
        raise PermissionError(EACCES, os.strerror(EACCES))
    return S_IMODE(there)


def _umask() -> int:
    """What new files are not allowed, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _writing(path: str) -> Iterator[None]:
    """Say in one line what cannot be written."""
    try:
        yield
    except OSError as error:
        raise CartrefError(f"{path}: cannot be written: {error.strerror or error}") from None
