"""What a flow needs and only the database or this server knows: tables, lists, hosts, numbers, recordings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from urllib.parse import urlsplit

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from menus.check.finding import Finding, Rule, Spot, called, listed, spot_of, spot_of_line, spot_of_schedule
from menus.check.lookups import texts
from menus.countries import costs_extra, country_in_words, country_of
from menus.flow import SECRET, SECRETS_IN, Branch, Flow, HttpSource, LookUp, PhoneTarget, TableSource, Transfer
from menus.models import AllowedCountry, AllowedHost, AudioPrompt, LookupRow, LookupTable, NumberList, PhoneNumber
from menus.numbers import show_number
from menus.sound.named import named
from menus.words import value_names


def needs(flow: Flow) -> list[Finding]:
    """In the order of the flow, in six queries at most. Secrets are looked for on this server only."""
    return needs_of([flow])[0]


def needs_of(flows: Iterable[Flow]) -> list[list[Finding]]:
    """The same of several flows, in as many queries as one takes."""
    site = _Needs()
    return [list(site.faults(flow)) for flow in flows]


class _Needs:
    """What is known of this site, each thing read once."""

    def faults(self, flow: Flow) -> Iterator[Finding]:
        for key, here in flow.destinations.items():
            spot = spot_of(key, here)
            if isinstance(here, Branch):
                for name in dict.fromkeys(name for rule in here.rules for name in rule.lists):
                    yield from self._list_faults(spot.within(f"list “{name}”"), name)
            elif isinstance(here, LookUp) and isinstance(here.source, TableSource):
                yield from self._table_faults(spot.within(f"table “{here.source.table}”"), here, here.source.table)
            elif isinstance(here, LookUp) and isinstance(here.source, HttpSource):
                yield from self._host_faults(spot, here.source)
                yield from _secret_faults(spot, here.source)
            elif isinstance(here, Transfer):
                yield from self._caller_id_faults(spot, here.caller_id)
                for target in here.targets:
                    if isinstance(target, PhoneTarget):
                        yield from self._number_faults(spot, target.number)
        yield from self._audio_faults(flow)

    # --- tables and lists ---

    @cached_property
    def _tables(self) -> dict[str, LookupTable]:
        rows = LookupRow.objects.filter(table=OuterRef("pk"))
        return {table.key: table for table in LookupTable.objects.annotate(has_rows=Exists(rows))}

    def _table_faults(self, spot: Spot, here: LookUp, key: str) -> Iterator[Finding]:
        table = self._tables.get(key)
        if table is None or not getattr(table, "has_rows", False):
            name = table.name if table else key
            yield spot.finding(
                Rule.TABLE_EMPTY,
                f"{spot.name} asks the table “{name}”, which {'is empty' if table else 'is not there'}",
                f"import rows into the table “{name}” for {spot.name}, or let it ask another table",
            )
        lacking = [one.field for one in here.values if table and one.field not in table.columns]
        if table and lacking:
            there = listed([f"“{column}”" for column in table.columns]) if table.columns else "no columns yet"
            yield spot.finding(
                Rule.TABLE_LACKS_COLUMN,
                f"{spot.name} wants {listed([f'“{name}”' for name in lacking])} from the table “{table.name}”, which "
                f"has {there}",
                f"choose a column of the table for {spot.name}, or import the table with it",
            )

    @cached_property
    def _lists(self) -> set[str]:
        """Those on which is anybody."""
        there = Q(entries__expires_at__isnull=True) | Q(entries__expires_at__gt=timezone.now())
        counted = NumberList.objects.annotate(there=Count("entries", filter=there))
        return set(counted.filter(there__gt=0).values_list("key", flat=True))

    def _list_faults(self, spot: Spot, key: str) -> Iterator[Finding]:
        if key not in self._lists:
            yield spot.finding(
                Rule.LIST_EMPTY,
                f"{spot.name} asks whether callers are on the list “{key}”, and nobody is",
                f"add numbers to the list “{key}”, or take it out of {spot.name}",
            )

    # --- services ---

    @cached_property
    def _allowed(self) -> set[str]:
        return {_without_port(host) for host in AllowedHost.objects.values_list("host", flat=True)}

    def _host_faults(self, spot: Spot, source: HttpSource) -> Iterator[Finding]:
        host = _without_port(urlsplit(source.url).netloc)
        if "{" not in host and host not in self._allowed:
            yield spot.within("address").finding(
                Rule.HOST_NOT_ALLOWED,
                f"{spot.name} asks “{host}”, and no number manager has allowed that host",
                f"have a number manager allow “{host}” for {spot.name}, or correct the address",
            )

    # --- numbers ---

    @cached_property
    def _ours(self) -> set[str]:
        """The numbers of this site's lines."""
        return set(PhoneNumber.objects.values_list("number", flat=True))

    @cached_property
    def _countries(self) -> set[str]:
        """Where calls may be transferred to; nothing is known of a site that has neither numbers nor rows."""
        allowed = set(AllowedCountry.objects.values_list("code", flat=True))
        return (allowed | {country_of(number) for number in self._ours}) - {""}

    def _number_faults(self, spot: Spot, number: str) -> Iterator[Finding]:
        shown, code = show_number(number), country_of(number)
        there, country = spot.within(f"number {shown}"), country_in_words(code)
        if extra := costs_extra(number):
            yield there.finding(
                Rule.NUMBER_COSTS_EXTRA,
                f"{spot.name} rings {shown}, {extra}: such calls can cost very much",
                f"have a number manager take {shown} out of {spot.name}, or correct the number",
            )
        elif code and self._countries and code not in self._countries:
            yield there.finding(
                Rule.NUMBER_COUNTRY_NOT_ALLOWED,
                f"{spot.name} rings {shown}, in {country}, which is not allowed",
                f"have a number manager allow {country}, or correct the number of {spot.name}",
            )

    def _caller_id_faults(self, spot: Spot, number: str | None) -> Iterator[Finding]:
        if number and number not in self._ours:
            shown = show_number(number)
            yield spot.within("caller ID").finding(
                Rule.CALLER_ID_NOT_OURS,
                f"{spot.name} shows the caller ID {shown}, which is no number of your lines",
                f"have a number manager choose one of your own for {spot.name}, or leave it empty to show the number "
                "dialled",
            )

    # --- recordings ---

    @cached_property
    def _recordings(self) -> set[str]:
        return set(AudioPrompt.objects.values_list("path", flat=True))

    def _audio_faults(self, flow: Flow) -> Iterator[Finding]:
        for at, said in named(flow):
            if said.audio not in self._recordings:
                spot = _spot_of_words(flow, at)
                yield spot.finding(
                    Rule.AUDIO_MISSING,
                    f"{spot.part} plays a recording that this site does not have",
                    f"bring the recording on the page “Recordings”, and choose it for {spot.part}; or take it out, "
                    "and the voice reads the words",
                )


