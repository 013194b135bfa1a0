"""All that is kept of one caller, found by their number: to be told to them, or to be erased."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import phonenumbers
from django.db.models import F, Model, Q, QuerySet

from calls.models import (
    Call,
    CallbackRequest,
    Event,
    Leg,
    Pruned,
    Recording,
    RememberedCaller,
    Sound,
    Turn,
    Visit,
    WrongPin,
)
from calls.privacy.prune import LOOK_BACK
from menus.hashing import hashed_by_all
from menus.models import Line, LookupRow, NumberListEntry

_SHORTEST: Final = 9


class Kept:
    """Of whoever has this number, as E.164 digits. What the caller left in calls is theirs; whom we rang is not."""

    def __init__(self, number: str) -> None:
        self.number = number
        self.forms = (number, f"+{number}", f"00{number}")

    @cached_property
    def calls(self) -> list[Call]:
        """Also those whose number was taken out since: their keyed hash is known."""
        again = Call.objects.filter(caller_key__in=self._hashes("caller again"))
        of_lines = again.filter(line__in=[*Line.objects.values_list("pk", flat=True)])  # as its index wants it
        ways = (Call.objects.filter(caller__in=self.forms), self._by_address(), of_lines, again.filter(line=None))
        found = {call.pk: call for calls in ways for call in calls}
        return sorted(found.values(), key=lambda call: call.started_at)

    def _by_address(self) -> Iterator[Call]:
        """`sip:+12025550142@example.com` and `12025550142@example.com`: each a range of the index on callers."""
        begun = Q(caller__gt=self.number, caller__lt=str(int(self.number) + 1))
        named = Q(caller__gte="A", caller__contains=self.number)  # letters come after all digits
        alone = re.compile(rf"(?:^|[^0-9])(?:00)?{self.number}(?:$|[^0-9])")
        return (call for call in Call.objects.filter(begun | named) if alone.search(call.caller))

    def _hashes(self, use: str) -> list[str]:
        return [each for form in (self.number, f"00{self.number}") for each in hashed_by_all(use, form)]

    @cached_property
    def uuids(self) -> list[str]:
        return [call.uuid for call in self.calls]

    @cached_property
    def conversations(self) -> list[str]:
        return [call.conversation for call in self.calls if call.conversation]

    def turns(self) -> QuerySet[Turn]:
        return Turn.objects.filter(call_id__in=self.uuids).order_by("call_id", "n")

    def visits(self) -> QuerySet[Visit]:
        return Visit.objects.filter(call_id__in=self.uuids).order_by("call_id", "n")

    def legs(self) -> QuerySet[Leg]:
        return Leg.objects.filter(self._theirs() | Q(caller__in=self.forms)).order_by("started_at")

    def messages(self) -> QuerySet[Recording]:
        return Recording.objects.filter(self._theirs()).order_by("received_at")

    def callbacks(self) -> QuerySet[CallbackRequest]:
        mine = Q(call_uuid__in=self.uuids) | Q(number__in=self.forms)
        return CallbackRequest.objects.filter(mine).order_by("created_at")

    def languages(self) -> QuerySet[RememberedCaller]:
        return RememberedCaller.objects.filter(caller__in=self._hashes("caller")).order_by("chosen_at")

    def wrong_pins(self) -> QuerySet[WrongPin]:
        who = Q(who__in=self._hashes("pin caller"))
        return WrongPin.objects.filter(who | Q(call_uuid__in=self.uuids)).order_by("at")

    def events(self) -> QuerySet[Event]:
        """Of their calls, and of no known call if they name the number."""
        nobodys = self.naming().filter(call_uuid="", conversation="")
        pks = {*self._of_calls().values_list("pk", flat=True), *nobodys.values_list("pk", flat=True)}
        return Event.objects.filter(pk__in=pks).order_by("received_at", "pk")

    def naming(self) -> QuerySet[Event]:
        """Whatever names the number, also of others' calls; so far as it is not so old that it was emptied."""
        return Event.objects.filter(self._named("payload", "payloads", "received_at"))

    def naming_calls(self) -> QuerySet[Call]:
        """Others' calls that the carrier diverted from the number, say."""
        return Call.objects.filter(self._named("details", "details", "started_at")).exclude(pk__in=self.uuids)

    def _named(self, column: str, what: str, moment: str) -> Q:
        named = Q(**{f"{column}__contains": self.number})
        if self.national:
            named |= Q(**{f"{column}__contains": self.national})
        if read := Pruned.objects.filter(what=what).first():
            named &= Q(**{f"{moment}__gte": read.until - LOOK_BACK})
        return named

    def _of_calls(self) -> QuerySet[Event]:
        legs = self.legs().order_by().values("pk")
        nameless = Q(leg_uuid="", conversation="", call_uuid__in=self.uuids)
        ids = Q(leg_uuid__in=self.uuids) | Q(leg_uuid__in=legs) | Q(conversation__in=self.conversations)
        return Event.objects.filter(ids | nameless)

    def lists(self) -> list[str]:
        """Where staff wrote the number down themselves: it is theirs to take out."""
        lists = NumberListEntry.objects.filter(number=self.number, is_prefix=False).values_list("list__name", flat=True)
        tables = LookupRow.objects.filter(key__in=self.forms).values_list("table__name", flat=True)
        return sorted({*lists, *tables})

    @cached_property
    def national(self) -> str:
        """The number as it is written at home, where that is long enough to be nothing else."""
        try:
            national = str(phonenumbers.parse(f"+{self.number}").national_number)
        except phonenumbers.NumberParseException:
            return ""
        return national if len(national) >= _SHORTEST and national != self.number else ""

    def _theirs(self) -> Q:
        return Q(call_uuid__in=self.uuids) | Q(call_uuid="", conversation__in=self.conversations)


