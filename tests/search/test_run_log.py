"""The log gives back what was written, forgives a torn last line, and nothing else."""

import json

import pytest

from rehab_opt.search import BlockRecord, PatientResult, ReadOnlyLog, RunLog, SearchError, TrialRecord, read_log

HEADER = {"study": "abc"}


def result(patient: str, value: float) -> PatientResult:
    return PatientResult(
        patient_id=patient,
        enrolled_day=9,
        outcome="completed",
        values={"fm_ue": value},
        baseline={"fm_ue": 20.0},
        hours=1 / 3,
        sessions=4,
        repetitions=300.0,
        adverse_events=1,
        seizures=0,
        lesion_growth=0.1 + 0.2,
        curve={"fm_ue": (20.0, value)},
    )


def trial(number: int) -> TrialRecord:
    return TrialRecord(
        number=number,
        point={"weeks": 3, "minutes": 45.1, "task": "reach"},
        origin="sampler",
        outcome="completed",
        value=40.0 + number / 7,
        constraints={"seizure-rate": -0.1},
        results=(result("a", 41.0 + number), result("b", 39.0)),
    )


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "log.jsonl"
    with RunLog(path, HEADER) as log:
        for number in (0, 2, 1):
            log.append(trial(number))
        log.append(BlockRecord(panel="choice", policy="trial-2", block=0, outcome="failed", message="no"))
    return path


def test_what_was_written_is_read_back_exactly(path):
    contents = read_log(path)
    assert contents.trials == {number: trial(number) for number in (0, 1, 2)}
    assert contents.blocks["choice", "trial-2", 0].message == "no"
    assert contents.header["study"] == "abc"
    assert len(contents.times) == 5


@pytest.mark.parametrize("lost", [1, 2, 40])
def test_a_torn_last_line_is_dropped_and_the_log_goes_on_as_if_it_never_was(path, lost):
    data = path.read_bytes()
    path.write_bytes(data[:-lost])
    assert set(read_log(path).trials) == {0, 1, 2}
    assert not read_log(path).blocks
    with RunLog(path, HEADER) as log:
        log.append(trial(3))
    assert set(read_log(path).trials) == {0, 1, 2, 3}


def test_a_crash_while_the_first_line_was_written_begins_anew(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"kind":"hea')
    with RunLog(path, HEADER) as log:
        log.append(trial(0))
    assert read_log(path).header["study"] == "abc"


def lines_of(path):
    return path.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda rows: [rows[0], rows[1].replace(b"45.1", b"45.2"), *rows[2:]], 2),
        (lambda rows: [*rows[:3], rows[3].replace(b'"value":40.', b'"value":49.'), rows[4]], 4),
        (lambda rows: [*rows[:2], rows[2].replace(b"39.0", b"NaN"), *rows[3:]], 3),
        (lambda rows: [*rows[:2], b"\xff" + rows[2], *rows[3:]], 3),
        (lambda rows: [rows[0], *rows[2:]], 2),
        (lambda rows: [rows[0], rows[2], rows[1], *rows[3:]], 2),
        (lambda rows: [*rows, rows[1]], 6),
        (lambda rows: rows[1:], 1),
        (lambda rows: [*rows[:2], b"\n", *rows[2:]], 3),
        (lambda rows: [*rows, b"[]\n"], 6),
    ],
    ids=["point", "value", "nan", "bytes", "removed", "swapped", "repeated", "headless", "blank", "foreign"],
)
def test_an_edited_log_is_refused_with_its_line(path, change, line):
    path.write_bytes(b"".join(change(lines_of(path))))
    with pytest.raises(SearchError, match=f"line {line} is not what the search wrote"):
        read_log(path)
    with pytest.raises(SearchError):
        RunLog(path, HEADER)


def test_a_log_of_another_format_is_refused(path, monkeypatch):
    monkeypatch.setattr("rehab_opt.search.record.log.LOG_FORMAT", "rehab-opt.log/2")
    with pytest.raises(SearchError, match="another version"):
        read_log(path)


def test_a_full_disk_leaves_only_whole_lines(path, monkeypatch):
    import os

    real = os.write
    before = path.read_bytes()
    with RunLog(path, HEADER) as log:

        def half(descriptor, data):
            real(descriptor, data[: len(data) // 2])
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "write", half)
        with pytest.raises(OSError, match="No space left"):
            log.append(trial(5))
        monkeypatch.undo()
        assert path.read_bytes() == before
        log.append(trial(6))
    assert set(read_log(path).trials) == {0, 1, 2, 6}


def test_numbers_that_are_not_finite_never_reach_the_log(path):
    with RunLog(path, HEADER) as log, pytest.raises(ValueError, match="not JSON compliant"):
        log.append(TrialRecord(number=9, point={}, origin="sampler", outcome="completed", value=float("nan")))


def test_every_line_is_json_of_its_own(path):
    kinds = [json.loads(line)["kind"] for line in lines_of(path)]
    assert kinds == ["header", "trial", "trial", "trial", "choice"]


def test_a_read_only_log_takes_nothing(path):
    with pytest.raises(SearchError, match="not finished"):
        ReadOnlyLog(path).append(trial(9))
