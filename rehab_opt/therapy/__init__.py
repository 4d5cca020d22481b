"""Therapy as plain data: sessions, schedules, policies, limits, real dates and the published protocols."""

from rehab_opt.therapy.calendar import Calendar, DatedSession
from rehab_opt.therapy.check import check_limits, enforce
from rehab_opt.therapy.files import load_schedule, save_schedule
from rehab_opt.therapy.json_form import schedule_schema
from rehab_opt.therapy.library import ProtocolLibrary, protocols
from rehab_opt.therapy.limits import Limits
from rehab_opt.therapy.policy import ConstantPolicy, Observation, Policy, as_policy
from rehab_opt.therapy.protocol import Protocol, ProtocolPolicy
from rehab_opt.therapy.rows import NOTICE, session_from_row, session_to_row
from rehab_opt.therapy.schedule import ORIGINS, Schedule, joined
from rehab_opt.therapy.session import MODALITIES, ORDERS, POLARITIES, SITES, TASKS, WEEKDAYS, Session, Stimulation
from rehab_opt.therapy.text import format_clock, parse_clock, parse_date, parse_minutes, parse_weekdays
from rehab_opt.therapy.violation import Violation

__all__ = [
    "MODALITIES",
    "NOTICE",
    "ORDERS",
    "ORIGINS",
    "POLARITIES",
    "SITES",
    "TASKS",
    "WEEKDAYS",
    "Calendar",
    "ConstantPolicy",
    "DatedSession",
    "Limits",
    "Observation",
    "Policy",
    "Protocol",
    "ProtocolLibrary",
    "ProtocolPolicy",
    "Schedule",
    "Session",
    "Stimulation",
    "Violation",
    "as_policy",
    "check_limits",
    "enforce",
    "format_clock",
    "joined",
    "load_schedule",
    "parse_clock",
    "parse_date",
    "parse_minutes",
    "parse_weekdays",
    "protocols",
    "save_schedule",
    "schedule_schema",
    "session_from_row",
    "session_to_row",
]
