"""The tables of keys in ``docs/studies.md``, made from the forms themselves so that they cannot be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rehab_opt.study.kinds import Clock, Kind
from rehab_opt.therapy import format_clock

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

BEGIN, END = "<!-- keys: made by rehab_opt.study.reference -->", "<!-- end of keys -->"


def key_tables() -> str:
    """Return every key with what is allowed, its default and its meaning, as Markdown.

    Examples
    --------
    >>> "| `seed` |" in key_tables()
    True
    """
    from rehab_opt.study.form import StudyForm

    return "\n".join(_table(StudyForm)).strip("\n") + "\n"


def renew(page: str) -> str:
    """Return a page with the tables between its two marks made anew.

    Examples
    --------
    >>> "old keys" in renew(f"Keys\\n{BEGIN}\\nold keys\\n{END}\\n")
    False
    """
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{key_tables()}\n{END}{rest.partition(END)[2]}"


def _table(form: type[BaseModel]) -> Iterator[str]:
    inner = [(name, field, sub) for name, field in form.model_fields.items() if (sub := _form_of(field)) is not None]
    parts = {name for name, _, _ in inner}
    title, _, words = (form.__doc__ or "").strip().partition(": ")
    heading, text = (title.replace("``", "`"), words) if words else ("The top of the file", "")
    yield from (f"### {heading}", "")
    if text:
        yield from (text[0].upper() + text[1:], "")
    yield from ("| key | allowed | default | meaning |", "|---|---|---|---|")
    for name, field in form.model_fields.items():
        if name not in parts:
            yield f"| `{field.alias or name}` | {_kind(field).words} | {_default(field)} | {field.description} |"
    yield ""
    for _, _, sub in inner:
        yield from _table(sub)


def _form_of(field: FieldInfo) -> type[BaseModel] | None:
    from pydantic import BaseModel

    for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _kind(field: FieldInfo) -> Kind:
    inner = [getattr(kind, "__metadata__", ()) for kind in getattr(field.annotation, "__args__", ())]
    items = (*field.metadata, *(item for group in inner for item in group))
    return next(item for item in items if isinstance(item, Kind))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value: Any = field.default
    if field.default_factory is not None or value in (None, (), ""):
        return "none"
    if isinstance(_kind(field), Clock):
        return f'`"{format_clock(value)}"`'
    if isinstance(value, (tuple, str)):
        names = [value] if isinstance(value, str) else value
        text = ", ".join(f'"{name}"' for name in names)
        return f"`[{text}]`" if len(names) > 1 else f"`{text}`"
    return f"`{value:g}`"
