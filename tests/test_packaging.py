"""The package as its users install it: wheel, wheel from the sdist, editable install.

These build and install from the package index, so that they run only when asked for:
``pytest -m packaging``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from typing import TYPE_CHECKING

import pytest

import cartref

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.packaging
REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _run(*command: str, cwd: str | None = None) -> str:
    """Run a command outside the repository, and return what it prints."""
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The wheel, the sdist, and the wheel that is built from the sdist."""
    place = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--outdir", str(place / "direct"), REPOSITORY)
    (wheel,) = (place / "direct").glob("*.whl")
    (sdist,) = (place / "direct").glob("*.tar.gz")
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir",
         str(place / "again"), str(sdist))  # fmt: skip
    (again,) = (place / "again").glob("*.whl")
    return {"wheel": str(wheel), "sdist": str(sdist), "wheel from sdist": str(again)}


def _answer(place: Path, *what: str) -> str:
    """Install into a clean environment and ask a question from another directory."""
    venv.create(place, with_pip=True)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    _run(str(scripts / "python"), "-m", "pip", "install", "--quiet", *what)
    asked = _run(str(scripts / "cartref"), "product", "carvykti", "--json", cwd=str(place))
    return str(json.loads(asked)["results"][0]["id"])


@pytest.mark.parametrize("kind", ["wheel", "wheel from sdist"])
def test_the_wheel_answers_in_a_clean_environment(
    kind: str, built: dict[str, str], tmp_path: Path
) -> None:
    assert _answer(tmp_path, built[kind]) == "cilta-cel"


def test_the_editable_install_answers(tmp_path: Path) -> None:
    assert _answer(tmp_path, "--editable", REPOSITORY) == "cilta-cel"


def test_the_wheel_holds_data_types_and_licences(built: dict[str, str]) -> None:
    with zipfile.ZipFile(built["wheel"]) as wheel:
        names = wheel.namelist()
        (metadata,) = (name for name in names if name.endswith("METADATA"))
        version = wheel.read(metadata).decode()
    held = {name for name in names if name.endswith(".toml")}
    data = {
        os.path.relpath(os.path.join(folder, file), REPOSITORY).replace(os.sep, "/")
        for folder, _, files in os.walk(os.path.join(REPOSITORY, "data"))
        for file in files
    }
    assert held == {f"cartref/{name}" for name in data}
    assert "cartref/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/LICENSE-DATA") for name in names)
    assert f"\nVersion: {cartref.__version__}\n" in version
