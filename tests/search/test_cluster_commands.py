"""The other commands that simulate, on a Dask cluster: the same numbers as in line."""

import pytest
from dask_cluster import Cluster
from tiny import tiny_study
from typer.testing import CliRunner

from rehab_opt.cli import app
from rehab_opt.compare import compare
from rehab_opt.errors import InputError
from rehab_opt.pipeline import optimize, reproduce, what_if


def test_compare_what_if_and_reproduce_give_the_same_on_a_cluster(tmp_path):
    here, there = (optimize(tiny_study(), tmp_path / name, executor="serial").directory for name in ("here", "there"))
    what_if(here, patients=6, executor="serial")
    in_line = compare(here, ["usual-care"], patients=6, executor="serial").to_dict()
    with Cluster(tmp_path) as cluster:
        cluster.wait_for_workers()
        where = {"executor": "dask", "scheduler": cluster.address}
        assert compare(here, ["usual-care"], patients=6, **where).to_dict() == in_line
        what_if(there, patients=6, **where)
        assert (there / "what_if.csv").read_bytes() == (here / "what_if.csv").read_bytes()
        assert reproduce(here, **where).same
        options = ["--executor", "dask", "--scheduler", cluster.address]
        told = CliRunner().invoke(app, ["reproduce", str(there), *options])
        assert (told.exit_code, told.stdout.startswith("The same")) == (0, True)


@pytest.mark.parametrize("verb", [what_if, reproduce, lambda run, **where: compare(run, patients=4, **where)])
def test_dask_without_a_scheduler_is_refused(tmp_path, verb):
    run = optimize(tiny_study(), tmp_path / "run", executor="serial").directory
    with pytest.raises(InputError, match="needs the address of a running scheduler"):
        verb(run, executor="dask")
