"""A partial data directory that a reader lays over the bundled one.

It has the files of ``layout``, as many of them as it needs. A record with the id of a bundled
one stands in its place; any other is added. An overlay is untrusted: nothing of it is used before
``cartref.check`` has found it clean.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cartref import layout, loading
from cartref.errors import DataError, UsageError
from cartref.model.record import is_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartref.catalog import Catalog
    from cartref.model.dataset import Lacking, Overlaid

REMARKS = (".md", ".txt")  # files beside the data that are for people


class Overlay:
    """The files of an overlay, read when they are wanted.

    Args:
        directory: the directory of the overlay
        tolerant: whether files that are refused are left aside in ``strays``; else one raises

    Attributes:
        files: the files of the overlay, as paths below its directory
        strays: what is wrong with each file that nothing would read, or that is none

    Raises:
        UsageError: there is no such directory, or it holds no file of an overlay
        DataError: a file that nothing would read, or that is none
    """

    def __init__(self, directory: str | os.PathLike[str], *, tolerant: bool = False) -> None:
        self.directory = os.fspath(directory)
        self._added: set[str] = set()
        self._replaced: dict[str, tuple[Any, Any]] = {}  # the bundled record, the one in its place
        if not os.path.isdir(self.directory):
            raise UsageError(
                f"the overlay '{self.directory}' is no directory: see --data and CARTREF_DATA"
            )
        self.strays: list[tuple[str, str]] = []
        self.files = frozenset(self._found())
        if self.strays and not tolerant:
            raise DataError(": ".join(self.strays[0]))
        if not self.files and not self.strays:
            raise UsageError(
                f"the overlay '{self.directory}' holds none of the files that it could:"
                f" {', '.join(layout.TOP)}, or FOLDER/PRODUCT.toml in {', '.join(layout.FOLDERS)}"
            )

    def _found(self) -> Iterator[str]:
        """The files of the overlay; what would be read by nothing is a stray."""
        for name in self._names(""):
            if name in layout.FOLDERS and os.path.isdir(self.path(name)):
                for file in self._names(name):
                    yield from self._fit(f"{name}/{file}", known=file.endswith(".toml"))
            else:
                yield from self._fit(name, known=name in layout.TOP)

    def _names(self, folder: str) -> list[str]:
        """The names in a folder but hidden ones and remarks for people."""
        try:
            found = sorted(os.listdir(self.path(folder)))
        except OSError as error:
            raise DataError(f"{self.path(folder)}: cannot be read: {error.strerror}") from None
        return [name for name in found if not name.startswith(".") and not name.endswith(REMARKS)]

    def _fit(self, file: str, *, known: bool) -> Iterator[str]:
        """The file if something reads it and it is one: no pipe would ever end."""
        if file in layout.FOLDERS:
            linked = os.path.islink(self.path(file)) and not os.path.exists(self.path(file))
            must = "must be a directory with one file a product"
            wrong = "is a link that leads nowhere" if linked else must
            self.strays.append((self.path(file), wrong))
        elif not known:
            names = (*layout.TOP, *layout.FOLDERS)
            near = loading.meant(file, names, loading.LIKENESS_OF_FILES)
            if layout.holds_some(self.path(file)):
                near = f"; if the overlay lies in it: --data {self.path(file)}"
            self.strays.append((self.path(file), f"is read by nothing{near}"))
        elif not os.path.isfile(self.path(file)):
            self.strays.append((self.path(file), "is no file that can be read"))
        else:
            yield file

    def path(self, *parts: str) -> str:
        """The path of a file of the overlay."""
        return os.path.join(self.directory, *filter(None, parts))

    def records(self, file: str) -> dict[str, tuple[Any, ...]]:
        """The records of a file, by table; none of a file that the overlay does not have.

        Raises:
            DataError: names the file, the record and the key
        """
        return loading.read(self.directory, file, "overlay") if file in self.files else {}

    def over(self, file: str, bundled: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
        """The records of a file with those of the overlay in their places, or behind them.

        Raises:
            DataError: names the file, the record and the key
        """
        merged = dict(bundled)
        for table, records in self.records(file).items():
            held = {item.id: item for item in bundled.get(table, ())}
            own = {item.id: item for item in records}
            self._replaced.update((key, (held[key], own[key])) for key in held.keys() & own.keys())
            self._added |= own.keys() - held.keys()
            merged[table] = tuple({**held, **own}.values())
        return merged

    def state(self, catalog: Catalog) -> Overlaid:
        """What the overlay adds to a catalog and replaces in it.

        Raises:
            DataError: a file is broken, or belongs to no product
        """
        from cartref.model.dataset import Overlaid

        known = set(catalog.files())
        for file in sorted(self.files):
            if file not in known:
                owner = layout.owner(file)
                near = loading.meant(owner, catalog.products)
                raise DataError(f"{self.path(file)}: there is no product '{owner}'{near}")
            catalog.records(file)
        return Overlaid(
            path=self.directory,
            added=tuple(sorted(self._added)),
            replaced=tuple(sorted(self._replaced)),
            lacking=tuple(self._lacking()),
        )

    def _lacking(self) -> Iterator[Lacking]:
        """What the replaced records say and those in their places do not."""
        from cartref.model.dataset import Lacking

        for key, (bundled, own) in sorted(self._replaced.items()):
            if lost := tuple(_lost(bundled, own)):
                yield Lacking(id=key, keys=lost)


def _lost(bundled: Any, own: Any) -> Iterator[str]:
    """The keys that a record has and the one in its place lacks, of the records in it too."""
    has, left = vars(bundled), vars(own)
    for key in bundled.fields_:
        if key in has and key not in left:
            yield key
        elif is_record(has.get(key)):
            yield from (f"{key}.{inner}" for inner in _lost(has[key], left[key]))
