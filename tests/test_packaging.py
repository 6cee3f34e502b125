"""The package as its users install it: wheel, sdist, editable install; built twice, used bare.

These build and install from the package index, so that they run only when asked for:
``pytest -m packaging``.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import json
import os
import stat
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import licences
import pytest
import typer
from packaging.utils import canonicalize_name

import cartref
from cartref.cli import COMMANDS, build

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.packaging
REPOSITORY = Path(__file__).resolve().parents[1]
# Nothing of the environment that runs the tests shall help what is installed.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}

FORMATS = ("table", "json", "tsv", "md", "csv", "ndjson")
QUESTIONS = (
    ["product"],
    ["product", "cilta-cel", "--sources"],
    ["product", "carvicti"],
    ["indication", "DLBCL"],
    ["eligibility", "DLBCL", "--age", "58", "--regulator", "FDA"],
    ["side-effects", "cilta-cel"],
    ["compare", "cilta-cel", "ide-cel"],
    ["trial", "ZUMA-7"],
    ["timeline", "--regulator", "FDA"],
    ["pathway", "obe-cel"],
    ["explain", "leukapheresis"],
    ["search", "tocilizumab"],
    ["source", "--product", "obe-cel"],
    ["data", "info"],
)
OTHERS = (
    ["--version"],
    ["--help"],
    ["--show-completion", "bash"],
    ["report", "cilta-cel"],
    ["resolve", "names.txt"],
    ["resolve", "names.csv", "--column", "drug"],
    ["data", "export"],
    ["data", "export", "--format", "ndjson"],
    ["data", "show", "cilta-cel"],
    ["data", "schema"],
    ["data", "schema", "--patient"],
)
# What leaves its answer to the exit code, to a file or to a line for people.
QUIET = (["data", "check"], ["data", "export", "--format", "csv", "--output", "tables"])
# What asks for an extra, by the extra.
EXTRAS = (
    ("plot", ["timeline", "--format", "svg"]),
    ("plot", ["side-effects", "CRS", "--format", "png"]),
    ("plot", ["compare", "cilta-cel", "ide-cel", "--output", "both.html"]),
    ("plot", ["report", "cilta-cel", "--format", "html"]),
    ("freshness", ["data", "freshness"]),
)


def _run(
    *command: str,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    umask: int = -1,
) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing in its environment that helps it to find the source."""
    return subprocess.run(
        command,
        cwd=cwd,
        umask=umask,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={**ENVIRONMENT, "PYTHONUTF8": "1", **(environment or {})},
    )


def _printed(*command: str, environment: Mapping[str, str] | None = None, umask: int = -1) -> str:
    """What a command prints that must succeed."""
    done = _run(*command, environment=environment, umask=umask)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _build(source: Path, out: Path, umask: int = -1, **environment: str) -> dict[str, Path]:
    """Build wheel and sdist with the tools that are installed here."""
    _printed(sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel",
             "--outdir", str(out), str(source), environment=environment, umask=umask)  # fmt: skip
    (wheel,) = out.glob("*.whl")
    (sdist,) = out.glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel and the sdist."""
    return _build(REPOSITORY, tmp_path_factory.mktemp("dist"))


class Installed:
    """A virtual environment that holds what pip is told to install, and not even pip."""

    def __init__(self, place: Path, *what: str) -> None:
        """Make it in an empty directory."""
        venv.create(place)
        scripts = place / ("Scripts" if os.name == "nt" else "bin")
        self.place = place
        self.python = str(scripts / "python")
        self.cartref = str(scripts / "cartref")
        _printed(sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet", *what)

    def ask(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Ask a question from a directory that is not the repository; no warning is let pass."""
        strict = {"PYTHONWARNINGS": "error", **environment}
        return _run(self.cartref, *arguments, cwd=self.place, environment=strict)


