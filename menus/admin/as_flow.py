"""What of a form could not be published, said at its field: the flow's own bounds, in words for staff."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Final

from django.db import models
from pydantic import TypeAdapter, ValidationError

from menus import flow
from menus.draft import PARTS
from menus.draft.columns import field_of
from menus.faults import explain
from menus.fields import PlainField
from menus.models import BranchRule, Destination, Line, LineLanguage, LinePromise, LookUp, LookUpValue, Option

_PARTS: Final[Mapping[type[models.Model], type[flow.Part]]] = {
    Line: flow.Flow,
    LineLanguage: flow.Language,
    LinePromise: flow.Promise,
    Option: flow.Option,
    BranchRule: flow.Rule,
    LookUpValue: flow.Fetched,
}


def flow_faults(row: models.Model, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Field and fault, for what the columns of those names would take and the flow would not."""
    for name, shape in _shapes(type(row)).items():
        value = getattr(row, name)
        if name not in names or value in (None, ""):
            continue
        try:
            shape.validate_python(value)
        except ValidationError as error:
            fault, cure = explain(error.errors()[0] | {"loc": (name,)})
            yield name, f"{fault[:1].upper()}{fault[1:]}. {cure[:1].upper()}{cure[1:]}."


@cache
def _shapes(model: type[models.Model]) -> dict[str, TypeAdapter[Any]]:
    """By column; what leads somewhere, and what is kept as plain data, says its faults itself."""
    columns = [one for one in model._meta.fields if not one.is_relation and not isinstance(one, PlainField)]
    shapes: dict[str, TypeAdapter[Any]] = {}
    for part in _parts(model):
        for column in columns:
            info = part.model_fields.get(field_of(part, column.name))
            if info and column.editable:
                bounded: Any = Annotated[info.annotation, info]
                shapes[column.name] = TypeAdapter(bounded)
    return shapes


def _parts(model: type[models.Model]) -> list[type[flow.Part]]:
    if issubclass(model, Destination):
        return [*([flow.HttpSource] if model is LookUp else []), *([PARTS[model.KIND]] if model.KIND else [])]
    return [_PARTS[model]] if model in _PARTS else []
