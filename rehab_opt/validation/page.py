"""The HTML report of a validation: one self-contained file, a figure and the checks of every target, the provenance."""

from __future__ import annotations

from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any

from rehab_opt.validation.plot import COLOURS, figure_svg
from rehab_opt.validation.result import TargetResult, totals
from rehab_opt.validation.show import measured_words, tolerance_words

if TYPE_CHECKING:
    from rehab_opt.validation.run import Validation


def render_page(found: Validation) -> str:
    """Return the report as one HTML text; the same results give the same bytes. Every text is escaped."""
    import jinja2
    from markupsafe import Markup

    from rehab_opt.report import DISCLAIMER

    loader = jinja2.PackageLoader("rehab_opt.validation", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    groups: dict[str, list[dict[str, Any]]] = {}
    for result in found.results:
        groups.setdefault(result.target.group, []).append(_card(result))
    return environment.get_template("validation.html").render(
        css=Markup(_style("rehab_opt.report", "report.css") + _style("rehab_opt.validation", "validation.css")),
        disclaimer=DISCLAIMER,
        totals=totals(found.results),
        groups=groups,
        provenance=found.provenance(),
    )


def _card(result: TargetResult) -> dict[str, Any]:
    figure = result.figure
    return {
        "target": result.target,
        "verdict": result.verdict,
        "trouble": result.trouble,
        "checks": [
            (check.name, measured_words(check), tolerance_words(check), check.verdict) for check in result.checks
        ],
        "figure": None if figure is None else _both_sizes(figure),
        "caption": "" if figure is None else figure.caption,
        "legend": [] if figure is None else [(COLOURS[row.role], row.label) for row in figure.series],
    }


def _both_sizes(figure: Any) -> Any:
    from rehab_opt.report.view import both_sizes

    return both_sizes(partial(figure_svg, figure))


def _style(package: str, name: str) -> str:
    return resources.files(package).joinpath(f"templates/{name}").read_text(encoding="utf-8")
