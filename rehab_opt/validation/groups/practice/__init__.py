"""Experiments of the practice group: order of practice, fatigue, training of the good arm."""

from rehab_opt.validation.experiment import Experiment
from rehab_opt.validation.groups.practice.fatigue import fatigue_next_day
from rehab_opt.validation.groups.practice.good_arm import good_arm_training
from rehab_opt.validation.groups.practice.order import random_practice

EXPERIMENTS: dict[str, Experiment] = {
    "random-practice": random_practice,
    "fatigue-next-day": fatigue_next_day,
    "good-arm-training": good_arm_training,
}
