"""Measurements of the model that take longer than a test: speed, convergence, and what each mechanism is worth."""

from __future__ import annotations

import os

from rehab_opt.worker import THREAD_VARIABLES

# Before numpy is loaded: parallel work is between patients, and a second for one core must be a second on one core.
for _name in THREAD_VARIABLES:
    os.environ.setdefault(_name, "1")
