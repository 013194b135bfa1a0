"""What the flow and the rows call the same, and the few things that they do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast, get_args

from menus import flow
from menus.models import Destination, Kind

PARTS: Final[Mapping[str, type[flow.Named]]] = {
    part.model_fields["kind"].default: part for part in get_args(get_args(flow.Destination)[0])
}
"""The flow's kinds and, by the same word, the models': fields of the same name hold the same thing."""
MODELS: Final[Mapping[str, type[Destination]]] = {
    kind: cast("type[Destination]", Destination._meta.get_field(Kind(kind).model_name).related_model) for kind in PARTS
}
RETRIES: Final = ("no_input", "no_match")
HOUSE_KEYS: Final = ("repeat", "back", "main", "operator")
OWN_ROWS: Final = frozenset({"options", "targets", "rules", "values"})
"""Fields of the flow that are rows of their own."""
_COLUMNS: Final[Mapping[type[flow.Part], Mapping[str, str]]] = {flow.SetSwitch: {"hours": "for_hours"}}


def column_of(part: type[flow.Part], name: str) -> str:
    """The column that holds the part's field."""
    return _COLUMNS.get(part, {}).get(name, name)


def field_of(part: type[flow.Part], column: str) -> str:
    """The part's field that the column holds."""
    return next((name for name, named in _COLUMNS.get(part, {}).items() if named == column), column)