def _spot_of_words(flow: Flow, at: tuple[str, ...]) -> Spot:
    """Where words stand, by the names of the fields that lead to them; the last may be a language."""
    language = flow.by_language.get(at[-1])
    spoken = f" in {called(language)}" if language else ""
    match at:
        case ("destinations", key, field, *_):
            return spot_of(key, flow.destinations[key]).within(field.replace("_", " ") + spoken)
        case ("schedules", key, *_):
            return spot_of_schedule(key, flow.schedules[key]).within(f"words of a holiday{spoken}")
        case (_, name, *_):
            return spot_of_line(flow).within(f"phrase “{name}”{spoken}")
    return spot_of_line(flow)


def _without_port(host: str) -> str:
    return host.lower().removesuffix(":443")


def _secret_faults(spot: Spot, source: HttpSource) -> Iterator[Finding]:
    names = dict.fromkeys(name for text in texts(source) for name in value_names(text.template))
    for name in names:
        variable = SECRETS_IN + name.partition(":")[2]
        if SECRET.fullmatch(name) and not os.environ.get(variable):
            yield spot.within(f"{{{name}}}").finding(
                Rule.SECRET_NOT_SET,
                f"{spot.name} sends {{{name}}}, and this server has no {variable}",
                f"set {variable} in the environment of every server, or take {{{name}}} out of {spot.name}",
            )