@pytest.fixture(scope="module")
def bare(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, installed with what it needs at run time and nothing else."""
    installed = Installed(tmp_path_factory.mktemp("bare"), str(built["wheel"]))
    (installed.place / "names.txt").write_text("Kymriah\nunknown\n")
    (installed.place / "names.csv").write_text("order,drug\n1,Abecma\n2,axicabtagene\n")
    return installed


# ---- what is built


def test_two_builds_are_the_same_bytes(built: dict[str, Path], tmp_path: Path) -> None:
    """The second from the unpacked sdist, with other times, rights, time zone and hashes."""
    with tarfile.open(built["sdist"]) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    for path in source.rglob("*"):
        path.chmod(path.stat().st_mode & stat.S_IRWXU)
        os.utime(path, (1, 1))
    other = {"TZ": "Pacific/Chatham", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    again = _build(source, tmp_path / "dist", umask=0o077, **other)
    for kind, path in built.items():
        assert path.name == again[kind].name
        first, second = (hashlib.sha256(each.read_bytes()) for each in (path, again[kind]))
        assert first.hexdigest() == second.hexdigest(), kind


def test_the_wheel_holds_data_types_and_licences(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as wheel:
        names = wheel.namelist()
        (metadata,) = (name for name in names if name.endswith("METADATA"))
        version = wheel.read(metadata).decode()
    held = {name for name in names if name.endswith(".toml")}
    data = {path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("data/**/*.toml")}
    assert held == {f"cartref/{name}" for name in data}
    index = {f"cartref/index{name[4:-5]}.json" for name in data}
    assert {name for name in names if name.startswith("cartref/index/")} == index
    assert "cartref/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/LICENSE-DATA") for name in names)
    assert f"\nVersion: {cartref.__version__}\n" in version


@pytest.mark.parametrize("kind", ["sdist", "editable"])
def test_what_builds_in_isolation_answers(
    kind: str, built: dict[str, Path], tmp_path: Path
) -> None:
    what = [str(built["sdist"])] if kind == "sdist" else ["--editable", str(REPOSITORY)]
    answer = Installed(tmp_path, *what).ask("product", "carvykti", "--json")
    assert json.loads(answer.stdout)["results"][0]["id"] == "cilta-cel"


# ---- what is installed, with nothing that only tests need


def test_nothing_that_only_extras_bring_can_be_imported(bare: Installed) -> None:
    extra = {
        name for name, package in licences.packages("cartref", ["test"]).items()
        if package.on_request
    }  # fmt: skip
    modules = [
        module
        for module, brought in importlib.metadata.packages_distributions().items()
        if {canonicalize_name(name) for name in brought} <= extra
        and module.isidentifier()
        and module != "__pycache__"
    ]
    assert {"build", "hypothesis", "jsonschema", "matplotlib", "numpy", "pandas", "pytest"} <= {
        *modules
    }
    found = _printed(
        bare.python, "-c",
        "import sys; from importlib.util import find_spec\n"
        "print([module for module in sys.argv[1:] if find_spec(module)])",
        *modules,
    )  # fmt: skip
    assert found.strip() == "[]"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_every_question_is_answered(bare: Installed, question: list[str], format: str) -> None:
    answer = bare.ask(*question, "--format", format)
    assert answer.returncode == 0, answer.stderr
    assert "Traceback" not in answer.stderr
    lines = answer.stdout.splitlines()
    assert lines
    if format == "json":
        assert json.loads(answer.stdout)["results"]
    elif format == "ndjson":
        assert all(json.loads(line)["results"] for line in lines)
    elif format == "csv":
        assert len({len(row) for row in csv.reader(lines)}) == 1
    elif format == "tsv":
        assert len({line.count("\t") for line in lines}) == 1


@pytest.mark.parametrize("arguments", OTHERS, ids=" ".join)
def test_everything_else_is_answered(bare: Installed, arguments: list[str]) -> None:
    answer = bare.ask(*arguments)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    assert answer.stdout.strip()


@pytest.mark.parametrize("arguments", QUIET, ids=" ".join)
def test_what_is_quiet_succeeds(bare: Installed, arguments: list[str]) -> None:
    answer = bare.ask(*arguments)
    assert answer.returncode == 0, answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    if "--output" in arguments:
        assert all(path.stat().st_size for path in (bare.place / arguments[-1]).iterdir())


@pytest.mark.parametrize(
    ("extra", "arguments"), EXTRAS, ids=[" ".join(arguments) for _, arguments in EXTRAS]
)
def test_what_needs_an_extra_says_in_one_line_what_to_install(
    bare: Installed, extra: str, arguments: list[str]
) -> None:
    answer = bare.ask(*arguments)
    assert answer.returncode == 1
    assert answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    assert line.startswith("error: ")
    assert line.endswith(f"pip install 'cartref[{extra}]'")


def test_the_shell_completes_commands(bare: Installed) -> None:
    asked = {"COMP_WORDS": "cartref side", "COMP_CWORD": "1"}
    answer = bare.ask(**asked, _CARTREF_COMPLETE="complete_bash")
    assert answer.stdout.split() == ["side-effects"]


def test_the_library_answers(bare: Installed) -> None:
    asked = "import cartref; print(cartref.resolve('Carvykti').id, cartref.__file__)"
    id_, file = _printed(bare.python, "-W", "error", "-c", asked).split(maxsplit=1)
    assert id_ == "cilta-cel"
    assert Path(file.strip()).is_relative_to(bare.place)


def test_every_command_is_asked() -> None:
    asked = [*QUESTIONS, *OTHERS, *QUIET, *(arguments for _, arguments in EXTRAS)]
    assert {arguments[0] for arguments in asked} >= set(COMMANDS)
    commands = vars(typer.main.get_command(build(["data"])))["commands"]
    assert {arguments[1] for arguments in asked if arguments[0] == "data"} == set(
        vars(commands["data"])["commands"]
    )
