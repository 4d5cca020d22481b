"""Compiling before the work begins, so that workers find the kernels on disk instead of compiling each its own."""

from __future__ import annotations


def compile_kernels() -> None:
    """Run a short course of the built-in model that calls every kernel; takes seconds once, later a fraction of one.

    Examples
    --------
    >>> compile_kernels()
    """
    from rehab_opt.course.simulate import simulate
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import protocols

    simulate(Patient.sample(seed=1, wiring=0, enrolled_day=1), protocols["itbs-ipsilesional"].policy(), days=14, seed=1)
