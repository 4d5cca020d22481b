"""The search: one coordinator, an append-only log, executors, panels of patients. Optuna stays behind this door."""

from rehab_opt.search.bench import Bench, panel_work
from rehab_opt.search.coordinator import run_trials
from rehab_opt.search.errors import SearchError, SearchInterrupted
from rehab_opt.search.evaluate import PatientResult, Work, blocks, evaluate_block
from rehab_opt.search.finalists import Finalist, best_trials, choose
from rehab_opt.search.fitted import fitted_patients
from rehab_opt.search.interrupt import StopRequest
from rehab_opt.search.judgement.pareto import Front, pareto_front
from rehab_opt.search.judgement.score import constraint_values, objective_value, objective_values
from rehab_opt.search.panel import PanelResult, evaluate_policies
from rehab_opt.search.progress import Pace, Progress, Silent
from rehab_opt.search.proposals.importance import importances
from rehab_opt.search.proposals.samplers import SAMPLERS, check_sampler
from rehab_opt.search.record.changes import CHANGES, check_accepted
from rehab_opt.search.record.directory import RunDirectory, open_run
from rehab_opt.search.record.files import write_atomically, write_json
from rehab_opt.search.record.log import ReadOnlyLog, RunLog, read_log
from rehab_opt.search.record.manifest import read_manifest
from rehab_opt.search.record.mirror import Mirror
from rehab_opt.search.record.records import BlockRecord, FitRecord, Point, Record, TrialRecord
from rehab_opt.search.record.versions import installed_versions, source_hash, version_words
from rehab_opt.search.references import Entry, comparator, entries, evaluate_references, reference_policies
from rehab_opt.search.run_status import Status, status
from rehab_opt.search.workers.executors import (
    EXECUTORS,
    BlockTimedOutError,
    Executor,
    WorkerDiedError,
    at_work,
    make_executor,
    usable_cores,
    warm_up,
)

__all__ = [
    "CHANGES",
    "EXECUTORS",
    "SAMPLERS",
    "Bench",
    "BlockRecord",
    "BlockTimedOutError",
    "Entry",
    "Executor",
    "Finalist",
    "FitRecord",
    "Front",
    "Mirror",
    "Pace",
    "PanelResult",
    "PatientResult",
    "Point",
    "Progress",
    "ReadOnlyLog",
    "Record",
    "RunDirectory",
    "RunLog",
    "SearchError",
    "SearchInterrupted",
    "Silent",
    "Status",
    "StopRequest",
    "TrialRecord",
    "Work",
    "WorkerDiedError",
    "at_work",
    "best_trials",
    "blocks",
    "check_accepted",
    "check_sampler",
    "choose",
    "comparator",
    "constraint_values",
    "entries",
    "evaluate_block",
    "evaluate_policies",
    "evaluate_references",
    "fitted_patients",
    "importances",
    "installed_versions",
    "make_executor",
    "objective_value",
    "objective_values",
    "open_run",
    "panel_work",
    "pareto_front",
    "read_log",
    "read_manifest",
    "reference_policies",
    "run_trials",
    "source_hash",
    "status",
    "usable_cores",
    "version_words",
    "warm_up",
    "write_atomically",
    "write_json",
]
