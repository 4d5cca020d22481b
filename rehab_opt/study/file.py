"""Read a study file: every fault in it is reported at once, with key, value, what is allowed and what was meant."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

from rehab_opt.errors import InputError
from rehab_opt.study.faults import FaultsError, StudyError, from_pydantic
from rehab_opt.study.study import Study

_TEMPLATE = "template.toml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def load_study(path: str | Path) -> Study:
    """Return the study of a file.

    Raises
    ------
    StudyError
        If the file cannot be read, or anything in it is not what it should be; it lists all faults.

    Examples
    --------
    >>> load_study("no-such-study.toml")
    Traceback (most recent call last):
        ...
    rehab_opt.study.faults.StudyError: no-such-study.toml: no such file
    """
    file = Path(path)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise StudyError([InputError("no such file")], file=path) from None
    except OSError as error:
        raise StudyError([InputError(f"cannot be read: {(error.strerror or str(error)).lower()}")], file=path) from None
    except UnicodeDecodeError:
        raise StudyError([InputError("is not UTF-8 text")], file=path) from None
    return parse_study(text, file=path)


def parse_study(text: str, *, file: str | Path = "study.toml") -> Study:
    """Return the study of a text.

    Parameters
    ----------
    text
        TOML.
    file
        Named in errors; a table of people is looked for beside it.

    Raises
    ------
    StudyError
        If anything is not what it should be; it lists all faults.

    Examples
    --------
    >>> parse_study(new_study("mine")).name
    'mine'
    >>> parse_study('name = "mine"\\ndais = 84\\n[[phase]]\\nweeks = 4\\nsessions_per_week = 5\\nminutes = -45\\n')
    Traceback (most recent call last):
        ...
    rehab_opt.study.faults.StudyError: 4 faults in the study:
      study.toml: days: is missing
      study.toml: phase[0].minutes: is out of range (got -45); allowed: whole number from 1 to 720 minutes
      study.toml: phase[0].repetitions_per_minute: is missing
      study.toml: dais: unknown key (got 'dais'); did you mean 'days'?
    """
    from pydantic import ValidationError

    from rehab_opt.study.form import StudyForm
    from rehab_opt.study.translate import make_study

    try:
        form = StudyForm.model_validate(tomllib.loads(text))
        return make_study(form, Path(file).parent)
    except tomllib.TOMLDecodeError as error:
        raise StudyError([InputError(f"is not TOML: {error}")], file=file) from None
    except ValidationError as problem:
        raise StudyError(from_pydantic(problem, StudyForm), file=file) from None
    except FaultsError as faults:
        raise StudyError(faults.errors, file=file) from None


def new_study(name: str) -> str:
    """Return the text of a commented study file to begin with.

    Raises
    ------
    InputError
        If the name cannot be that of a directory.

    Examples
    --------
    >>> 'name = "spring"' in new_study("spring")
    True
    """
    if not _NAME.fullmatch(name):
        raise InputError("cannot name a study", key="name", value=name, allowed="letters, digits, dots, dashes")
    text = (files("rehab_opt.study") / _TEMPLATE).read_text("utf-8")
    return text.replace('name = "my-study"', f'name = "{name}"', 1)