def counts(kept: Kept) -> dict[str, int]:
    """How much there is, by what it is."""
    return {
        "calls": len(kept.calls),
        "turns": kept.turns().count(),
        "events": kept.events().count(),
        "legs": kept.legs().count(),
        "messages": kept.messages().count(),
        "callbacks": kept.callbacks().count(),
        "languages": kept.languages().count(),
        "wrong_pins": kept.wrong_pins().count(),
    }


def told(kept: Kept, now: datetime) -> dict[str, Any]:
    """Every row with every column, ready for JSON; the sound of a message as base64."""
    sounds = {sound.pk: sound for sound in Sound.objects.filter(pk__in=kept.messages().values("pk"))}
    return {
        "number": f"+{kept.number}",
        "told_at": now.isoformat(),
        "calls": _plain(kept.calls),
        "turns": _plain(kept.turns()),
        "visits": _plain(kept.visits()),
        "events": _plain(kept.events()),
        "legs": _plain(kept.legs()),
        "messages": [row | _sound(sounds.get(row["uuid"])) for row in _plain(kept.messages())],
        "callbacks": _plain(kept.callbacks()),
        "languages": [
            row | {"line": name}
            for row, name in zip(
                _plain(kept.languages()), kept.languages().values_list(F("line__name"), flat=True), strict=True
            )
        ],
        "wrong_pins": _plain(kept.wrong_pins()),
        "on_lists": kept.lists(),
    }


def _plain(rows: QuerySet[Any] | Sequence[Model]) -> list[dict[str, Any]]:
    return [dict(_columns(row)) for row in rows]


def _columns(row: Model) -> Iterator[tuple[str, Any]]:
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        yield field.attname, value if isinstance(value, int | str | None) else _text(value)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _sound(sound: Sound | None) -> dict[str, Any]:
    if sound is None:
        return {"sound": None}
    return {"sound": {"media_type": sound.media_type, "base64": base64.b64encode(bytes(sound.data)).decode()}}
