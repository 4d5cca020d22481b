"""One verb: simulate a patient under a policy, with the built-in model or any other."""

from __future__ import annotations

from rehab_opt.course.plug import ModelSpec, Simulator, load_model
from rehab_opt.course.result import Course
from rehab_opt.patient import Patient
from rehab_opt.therapy import Policy, Schedule, as_policy


def simulate(
    patient: Patient, policy: Policy | Schedule, days: int = 182, seed: int = 0, model: Simulator | None = None
) -> Course:
    """Return the course of one patient under a policy or a schedule, from the lesion to day ``days``.

    Parameters
    ----------
    patient, policy
        Who, and what is done. A schedule counts as a policy that never changes its mind.
    days
        Length, days since the lesion; 1 or more.
    seed
        Of the biological noise and of the assessments. The same seed under two policies gives a paired comparison.
    model
        Any `Simulator`; by default the built-in model with its default parameters.

    Raises
    ------
    InputError
        If a value cannot be used.

    Examples
    --------
    >>> from rehab_opt.therapy import protocols
    >>> course = simulate(Patient.sample(seed=1), protocols["no-therapy"].policy(), days=2, seed=1)
    >>> course.days
    2
    """
    return (model or load_model(ModelSpec())).simulate(patient, as_policy(policy), days, seed)
