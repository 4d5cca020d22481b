"""The front of a search with several objectives: recovery against one of the others, every feasible trial a dot."""

from __future__ import annotations

from collections.abc import Mapping

from rehab_opt.report.data import FrontPlot
from rehab_opt.report.figures.axes import Frame, frame, padded
from rehab_opt.report.figures.svg import NARROW, WIDE, Canvas


def front_figure(front: FrontPlot, axis: int, titles: Mapping[str, str], y_title: str, css: str) -> str:
    """Draw recovery against the objective at place ``axis``.

    Parameters
    ----------
    front
        Trials, front, knee and references.
    axis
        Which objective lies along x, from 1.
    titles
        Protocol -> words of its label.
    y_title
        What recovery is, with its unit.
    css
        ``"wide"`` or ``"narrow"``.
    """
    width = NARROW if css == "narrow" else WIDE
    canvas = Canvas(width, 300)
    points = [*front.trials.values(), *front.references.values()]
    words = front.names[axis].replace("-", " ")
    area = frame(
        canvas,
        padded([point[axis] for point in points]),
        padded([point[0] for point in points], least=2.0),
        top=28,
        bottom=258,
        right=width - 12,
        x_title=f"{words} a patient",
        y_title=y_title,
        whole_x=False,
    )
    _trials(canvas, area, front, axis)
    for name, point in front.references.items():
        x, y = area.x(point[axis]), area.y(point[0])
        canvas.path([(x - 4, y - 4), (x + 4, y + 4)], "leader", hint=titles.get(name, name))
        canvas.path([(x - 4, y + 4), (x + 4, y - 4)], "leader")
        end = x > (area.x.start + area.right) / 2
        canvas.text(
            x - 7 if end else x + 7, y + 4, titles.get(name, name), "label muted", anchor="end" if end else "start"
        )
    return canvas.render(f"Recovery against {words}: {len(front.members)} trials on the front", css)


def _trials(canvas: Canvas, area: Frame, front: FrontPlot, axis: int) -> None:
    for number, point in front.trials.items():
        x, y = area.x(point[axis]), area.y(point[0])
        hint = f"trial {number}: {', '.join(f'{value:.4g}' for value in point)}"
        if number not in front.members:
            canvas.circle(x, y, 2.2, "trial faint", hint=hint)
            continue
        canvas.circle(x, y, 3.6, "trial front", hint=f"{hint}, on the front")
        if number == front.chosen:
            canvas.circle(x, y, 7.0, "chosen", hint=f"{hint}, chosen")
        if number == front.members[0]:
            canvas.path([(x - 7, y), (x, y - 7), (x + 7, y), (x, y + 7)], "knee", closed=True, hint=f"{hint}, the knee")
