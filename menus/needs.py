"""What a flow needs and only the database or this server knows: tables, lists, hosts and secrets. For `publish`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from menus.check.finding import Finding, Rule, Spot, listed, spot_of
from menus.check.lookups import SECRET, texts
from menus.flow import SECRETS_IN, Branch, Flow, HttpSource, LookUp, TableSource
from menus.models import AllowedHost, LookupRow, LookupTable, NumberList
from menus.words import value_names


def needs(flow: Flow) -> list[Finding]:
    """In the order of the flow, in three queries at most. Secrets are looked for on this server only."""
    return list(_Needs(flow).faults())


@dataclass(frozen=True)
class _Needs:
    flow: Flow

    def faults(self) -> Iterator[Finding]:
        for key, here in self.flow.destinations.items():
            spot = spot_of(key, here)
            if isinstance(here, Branch):
                for name in dict.fromkeys(name for rule in here.rules for name in rule.lists):
                    yield from self._list_faults(spot.within(f"list “{name}”"), name)
            elif isinstance(here, LookUp) and isinstance(here.source, TableSource):
                yield from self._table_faults(spot.within(f"table “{here.source.table}”"), here, here.source.table)
            elif isinstance(here, LookUp) and isinstance(here.source, HttpSource):
                yield from self._host_faults(spot, here.source)
                yield from _secret_faults(spot, here.source)

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
                f"{spot.name} asks “{host}”, and no superuser has allowed that host",
                f"have a superuser allow “{host}” for {spot.name}, or correct the address",
            )


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
