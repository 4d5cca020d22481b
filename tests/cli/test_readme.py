"""The README is true: its two lines, its Python example, its files; and `.ci/run` calls its test command."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rehab_opt as ro

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_two_lines_set_up_and_run_the_job_and_the_tests():
    job, tests = (block.strip() for block in blocks("console"))
    assert job.count("\n") == tests.count("\n") == 0
    assert job.endswith("rehab-opt optimize studies/first_study.toml")
    assert tests.startswith("python3 -m venv .venv-test && ")
    assert "pytest" in tests.split(" && ")[-1]


def stand_in(folder, name, text):
    path = folder / name
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("failing", [None, "ruff", "mypy", "pytest"])
def test_ci_runs_lint_types_and_the_readmes_test_command_and_fails_with_any(failing, tmp_path):
    # A python3 that makes a venv of stand-ins: which commands are given, and what becomes of a failure?
    (tmp_path / ".ci").mkdir()
    script = tmp_path / ".ci" / "run"
    script.write_bytes((ROOT / ".ci" / "run").read_bytes())
    script.chmod(0o755)
    (tmp_path / "README.md").write_text(README)
    log = tmp_path / "given"
    tools = "\n".join(
        f'printf "#!/bin/bash\\necho {tool} \\$* >> {log}\\nexit {int(tool == failing)}\\n" > "$3/bin/{tool}"'
        for tool in ("pip", "ruff", "mypy", "pytest")
    )
    stand_in(tmp_path, "python3", f'mkdir -p "$3/bin"\n{tools}\nchmod +x "$3"/bin/*')
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run([script], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (failing is None), done.stderr
    given = log.read_text().splitlines()
    tests = blocks("console")[1].strip().split(" && ")
    assert given[0] == "pip " + tests[1].partition(" ")[2].replace("'", "")
    if failing is None:
        assert given[1:] == ["ruff check .", "ruff format --check .", "mypy", "pytest " + tests[2].partition(" ")[2]]


def test_the_python_example_is_true():
    (example,) = blocks("python")
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    gained, *table = done.stdout.splitlines()
    assert float(gained) > 0
    assert table[0].split() == ["patient", "day", "measure", "value"]


def test_files_and_directories_that_it_links_to_exist():
    linked = re.findall(r"\]\(([^)#]+)\)", README)
    assert linked
    assert [name for name in linked if not (ROOT / name).exists()] == []
    assert all((ROOT / name).exists() for name in ("LICENSE", "CITATION.cff", "studies/first_study.toml", "docs"))


def test_every_public_name_can_be_had_and_rooms_with_a_verbs_name_stay_both():
    code = (
        "import rehab_opt as ro, rehab_opt.compare.fresh, rehab_opt.report.page\n"
        "assert callable(ro.compare) and callable(ro.report) and ro.compare.summarise\n"
        "try:\n    ro.compare('no-such.toml')\n"
        "except ro.InputError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "no-such.toml: no such file\n", done.stderr
    assert all(getattr(ro, name) is not None for name in ro.__all__)
    assert set(ro.__all__) <= set(dir(ro))
    with pytest.raises(AttributeError, match="no attribute 'optimise'"):
        ro.optimise  # noqa: B018
