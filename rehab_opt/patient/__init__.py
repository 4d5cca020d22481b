"""Virtual patients as plain data: what is lost, how their physiology differs, when they start; one, or a cohort."""

from rehab_opt.patient.cohort import Cohort
from rehab_opt.patient.cohort_spec import CohortSpec
from rehab_opt.patient.lesion import Disc, Lesion
from rehab_opt.patient.people import PeopleTable, Person, read_people
from rehab_opt.patient.person import Patient
from rehab_opt.patient.traits import Traits, trait_spreads

__all__ = [
    "Cohort",
    "CohortSpec",
    "Disc",
    "Lesion",
    "Patient",
    "PeopleTable",
    "Person",
    "Traits",
    "read_people",
    "trait_spreads",
]
