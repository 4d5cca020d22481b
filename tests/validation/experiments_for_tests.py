"""Small experiments on the toy model, and functions for worker processes."""

from pathlib import Path

import numpy as np

from rehab_opt.therapy import protocols
from rehab_opt.validation import Figure, Finding, Job, Series, virtual_patients, within

TOY = "rehab_opt.models.toy:ToyModel"
TARGET = "equal-dose"


def toy_job(patient, name="usual-care", days=60, **changes):
    return Job(patient=patient, policy=protocols[name].policy(), days=days, plug=TOY, **changes)


def gain(setup):
    """Mean gain of a few toy patients under usual care."""
    people = virtual_patients(setup, "toy", setup.count(6, 4))
    courses = setup.courses([toy_job(patient) for patient in people])
    gains = [course.at("fm_ue", -1) - course.at("fm_ue", 0) for course in courses]
    figure = Figure("patient", "gain, FM points", (Series("model", range(len(gains)), gains, kind="bars"),))
    return Finding((within("gain, FM points", gains, 0.0, 66.0),), figure)


def too_much(setup):
    finding = gain(setup)
    values = [check.measured for check in finding.checks]
    return Finding((within("gain, FM points", values * 3, 60.0, 66.0),), finding.figure)


def broken(setup):
    raise ZeroDivisionError("no patients in <this> group")


def square_and_count(argument):
    """Return a square, and leave a mark for every time it was computed."""
    folder, number = argument
    with Path(folder, f"{number}.mark").open("a") as file:
        file.write("x")
    return np.array([number**2])
