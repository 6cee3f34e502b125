"""List what cartref brings along: packages, versions, licences, who asks for them.

    python tools/licences.py                    what every installation brings
    python tools/licences.py test docs          also what these extras bring
    python tools/licences.py plot --sbom        the same as a CycloneDX document

Everything is read from the metadata of the environment that runs it. The exit code is 1 if a
licence is not allowed or not told.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distribution
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PERMISSIVE = {
    "0BSD",
    "Apache-2.0",
    "BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-CMU",
    "PSF-2.0",
    "Unlicense",
    "Zlib",
}
# Copyleft of its own files only, which stay unchanged: allowed in what is installed on request.
ON_REQUEST = PERMISSIVE | {"MPL-2.0"}

# What classifiers and older metadata say in words.
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


@dataclass
class Package:
    """An installed package that cartref needs.

    Attributes:
        name: its normalised name
        version: its version
        licence: an SPDX expression, or what stands for it; empty if it tells none
        on_request: whether only an extra brings it
        wanted_by: the packages that ask for it
    """

    name: str
    version: str
    licence: str
    on_request: bool
    wanted_by: list[str] = field(default_factory=list)

    @property
    def allowed(self) -> bool:
        """Whether one alternative of the licence consists of allowed ones."""
        allowed = ON_REQUEST if self.on_request else PERMISSIVE
        alternatives = self.licence.replace("(", "").replace(")", "").split(" OR ")
        return any(allowed.issuperset(each.split(" AND ")) for each in alternatives)


def licence_of(package: Distribution) -> str:
    """The licence that a package tells: as an expression, a classifier or a line."""
    metadata = package.metadata
    for expression in metadata.get_all("License-Expression") or ():
        return str(expression)
    classifiers = [
        classifier.rpartition(" :: ")[2]
        for classifier in metadata.get_all("Classifier") or ()
        if classifier.startswith("License :: ") and not classifier.endswith("OSI Approved")
    ]
    # Some give the text of the licence instead of its name.
    lines = [line for line in metadata.get_all("License") or () if "\n" not in line]
    return " AND ".join(_SPDX.get(told, told) for told in classifiers or lines)


def packages(root: str, extras: list[str]) -> dict[str, Package]:
    """All that a package needs, and all that its extras need, by name.

    Raises:
        importlib.metadata.PackageNotFoundError: one of them is not installed
    """
    found: dict[str, Package] = {}
    for on_request, asked in ((False, ()), (True, tuple(extras))):
        seen: set[tuple[str, str]] = set()
        waiting = [(canonicalize_name(root), extra) for extra in ("", *asked)]
        while waiting:
            asking = waiting.pop()
            if asking in seen:
                continue
            seen.add(asking)
            for needed in _needs(*asking):
                name = canonicalize_name(needed.name)
                waiting += [(name, extra) for extra in ("", *needed.extras)]
                if name == root:
                    continue
                if name not in found:
                    package = distribution(name)
                    found[name] = Package(name, package.version, licence_of(package), on_request)
                if asking[0] not in found[name].wanted_by:
                    found[name].wanted_by.append(asking[0])
    return dict(sorted(found.items()))


def _needs(name: str, extra: str) -> list[Requirement]:
    """What a package needs here, with what one extra of it adds."""
    needed = map(Requirement, distribution(name).requires or ())
    return [
        each for each in needed if each.marker is None or each.marker.evaluate({"extra": extra})
    ]


def sbom(root: str, found: dict[str, Package]) -> dict[str, Any]:
    """The packages as a CycloneDX document, the same for the same packages."""
    own = distribution(root)
    whole = Package(root, own.version, licence_of(own), on_request=False)
    edges: dict[str, list[str]] = {name: [] for name in [root, *found]}
    for package in found.values():
        for name in package.wanted_by:
            edges[name].append(_purl(package))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component(whole)},
        "components": [_component(package) for package in found.values()],
        "dependencies": [
            {"ref": _purl(package), "dependsOn": sorted(edges[package.name])}
            for package in [whole, *found.values()]
        ],
    }


def _purl(package: Package) -> str:
    return f"pkg:pypi/{package.name}@{package.version}"


def _component(package: Package) -> dict[str, Any]:
    compound = " " in package.licence
    told = {"expression": package.licence} if compound else {"license": {"name": package.licence}}
    return {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.name,
        "version": package.version,
        "licenses": [told],
        "purl": _purl(package),
    }


def main() -> int:
    """Print the list, and complain of what is not allowed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extras", nargs="*", help="extras of cartref to list too")
    parser.add_argument("--sbom", action="store_true", help="print a CycloneDX document instead")
    asked = parser.parse_args()
    found = packages("cartref", asked.extras)
    if asked.sbom:
        print(json.dumps(sbom("cartref", found), indent=2))
    else:
        for package in found.values():
            told = package.licence or "not told"
            when = "on request" if package.on_request else "always"
            line = (package.name, package.version, told, when, ", ".join(package.wanted_by))
            print("\t".join(line))
    refused = [package for package in found.values() if not package.allowed]
    for package in refused:
        licence = package.licence or "no licence"
        print(f"not allowed: {package.name} {package.version}: {licence}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
