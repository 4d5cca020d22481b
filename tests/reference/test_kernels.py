"""Every compiled kernel agrees with the slow reference, mutants of it do not, and silenced units do not slow it."""

from __future__ import annotations

import copy
import inspect
import time
from collections.abc import Callable
from typing import Any

import kernel_cases
import numpy as np
import pytest
import reference_kernels
import reference_turnover
from kernel_cases import CASES
from kernel_mutants import MUTANTS

from rehab_opt.network import kernels

Array = np.ndarray[Any, Any]
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-4}
SEEDS = range(4)
NOT_KERNELS = {"cache_folder", "source_hash"}
REFERENCE = {**vars(reference_kernels), **vars(reference_turnover)}


def add_row(out: Array, i: int, source: Array, weight: Array, count: int, rates: Array, column: int) -> None:
    """What the vector instructions of the same name do, for kernels that run as plain Python."""
    out[i] += weight[i, :count] @ rates[source[i, :count], column : column + out.shape[1]]


def dot_row(out: Array, post: Array, n: int, pre: Array, source: Array, i: int, column: int) -> None:
    """What the vector instructions of the same name do, for kernels that run as plain Python."""
    out[:] = pre[source[i, : len(out)], column : column + post.shape[1]] @ post[n]


def _case(name: str, seed: int, real: type[np.floating[Any]]) -> list[Any]:
    made = CASES[name][1](np.random.default_rng(seed))
    floats = [isinstance(item, np.ndarray) and item.dtype.kind == "f" for item in made]
    return [item.astype(real) if cast else item for item, cast in zip(made, floats, strict=True)]


def _in_double(case: list[Any]) -> list[Any]:
    """The same numbers for the reference, which always computes in double precision."""
    floats = [isinstance(item, np.ndarray) and item.dtype.kind == "f" for item in case]
    return [item.astype(np.float64) if cast else item for item, cast in zip(case, floats, strict=True)]


def _close(found: Any, wanted: Any, tolerance: float) -> bool:
    found, wanted = np.asarray(found, dtype=np.float64), np.asarray(wanted, dtype=np.float64)
    size = max(float(np.abs(wanted).max(initial=0.0)), 1e-12)
    return bool(np.all(np.abs(found - wanted) <= tolerance * size))


def _forget_scratch(kernel: str, case: list[Any]) -> None:
    """What a kernel leaves there is nobody's business: a work array, and slots behind the packed ones."""
    if kernel == "settle":
        case[12] = None
    if kernel == "pack":
        behind = np.arange(kernel_cases.SLOTS) >= case[5][:, None]
        case[3][behind] = case[4][behind] = 0


def _agrees(kernel: Callable[..., Any], name: str, seed: int, real: type[np.floating[Any]]) -> bool:
    """Whether the kernel leaves and answers the same as the reference, relative to the largest entry."""
    mine = _case(name, seed, real)
    theirs = _in_double(copy.deepcopy(mine))
    answer = kernel(*mine)
    wanted = REFERENCE[CASES[name][0]](*theirs)
    for case in (mine, theirs):
        _forget_scratch(CASES[name][0], case)
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if isinstance(a, np.ndarray)]
    if wanted is not None:
        pairs.append((answer, wanted))
    return all(_close(a, b, TOLERANCE[real]) for a, b in pairs)


def _mutant(kernel: Callable[..., Any], before: str, after: str) -> Callable[..., Any]:
    """The kernel's own source with one text replaced, run as plain Python."""
    source = inspect.getsource(kernel.py_func)  # type: ignore[attr-defined]
    source = source[source.index("\ndef ") :]
    signature, doc, body = source.split('"""')
    assert before in body, f"the kernel no longer holds {before!r}: choose another mutant"
    scope: dict[str, Any] = {"np": np, "add_row": add_row, "dot_row": dot_row}
    text = f'from __future__ import annotations\n{signature}"""{doc}"""{body.replace(before, after)}'
    exec(text, scope)
    changed: Callable[..., Any] = scope[kernel.__name__]
    return changed


def test_every_exported_kernel_has_a_case_and_at_least_two_mutants() -> None:
    exported = set(kernels.__all__) - NOT_KERNELS
    assert {kernel for kernel, _ in CASES.values()} == exported
    assert set(MUTANTS) == exported
    assert min(len(rows) for rows in MUTANTS.values()) >= 2


@pytest.mark.parametrize("real", [np.float64, np.float32])
@pytest.mark.parametrize("name", CASES)
def test_kernel_agrees_with_the_reference(name: str, real: type[np.floating[Any]]) -> None:
    kernel = getattr(kernels, CASES[name][0])
    assert all(_agrees(kernel, name, seed, real) for seed in SEEDS)


@pytest.mark.parametrize("name", CASES)
def test_a_case_changes_something(name: str) -> None:
    before = _case(name, 0, np.float64)
    after = copy.deepcopy(before)
    answer = getattr(kernels, CASES[name][0])(*after)
    changed = [answer is not None and answer != 0]
    changed += [not np.array_equal(a, b) for a, b in zip(before, after, strict=True) if isinstance(a, np.ndarray)]
    assert any(changed)


@pytest.mark.parametrize("kernel_name", MUTANTS)
def test_unchanged_source_passes_where_mutants_must_fail(kernel_name: str) -> None:
    same = _mutant(getattr(kernels, kernel_name), "for ", "for ")
    assert _agrees(same, kernel_name, 0, np.float64)


@pytest.mark.parametrize(
    ("kernel_name", "before", "after"), [(name, *change) for name, changes in MUTANTS.items() for change in changes]
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_mutants_are_killed(kernel_name: str, before: str, after: str) -> None:
    mutant = _mutant(getattr(kernels, kernel_name), before, after)
    assert not all(_agrees(mutant, kernel_name, seed, np.float64) for seed in SEEDS)


def _seconds_to_settle(real: type[np.floating[Any]], silenced: str) -> float:
    """Best of five runs of 3000 steps in which 30 % of the units live, are dead, or decay slowly without any drive."""
    few = np.arange(kernel_cases.UNITS) % 10 < 3
    best = np.inf
    for _ in range(5):
        case = _case("settle", 1, real)
        case[3] = np.where(few[:, None] & (silenced == "decaying"), -50, case[3]).astype(real)
        case[5] = np.where(few & (silenced == "dead"), 0, 1).astype(real)
        # A quarter of the smallest subnormal number rounds to 0: such units would never reach 0 by themselves.
        case[6], case[10] = np.where(few, 0.25, case[6]).astype(real), 3000
        start = time.perf_counter()
        kernels.settle(*case)
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("silenced", ["dead", "decaying"])
def test_silenced_units_do_not_slow_settling(silenced: str, real: type[np.floating[Any]]) -> None:
    kernels.settle(*_case("settle", 1, real))  # compiled before the clock starts
    assert _seconds_to_settle(real, silenced) < 3 * _seconds_to_settle(real, "none")


def _left_after_decay(settle: Callable[..., Any], real: type[np.floating[Any]]) -> bool:
    """Whether any rate is still above 0 after 120 steps without drive."""
    case = _case("settle", 1, real)
    case[3][:], case[10] = -50, 120
    settle(*case)
    return bool(case[11].any())


@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_a_decaying_rate_ends_at_exactly_zero(real: type[np.floating[Any]]) -> None:
    """Not every processor is slow with subnormal numbers, so that there are none is tested without a clock too."""
    assert not _left_after_decay(kernels.settle, real)
    assert _left_after_decay(_mutant(kernels.settle, "r if r > tiny else zero", "r"), real)
