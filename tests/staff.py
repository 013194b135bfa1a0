"""Who may do what in the editor, and a line for them to look at."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client

from menus.draft import write_draft
from menus.linefile import read_yaml
from menus.models import Destination, Line
from tests import lines

DEMO: Final = sorted((Path(__file__).parents[1] / "menus" / "demo").glob("*.yaml"))
ROLES: Final = ("anonymous", "no rights", "viewer", "editor", "publisher", "superuser")
"""People with rights of their own; the groups that a new site has are in GROUPS."""
GROUPS: Final = ("Menu editor", "Publisher", "Number manager", "Supervisor", "Analyst")
CLINIC: Final = """\
format: 1
name: Riverbend Clinic
numbers: ["12025550120"]
timezone: America/New_York
languages: [{key: en, name: English}, {key: es, name: Español, voice: {language: es-US}}]
start: main
operator: desk
schedules:
  office: {name: Office, weekly: {mon: ["08:00-17:00"]}, holidays: [{name: Christmas, when: 12-25}]}
destinations:
  main:
    kind: menu
    label: Main
    greeting: {en: "Riverbend Clinic.", es: "Clínica Riverbend."}
    options:
      - {key: desk, digits: "1", label: Front desk, to: desk, words: {en: For the desk, es: Para la recepción}}
      - {key: address, digits: "2", label: Our address, to: address, words: {en: For our address, es: La dirección}}
    no_input: {then: bye}
    no_match: {then: bye}
  desk:
    kind: transfer
    label: Front desk
    targets: [{type: phone, number: "12025550121", label: Ana}]
    last_resort: mailbox
  mailbox: {kind: voicemail, label: Mailbox, prompt: {en: "Leave a message.", es: "Deje un mensaje."}, then: bye}
  address: {kind: message, label: Our address, prompt: {en: "12 Main Street.", es: "Calle Main 12."}, then: bye}
  open: {kind: hours, label: Open?, schedule: office, open: main, closed: mailbox}
  bye: {kind: hangup, label: Goodbye, goodbye: {en: "Goodbye.", es: "Adiós."}}
"""


def clinic() -> Line:
    """A line with one destination of each kind; nothing of it is published."""
    lines.forget()
    return write_draft(read_yaml(CLINIC))


def clean_clinic() -> Line:
    """The clinic without what nothing leads to: the check finds nothing."""
    line = clinic()
    part(line, "open").delete()
    line.schedules.all().delete()
    return line


def part(line: Line, key: str) -> Destination:
    return Destination.objects.get(line=line, key=key).whole()


def user(role: str) -> Any:
    if role == "superuser":
        return get_user_model().objects.create_superuser("root")
    someone = get_user_model().objects.create_user(role, is_staff=True)
    if role in GROUPS:
        someone.groups.add(group(role))
        return someone
    someone.user_permissions.set(permission for permission in Permission.objects.all() if _has(role, permission))
    return someone


def group(name: str) -> Group:
    """As the migration made it; a test that empties the database takes the groups with it."""
    if not Group.objects.filter(name=name).exists():
        import_module("calls.migrations.0002_roles").make_groups(apps, connection.schema_editor())
    return Group.objects.get(name=name)


def _has(role: str, permission: Permission) -> bool:
    app, name = permission.content_type.app_label, permission.codename
    if role == "no rights" or app not in ("menus", "calls"):
        return False
    if name == "publish_line":
        return role == "publisher"
    if name.endswith(("_allowedhost", "_allowedcountry")):
        return False
    return name.startswith(("view_", "see_")) or (role == "editor" and app == "menus")


def client(role: str) -> Client:
    browser = Client()
    if role != "anonymous":
        browser.force_login(user(role))
    return browser


def with_rights(*rights: str, name: str = "ana") -> Client:
    """Somebody who may do that and nothing else."""
    someone = get_user_model().objects.create_user(name, is_staff=True)
    someone.user_permissions.set(Permission.objects.filter(codename__in=rights))
    browser = Client()
    browser.force_login(someone)
    return browser
