"""Models are found by name, built once, and a wrong name says what is wrong with it."""

import sys
import threading

import pytest

from rehab_opt.course import ModelSpec, load_model
from rehab_opt.errors import InputError

GOOD = "class Mine:\n    def simulate(self, patient, policy, days, seed):\n        return None\n\nready = Mine()\n"


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module into the working directory, as a user would, and return the name it can be imported by."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(name: str, text: str) -> str:
        (tmp_path / f"{name}.py").write_text(text)
        return name

    return write


def test_a_class_is_built_and_an_object_is_taken_as_it_is(module):
    name = module("plug_good", GOOD)
    assert type(load_model(ModelSpec(f"{name}:Mine"))).__name__ == "Mine"
    assert load_model(ModelSpec(f"{name}:ready")) is sys.modules[name].ready


def test_a_model_is_built_once_though_many_threads_ask(module):
    name = module(
        "plug_slow", GOOD.replace("class Mine:", "import time\nclass Mine:\n    def __init__(self): time.sleep(0.05)")
    )
    found = []
    threads = [threading.Thread(target=lambda: found.append(load_model(ModelSpec(f"{name}:Mine")))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(model) for model in found}) == 1


@pytest.mark.parametrize("plug", ["no_colon", "a b:C", ":Model", "module:", "module:a.b"])
def test_a_malformed_name_is_refused(plug):
    with pytest.raises(InputError, match="module:object"):
        ModelSpec(plug)


def test_a_missing_module_an_error_inside_it_and_a_missing_object_are_told_apart(module):
    with pytest.raises(InputError, match="no_such_module_here"):
        load_model(ModelSpec("no_such_module_here:Model"))
    broken = module("plug_broken", "import no_such_library\n")
    with pytest.raises(InputError, match="no_such_library"):
        load_model(ModelSpec(f"{broken}:Model"))
    good = module("plug_other", GOOD)
    with pytest.raises(InputError, match="did you mean 'Mine'"):
        load_model(ModelSpec(f"{good}:Mien"))


def test_an_object_without_simulate_is_refused(module):
    name = module("plug_empty", "thing = 3\n")
    with pytest.raises(InputError, match="no method simulate"):
        load_model(ModelSpec(f"{name}:thing"))


def test_mechanisms_and_parameters_belong_to_the_built_in_model():
    with pytest.raises(InputError, match=r"model\.off"):
        ModelSpec("module:Model", off=("pruning",))
    with pytest.raises(InputError, match="finite"):
        ModelSpec(set=(("growth.rate", float("nan")),))
