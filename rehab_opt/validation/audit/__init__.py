"""The emergence audit: what is left of each finding that the model reproduces when a mechanism is removed."""

from rehab_opt.validation.audit.effect import Audit, Effect, shape_targets
from rehab_opt.validation.audit.run import audit
from rehab_opt.validation.audit.table import audit_markdown, audit_words

__all__ = ["Audit", "Effect", "audit", "audit_markdown", "audit_words", "shape_targets"]
