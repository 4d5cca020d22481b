"""The rules that keep the package simple, held by a test: who imports whom, how long a file is, what start-up costs."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rehab_opt"
ROOMS = [
    "errors",
    "worker",
    "serial",
    "parameters",
    "therapy",
    "network",
    "mechanisms",
    "readout",
    "patient",
    "course",
    "models",
    "fitting",
    "study",
    "search",
    "compare",
    "trial",
    "report",
    "validation",
    "pipeline",
    "cli",
    "__main__",
]
"""From the ground up; a room imports only from rooms before it."""
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
MODEL_FREE = ("search", "compare", "trial", "report")
HEAVY = ("numpy", "pandas", "optuna", "numba", "scipy", "matplotlib", "pydantic", "jinja2")


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(text, module, *, is_package=False):
    """Return every module that a file imports, at the top and inside functions alike."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.split(".")[: None if is_package and node.level == 1 else is_package - node.level]
                base = ".".join([*above, base]).rstrip(".")
            # ``from rehab_opt import search`` names its room in the second half.
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names if base == "rehab_opt")}
    return found


def room_of(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "rehab_opt" and len(parts) > 1 else None


def breaks(module, imported):
    """Return the rooms that a module must not import but does."""
    own = room_of(module)
    if own is None:  # the package itself only names where things are
        return []
    rooms = {room_of(name) for name in imported} - {None, own}
    upwards = {room for room in rooms if room in ROOMS and ROOMS.index(room) > ROOMS.index(own)}
    closed = rooms & {"network", "mechanisms"} if own in MODEL_FREE else set()
    return sorted(upwards | closed)


def imports_of_file(path):
    return imports_of(path.read_text("utf-8"), name_of(path), is_package=path.name == "__init__.py")


def test_every_room_is_in_the_order():
    found = {room_of(name_of(path)) for path in FILES} - {None}
    assert found <= set(ROOMS)


@pytest.mark.parametrize(
    ("module", "text", "found"),
    [
        ("rehab_opt.study.a", "def f():\n    from rehab_opt.search import x", ["search"]),
        ("rehab_opt.study.a", "from rehab_opt import report", ["report"]),
        ("rehab_opt.study.a", "from ..compare.fresh import y", ["compare"]),
        ("rehab_opt.study", "from . import file", []),
        ("rehab_opt.search.a", "import rehab_opt.network.state", ["network"]),
        ("rehab_opt.search.a", "from rehab_opt.therapy import Session", []),
    ],
)
def test_the_rule_itself_finds_what_it_should(module, text, found):
    assert breaks(module, imports_of(text, module, is_package=module.count(".") == 1)) == found


def test_no_room_imports_upwards_and_search_knows_no_network():
    found = {name_of(path): bad for path in FILES if (bad := breaks(name_of(path), imports_of_file(path)))}
    assert not found


def test_only_the_kernels_import_numba():
    users = {path for path in FILES if any(name.split(".")[0] == "numba" for name in imports_of_file(path))}
    assert {path.parent for path in users} <= {PACKAGE / "network" / "kernels"}


GROUPS = "rehab_opt.validation.groups."


def siblings(module, imported):
    """Return what a group of experiments imports from another group; what two share lies one level up."""
    if not module.startswith(GROUPS):
        return []
    mine = module.removeprefix(GROUPS).split(".")[0]
    other = {name for name in imported if name.startswith(GROUPS) and "." in name.removeprefix(GROUPS)}
    return sorted(name for name in other if name.removeprefix(GROUPS).split(".")[0] != mine)


def test_no_group_of_experiments_imports_from_a_sibling():
    assert siblings(GROUPS + "dose.use", {GROUPS + "dose.plans", GROUPS + "rodents"}) == []
    assert siblings(GROUPS + "dose.use", {GROUPS + "timing.load"}) == [GROUPS + "timing.load"]
    found = {path.name: siblings(name_of(path), imports_of_file(path)) for path in FILES}
    assert {name: rooms for name, rooms in found.items() if rooms} == {}


def test_no_file_is_longer_than_400_lines():
    files = [*FILES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


def test_every_file_says_what_it_is_for():
    silent = [name_of(path) for path in FILES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert not silent


def run_python(code, *arguments):
    variables = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env=variables,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("module", ["rehab_opt", "rehab_opt.cli"])
def test_starting_up_loads_nothing_heavy(module):
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = run_python(code)
    assert done.stdout.strip() == "[]", done.stderr


ALONE = """
import importlib, os, sys
for name in ("numpy", "numba", "pandas", "optuna", "scipy.stats", "pydantic", "jinja2", "pytest", "typer"):
    importlib.import_module(name)
failed = []
for module in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        try:
            importlib.import_module(module)
        except BaseException as error:
            print(module, type(error).__name__, error, flush=True)
            os._exit(1)
        os._exit(0)
    failed += [module] if os.waitpid(child, 0)[1] else []
sys.exit(len(failed) > 0)
"""


def test_every_module_can_be_the_first_one_imported():
    # What others wrote is loaded once; each module of ours is then imported first in a fork of its own.
    done = run_python(ALONE, *(name_of(path) for path in FILES))
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
