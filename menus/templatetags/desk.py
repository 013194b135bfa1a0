"""What the start page says of the lines, and the way to everything else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from django import template
from django.utils import timezone

from menus.admin.standing import Standing, bookings, standings
from menus.models import BookedPublish, Line

register = template.Library()

SHOWN: Final = 50
"""Lines on the start page; the rest are in the list."""


class Card(NamedTuple):
    line: Line
    standing: Standing | None
    """None: there are many lines, and the draft of this one was not read."""
    booking: BookedPublish | None


class Desk(NamedTuple):
    may_view: bool
    may_add: bool
    may_publish: bool
    cards: list[Card]
    more: bool = False
    """There are more lines than are shown."""

    @property
    def lines(self) -> list[Line]:
        return [card.line for card in self.cards]


@register.simple_tag
def desk_of(user: Any) -> Desk:
    """Every line with its state, for those who may see lines."""
    may_view = user.has_perm("menus.view_line") or user.has_perm("menus.change_line")
    rights = (may_view, user.has_perm("menus.add_line"), user.has_perm("menus.publish_line"))
    if not may_view:
        return Desk(*rights, [])
    lines = list(Line.objects.select_related("live").prefetch_related("numbers")[: SHOWN + 1])
    shown = lines[:SHOWN]
    stand = standings(shown)
    booked = bookings(shown, timezone.now()) if shown else {}
    cards = [Card(line, stand.get(line.pk), booked.get(line.pk)) for line in shown]
    return Desk(*rights, cards, len(lines) > SHOWN)


ORDER: Final = (
    "Line",
    "Call",
    "CallbackRequest",
    "Recording",
    "LookupTable",
    "NumberList",
    "Event",
    "AllowedHost",
    "AllowedCountry",
)
"""What staff need most often comes first."""


@register.filter
def site_nav(apps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What this user may see of the lines and calls, of the admin's list of everything."""
    models = [model for app in apps if app["app_label"] in ("menus", "calls") for model in app["models"]]
    places = {name: place for place, name in enumerate(ORDER)}
    return sorted(models, key=lambda model: places.get(model["object_name"], len(places)))
