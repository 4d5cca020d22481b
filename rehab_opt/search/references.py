"""Published protocols beside the search: evaluated on the same panel, and entered as its first trials where the box
allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehab_opt.search.bench import Bench, panel_work
from rehab_opt.search.evaluate import PatientResult
from rehab_opt.search.judgement.budget import COMPARATOR, reference_name
from rehab_opt.search.panel import PanelResult, evaluate_policies
from rehab_opt.search.record.records import REFERENCE, Point
from rehab_opt.therapy import protocols

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.study import Study
    from rehab_opt.therapy import Policy


@dataclass(frozen=True, slots=True)
class Entry:
    """A reference as one of the first trials: its point in the box, and its results, which are not simulated twice."""

    point: Point
    results: tuple[PatientResult, ...]


def reference_policies(study: Study) -> dict[str, Policy]:
    """Return the references of a study by name; usual care alone when the study names none.

    Raises
    ------
    InputError
        If there is no such protocol.
    """
    return {name: protocols[name].policy() for name in study.references or (COMPARATOR,)}


def comparator(study: Study) -> str:
    """Return the reference that the others are compared with: usual care, or the first that the study names."""
    return reference_name(study.references)


def entries(study: Study, found: Mapping[str, PanelResult]) -> dict[str, Entry]:
    """Return the references that the box expresses exactly, with what they reached on the search panel."""
    return {name: Entry(point, found[name].results) for name, point in study.reference_points().items()}


def evaluate_references(
    study: Study, bench: Bench, policies: Mapping[str, Policy], patients: Sequence[Patient]
) -> dict[str, PanelResult]:
    """Evaluate every reference on the search panel; one that fails is logged with its message and the search goes on.

    Raises
    ------
    SearchInterrupted
        After Ctrl-C.
    """
    return evaluate_policies(bench, REFERENCE, policies, patients, panel_work(study, "search"), study.search.block)
