"""What every stage of a run works with: the executor, the log, the display, the clock and the wish to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehab_opt.parameters.streams import derive_seed
from rehab_opt.search.evaluate import Work
from rehab_opt.search.interrupt import StopRequest
from rehab_opt.search.progress import Pace, Progress
from rehab_opt.search.record.log import Log
from rehab_opt.search.record.mirror import Mirror
from rehab_opt.search.workers.executors import Executor

if TYPE_CHECKING:
    from rehab_opt.study import Study

# Long enough to cost nothing, short enough that Ctrl-C feels immediate.
PATIENCE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Bench:
    """The tools of a run; made once and handed from stage to stage. Without a ``mirror`` the log is all there is."""

    executor: Executor
    log: Log
    progress: Progress
    pace: Pace
    stop: StopRequest
    mirror: Mirror | None = None


def panel_work(study: Study, panel: str, curves: bool = False) -> Work:
    """Return what all evaluations on one panel share.

    The noise belongs to the study's seed and the panel: all policies meet the same, and no two panels share any.
    """
    return Work(
        model=study.model,
        days=study.days,
        objective_day=study.objective.day,
        measures=tuple(dict.fromkeys((study.objective.measure, *study.report_measures))),
        noise_seed=derive_seed(study.seed, "panel", panel),
        curves=curves,
    )
