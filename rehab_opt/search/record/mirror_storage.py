"""How trials look in an Optuna storage, and how one is reached."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING, Any

from rehab_opt.errors import InputError
from rehab_opt.search.record.records import TrialRecord

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from rehab_opt.study import Study

# A server that has gone silent is noticed by the connection itself, after these seconds.
SILENT_SECONDS = 30
CONNECT_SECONDS = 10
KEEP_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4}
CONNECT_ARGUMENTS: dict[str, dict[str, Any]] = {
    "sqlite": {"timeout": CONNECT_SECONDS},
    "postgresql+psycopg": {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": 1000 * SILENT_SECONDS,
        **KEEP_ALIVE,
    },
}
LONGEST_WORDS = 200


def connected(url: str) -> Any:
    """Return the Optuna storage at ``url``, its tables made if they were not there.

    Raises
    ------
    InputError
        If the address cannot be read, its driver is not installed, or nobody answers.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     storage = connected(f"sqlite:///{folder}/trials.db")
    ...     len(storage.get_all_studies())
    0
    """
    from optuna.storages import RDBStorage
    from sqlalchemy.engine import make_url

    try:
        driver = make_url(url).drivername
        arguments = CONNECT_ARGUMENTS.get(driver, {})
        return RDBStorage(url, engine_kwargs={"connect_args": arguments, "pool_pre_ping": True})
    except ImportError:
        words = (
            f"the driver of {driver} is not installed; PostgreSQL is postgresql+psycopg:// with the extra 'postgres'"
        )
        raise InputError(words, key="storage", value=hidden(url)) from None
    except Exception as error:
        raise InputError(f"cannot be reached: {fault_words(error)}", key="storage", value=hidden(url)) from None


def disconnect(storage: Any) -> None:
    """Close all connections of a storage; one that is gone is let go."""
    if storage is not None:
        with contextlib.suppress(Exception):
            storage.remove_session()
            storage.engine.dispose()


def hidden(url: str) -> str:
    """Return an address without its password.

    Examples
    --------
    >>> hidden("postgresql+psycopg://me:secret@host/base")
    'postgresql+psycopg://me:***@host/base'
    """
    from sqlalchemy.engine import make_url

    try:
        return make_url(url).render_as_string(hide_password=True)
    except Exception:
        return url.partition("://")[0] + "://..."


def fault_words(error: BaseException) -> str:
    """Return the first line of what the database itself said."""
    cause: Any = error
    while cause.__cause__ is not None or getattr(cause, "orig", None) is not None:
        cause = getattr(cause, "orig", None) or cause.__cause__
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return (lines[0] if lines else type(cause).__name__)[:LONGEST_WORDS].rstrip(".")


def open_study(storage: Any, study: Study, name: str, run: str) -> Any:
    """Return the study of that name in the storage, made if it is not there."""
    import optuna

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
        raised, lowered = optuna.study.StudyDirection.MAXIMIZE, optuna.study.StudyDirection.MINIMIZE
        directions = [raised, *(lowered for _ in study.objective.trade_off)]
        there = optuna.create_study(storage=storage, study_name=name, directions=directions, load_if_exists=True)
        if there.user_attrs.get("run") != run:
            there.set_metric_names(
                [f"{study.objective.measure}, day {study.objective.day}", *study.objective.trade_off]
            )
            for key, value in (
                ("study", study.name),
                ("study hash", study.hash),
                ("seed", study.seed),
                ("note", "simulation, not clinical advice"),
                ("run", run),
            ):
                there.set_user_attr(key, value)
    return there


def trial_for(record: TrialRecord, box: dict[str, BaseDistribution]) -> FrozenTrial:
    """Return a trial of the log as Optuna keeps it: value, point, constraints, and what Optuna has no place for."""
    from optuna.trial import TrialState, create_trial

    worked = record.value is not None
    attributes = {"origin": record.origin, "outcome": record.outcome, "message": record.message}
    return create_trial(
        state=TrialState.COMPLETE if worked else TrialState.FAIL,
        values=list(record.objectives) if worked else None,
        params=dict(record.point),
        distributions=box,
        constraints=dict(record.constraints) if worked else None,
        user_attrs={key: value for key, value in attributes.items() if value},
    )


def same(one: FrozenTrial, other: FrozenTrial) -> bool:
    """Return whether two trials are the same but for their times."""
    parts = ("state", "values", "params", "user_attrs", "constraints")
    return all(getattr(one, part) == getattr(other, part) for part in parts)
