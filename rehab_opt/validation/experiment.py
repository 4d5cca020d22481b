"""What every experiment is given, how it has courses run, and what it is: a function from `Setup` to `Finding`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from rehab_opt.errors import InputError
from rehab_opt.validation.finding import Finding
from rehab_opt.validation.work import Bench

if TYPE_CHECKING:
    from rehab_opt.course import Course, ModelSpec
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Policy, Schedule

ROOT_SEED = 4
"""Root of validation's seed tree. Its streams carry the name below, which no search and no calibration uses."""
# The fifteenth of its kind: parameters were set by hand with patients of "validation" in view, and what has landed
# since or was given up has seen "validation-2" to "validation-14".
STREAM = "validation-16"
NUMBER = "number"
"""Key of ``Patient.info`` with the patient's place in its population; members of an ensemble are dealt out by it."""
LEAST = 2

A = TypeVar("A")
R = TypeVar("R")
Overrides: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One course to be simulated. Plain data: equal jobs are simulated once, whichever targets ask for them.

    Attributes
    ----------
    patient, policy
        Who, and what is done. A policy of one's own is a frozen dataclass of plain values.
    days
        Length, days since the lesion.
    seed
        Noise of the course; by default the patient's own, so that arms with the same patient are paired.
    set, off
        Parameters and mechanisms that differ in this course only, beside those of the `Setup`.
    plug
        ``"module:object"`` of another model; ``set``, ``off`` and those of the `Setup` do not apply to it.

    Examples
    --------
    >>> from rehab_opt import Patient, protocols
    >>> Job(patient=Patient.sample(seed=1), policy=protocols["usual-care"].policy(), days=84).days
    84
    """

    patient: Patient
    policy: Policy | Schedule
    days: int = 182
    seed: int | None = None
    set: Mapping[str, float] = field(default_factory=dict)
    off: tuple[str, ...] = ()
    plug: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The conditions of a validation run, the same for every experiment.

    Attributes
    ----------
    off
        Kebab-case names of mechanisms that are removed.
    set
        Dotted parameter name -> value, in place of the defaults.
    seeds
        Factor on the numbers of patients and networks of every experiment.
    quick
        Fewer patients and networks.
    members
        Parameter overrides of the ensemble's members; patients and networks are dealt to them in turn.
    stream
        First names of the stream that seeds come from; a calibration has one of its own.
    bench
        Where work runs and is kept.

    Raises
    ------
    InputError
        If a mechanism or a parameter is unknown, a value is out of range, or ``seeds`` is not positive.

    Examples
    --------
    >>> Setup(quick=True).count(200, 48), Setup(seeds=2).count(10, 4)
    (48, 20)
    """

    off: tuple[str, ...] = ()
    set: Mapping[str, float] = field(default_factory=dict)
    seeds: float = 1.0
    quick: bool = False
    members: tuple[Mapping[str, float], ...] = ()
    stream: tuple[str | int, ...] = (STREAM,)
    bench: Bench = field(default_factory=Bench, repr=False, compare=False)

    def __post_init__(self) -> None:
        from rehab_opt.mechanisms import check_off
        from rehab_opt.parameters import check_overrides

        if not 0 < self.seeds < float("inf"):
            raise InputError("must be a positive number", key="seeds", value=self.seeds)
        object.__setattr__(self, "off", check_off(self.off, key="--off"))
        for overrides in (self.set, *self.members):
            check_overrides(overrides)

    def count(self, default: int, quick: int) -> int:
        """Return how many patients or networks to use: ``default``, or ``quick``, times the factor ``seeds``."""
        return max(LEAST, round((quick if self.quick else default) * self.seeds))

    def seed(self, *names: str | int) -> int:
        """Return the seed of one named use, for example ``setup.seed("map", "network", 3)``.

        Examples
        --------
        >>> Setup().seed("map", 0) == Setup(quick=True).seed("map", 0)
        True
        """
        from rehab_opt.parameters import derive_seed

        return derive_seed(ROOT_SEED, *self.stream, *names)

    def overrides(self, number: int) -> dict[str, float]:
        """Return the parameters that differ from the defaults for patient or network ``number`` (counted from 0).

        Examples
        --------
        >>> Setup(members=({"network.units": 480}, {"network.units": 720})).overrides(3)
        {'network.units': 720}
        """
        own = self.members[number % len(self.members)] if self.members else {}
        return {**self.set, **own}

    def spec(self, patient: Patient, set: Overrides | None = None, off: Sequence[str] = ()) -> ModelSpec:
        """Return the built-in model for one patient: the setup's numbers, the member's, then ``set``; minus ``off``."""
        from rehab_opt.course import ModelSpec

        number = patient.info.get(NUMBER, patient.seed)
        numbers = {**self.overrides(int(number)), **(set or {})}
        rows = tuple(sorted((name, float(value)) for name, value in numbers.items()))
        return ModelSpec(None, tuple(dict.fromkeys((*self.off, *off))), rows)

    def courses(self, jobs: Sequence[Job]) -> list[Course]:
        """Return one course per job, in their order, simulated on all cores or read from disk.

        Raises
        ------
        InputError
            If a job cannot be simulated.
        KeyboardInterrupt
            After Ctrl-C; what was finished is kept.
        """
        from rehab_opt.validation.courses import run_courses

        return run_courses(self, jobs)

    def fitted(self, patients: Sequence[Patient]) -> tuple[Patient, ...]:
        """Return the patients with a lesion fitted to each measured baseline; the others come back as they are."""
        from rehab_opt.validation.courses import fit_all

        return fit_all(self, patients)

    def map(self, function: Callable[[A], R], arguments: Sequence[A]) -> list[R]:
        """Return ``function`` of each argument, in their order, computed on all cores or read from disk.

        For experiments that run no courses. The result depends on the argument alone, so parameters, mechanisms
        removed and seeds belong into it.

        Parameters
        ----------
        function
            Defined at the top level of a module, so that a worker process finds it. Returns plain data or arrays.
        arguments
            Plain data: numbers, texts, tuples, mappings, arrays, frozen dataclasses of those.
        """
        return self.bench.map(function, arguments)


Experiment: TypeAlias = Callable[[Setup], Finding]
"""One target's experiment. It depends on the `Setup` alone and raises nothing that it could report as a check."""
