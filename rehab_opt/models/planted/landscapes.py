"""The planted models by name: 6 to 30 dimensions, noisy, constrained."""

from rehab_opt.models.planted.model import PlantedModel, Stretch

_DOSE = (("sessions", 4.0), ("minutes", 75.0), ("density", 3.6), ("difficulty", 0.6))
_TRAINING = (*_DOSE, ("feedback", 0.7), ("constraint", 0.3), ("touch", 0.25))
_BURSTS = (("strength", 84.0), ("pulses", 900.0), ("offset", -15.0))

SIX = PlantedModel((Stretch(2, 5, _DOSE),))
"""Planted: start, weeks, sessions a week, minutes, density, difficulty."""

TWELVE = PlantedModel((Stretch(2, 5, (*_TRAINING, *_BURSTS)),))
"""Planted: those, feedback, mitt, share of touch, and strength, pulses and offset of theta bursts."""

THIRTY = PlantedModel(
    (
        Stretch(1, 3, (*_TRAINING, ("strength", 72.0))),
        Stretch(5, 4, (("sessions", 3.0), ("minutes", 50.0), ("density", 2.0), ("difficulty", 0.4), ("feedback", 0.4),
                       ("constraint", 0.6), ("touch", 1 / 3), ("strength", 48.0))),
        Stretch(10, 3, (("sessions", 2.0), ("minutes", 100.0), ("density", 4.5), ("difficulty", 0.8),
                        ("feedback", 0.3), ("constraint", 0.8), ("touch", 0.0), ("strength", 90.0))),
    )
)  # fmt: skip
"""Planted: ten dimensions in each of three phases."""

NOISY = PlantedModel((Stretch(2, 5, (*_DOSE, ("feedback", 0.7), ("constraint", 0.3))),), noise=6.0)
"""Planted: eight dimensions, and a noise of 6 points a patient and schedule."""

CONSTRAINED = PlantedModel(
    (Stretch(1, 6, (*_DOSE, ("random-order", 1.0), ("modality", 1.0), ("strength", 96.0), ("pulses", 900.0))),),
    seizure_above=72.0,
    growth_above=200.0,
)
"""Planted beyond its constraints: the best strength causes seizures, the best minutes a week make the lesion grow."""

FRONT = PlantedModel((Stretch(2, 5, (*_DOSE, ("feedback", 0.7), ("constraint", 0.3))),))
"""Planted: those eight dimensions without noise, for two objectives: less practice gains less but takes fewer hours."""
