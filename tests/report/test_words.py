"""Words for sessions."""

import pytest

from rehab_opt.report.words import stimulation_words
from rehab_opt.therapy import Session, Stimulation

ITBS = Stimulation(modality="itbs", site="ipsilesional-motor", pulses=270, strength=66.0)


@pytest.mark.parametrize(("minutes", "end"), [(32.0, "starting with practice"), (0.0, "without practice")])
def test_stimulation_alone_does_not_start_with_practice(minutes, end):
    session = Session(day=3, minutes=minutes, repetitions=4 * minutes, stimulation=ITBS)
    assert stimulation_words(session).endswith(end)


def test_a_session_without_stimulation_says_so():
    assert stimulation_words(Session(day=3, minutes=30.0, repetitions=90.0)) == "none"
