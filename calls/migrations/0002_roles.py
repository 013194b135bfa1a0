"""The groups that a new site begins with: who may edit, publish, manage numbers, work on calls, read reports."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ("menus", "calls")
ALL = ("view", "add", "change", "delete")

DRAFT = """
    line linelanguage linepromise schedule openinghours holiday audioprompt goldencall
    destination menu option message hours transfer voicemail hangup
    collect lookup lookupvalue branch branchrule callback setswitch
"""
"""A line and its parts, without telephone numbers."""
NUMBERS = "phonenumber transfertarget"
SHEETS = "lookuptable lookuprow numberlist numberlistentry"
LOG = "call turn leg visit callbackrequest"

EVERYBODY: dict[str, tuple[str, ...]] = {
    f"{DRAFT} {NUMBERS} version switch bookedpublish": ("view",),
}
ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "Menu editor": {
        DRAFT: ALL,
        SHEETS: ("view",),
    },
    "Publisher": {
        "line": ("publish",),  # and roll back
        "bookedpublish": ALL,
        "switch": ("add",),  # and end
    },
    "Number manager": {
        f"{NUMBERS} allowedhost allowedcountry": ALL,
    },
    "Supervisor": {
        f"{LOG} recording event": ("view",),
        "callbackrequest recording": ("change",),
        "recording": ("hear",),
        "numbers reports": ("see",),  # numbers of callers, whole
        "call": ("export",),
        "mailbox": ALL,
        "switch": ("add",),
    },
    "Analyst": {
        LOG: ("view",),
        "reports": ("see",),
        "call": ("export",),
    },
}
"""What each group may do with what, beside what everybody may."""


def rights(role: str) -> set[str]:
    """The permissions of the group, by their code names."""
    return set(_codes(EVERYBODY)) | set(_codes(ROLES[role]))


def _codes(table: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for models, actions in table.items():
        for action in actions:
            yield from (f"{action}_{model}" for model in models.split())


def make_groups(apps: Any, schema_editor: Any) -> None:
    """Groups that are there already stay as staff made them."""
    database = schema_editor.connection.alias
    for app in APPS:  # else they are made after all migrations, too late for the groups
        create_permissions(installed.get_app_config(app), apps=apps, verbosity=0, using=database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    for role in ROLES:
        group, made = groups.get_or_create(name=role)
        if made:
            group.permissions.set(_permissions(apps, database, role))


def remove_groups(apps: Any, schema_editor: Any) -> None:
    """Those that staff changed stay."""
    database = schema_editor.connection.alias
    for role in ROLES:
        group = apps.get_model("auth", "Group").objects.using(database).filter(name=role).first()
        if group and set(group.permissions.values_list("codename", flat=True)) == rights(role):
            group.delete()


def _permissions(apps: Any, database: str, role: str) -> list[Any]:
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    found = list(permissions.filter(content_type__app_label__in=APPS, codename__in=rights(role)))
    if missing := rights(role) - {permission.codename for permission in found}:
        raise LookupError(f"The group {role} needs permissions that are not there: {', '.join(sorted(missing))}")
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
        ("menus", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups, elidable=False)]
