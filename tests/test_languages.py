"""The staff's pages in Spanish: all of them open, they hold no English of ours, and what is stored stays as it was."""

from __future__ import annotations

import ast
import gettext
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation

from ivrsite.names import NAMES
from menus.models import Menu
from tests.every_page import pages

FOLDER: Final = Path(settings.BASE_DIR) / "locale" / "es" / "LC_MESSAGES"
CATALOGUES: Final = ("django", "djangojs")
TELLTALE: Final[dict[str, tuple[str, ...]]] = {
    "index": ("Your lines", "Calls today", "Add a line", "Everything else", "What you did last", "Change password"),
    "home": ("Publish", "Try it", "Check", "Reached by", "Listening time", "What callers can do", "Destinations"),
    "menu": ("What callers hear", "Options:", "Caller presses nothing", "Where wrong keys lead", "Used by"),
    "publish": ("What will change", "Golden calls", "Back to the line", "or later", "Note"),
    "try": ("Before the call", "Hang up", "Undo", "Nothing is recorded", "What is called"),
}
"""English words that would stand on a page where something was left out."""
EXPECTED: Final[dict[str, tuple[str, ...]]] = {
    "index": ("Llamadas de hoy", "Agregar una línea"),
    "home": ("Publicar", "Probar", "Revisar", "Se llega por"),
    "menu": ("Lo que se oye", "Opciones: lo que se puede marcar", "Por ejemplo"),
    "publish": ("Lo que cambiará para quien llama", "Llamadas de prueba", "Volver a la línea"),
    "try": ("Antes de la llamada", "Colgar", "Nada se registra"),
}


@pytest.fixture
def desk(db: None) -> tuple[Client, dict[str, str]]:
    ana: Any = get_user_model().objects.create_superuser("ana", password="pw")
    client = Client()
    client.force_login(ana)
    return client, pages()


def in_language(client: Client, address: str, language: str) -> str:
    response = client.get(address, headers={"accept-language": language}, follow=True)
    assert response.status_code == 200, address
    page: str = response.content.decode()
    assert f'<html lang="{language}"' in page, address
    return page


def seen(page: str) -> str:
    """What can be read on the page: without tags, scripts, and what a caller would hear."""
    page = re.sub(r"(?s)<(script|style|textarea|svg)\b.*?</\1>", " ", page)
    return " ".join(html.unescape(re.sub(r"(?s)<[^>]+>", " ", page)).split())


def test_every_page_opens_in_spanish(desk: tuple[Client, dict[str, str]]) -> None:
    client, addresses = desk
    for address in addresses.values():
        in_language(client, address, "es")


def test_the_main_pages_hold_no_english_of_ours_in_spanish(desk: tuple[Client, dict[str, str]]) -> None:
    client, addresses = desk
    for name, telltale in TELLTALE.items():
        english, spanish = (seen(in_language(client, addresses[name], code)) for code in ("en", "es"))
        assert [words for words in EXPECTED[name] if words in english] == [], name
        assert [words for words in EXPECTED[name] if words not in spanish] == [], name
        assert [words for words in telltale if re.search(rf"\b{re.escape(words)}", spanish)] == [], name


def test_staff_choose_a_language_and_keep_it(desk: tuple[Client, dict[str, str]]) -> None:
    client, addresses = desk
    page = in_language(client, addresses["home"], "en")
    assert 'action="/i18n/setlang/"' in page
    assert re.findall(r'<option value="(\w+)" lang="\w+"', page)[:2] == ["en", "es"]
    answer = client.post("/i18n/setlang/", {"language": "es", "next": addresses["home"]})
    assert (answer.status_code, answer["location"]) == (302, addresses["home"])
    assert '<html lang="es"' in client.get(addresses["home"]).content.decode()
    client.post("/i18n/setlang/", {"language": "xx", "next": "/admin/"})
    assert '<html lang="es"' in client.get(addresses["home"]).content.decode()


def test_a_language_that_is_not_there_is_english(desk: tuple[Client, dict[str, str]]) -> None:
    client, addresses = desk
    page = client.get(addresses["home"], headers={"accept-language": "hmn, fr;q=0.8"}).content.decode()
    assert '<html lang="en"' in page


def test_what_a_thread_answers_next_is_not_in_the_language_of_the_page_before(
    desk: tuple[Client, dict[str, str]],
) -> None:
    client, addresses = desk
    in_language(client, addresses["home"], "es")
    assert translation.get_language() == "en"


def test_the_log_is_in_one_language_whoever_saves(desk: tuple[Client, dict[str, str]]) -> None:
    client, addresses = desk
    answer = client.get(addresses["menu"], headers={"accept-language": "es"})
    found = re.findall(r'<input [^>]*name="label"[^>]*>', answer.content.decode())
    assert found
    form = answer.context["adminform"].form
    given = {f"{form.prefix + '-' if form.prefix else ''}{name}": _posted(form, name) for name in form.fields}
    given = {name: value for name, value in given.items() if value not in (None, False)} | {"label": "Otro"}
    for one in answer.context["inline_admin_formsets"]:
        formset = one.formset
        given |= {f"{formset.prefix}-TOTAL_FORMS": 0, f"{formset.prefix}-INITIAL_FORMS": 0}
    client.post(addresses["menu"], given, headers={"accept-language": "es"})
    assert Menu.objects.filter(label="Otro").exists()
    words = LogEntry.objects.order_by("-pk")[0].get_change_message()
    assert "Label: " in words
    assert "→ “Otro”" in words


def _posted(form: Any, name: str) -> Any:
    value = form[name].value()
    return "" if isinstance(value, dict) else value


def test_stored_words_are_not_translated() -> None:
    with translation.override("es"):
        for app in ("menus", "calls"):
            for model in apps.get_app_config(app).get_models():
                stored = [value for field in model._meta.fields for value, _ in field.flatchoices]
                assert all(type(value) is str or type(value) is int or value == "" for value in map(_plain, stored))
                assert all(type(words) is str for _, words in model._meta.permissions)


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


# --- the catalogues: a fresh machine has no gettext, so they are read as they are -----------------------------------


def entries(name: str) -> Iterator[tuple[list[str], list[str], str]]:
    """Of the .po: one or many of what is translated, into what, and the flags above it."""
    for block in (FOLDER / f"{name}.po").read_text().split("\n\n"):
        flags = " ".join(re.findall(r"^#,(.*)$", block, re.MULTILINE))
        parts = re.findall(r'^(msg\w+(?:\[\d\])?) ((?:".*"\n?)+)', block, re.MULTILINE)
        texts = {key: "".join(ast.literal_eval(line) for line in text.splitlines()) for key, text in parts}
        if texts.get("msgid"):
            sources, found = (
                [text for key, text in texts.items() if key.startswith(kind)] for kind in ("msgid", "msgstr")
            )
            yield sources, found, flags


def compiled(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with (FOLDER / f"{name}.mo").open("rb") as file:
        for key, text in vars(gettext.GNUTranslations(file))["_catalog"].items():
            found.setdefault(key[0] if isinstance(key, tuple) else key, []).append(text)
    found.pop("")
    return found


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_word_is_translated(name: str) -> None:
    assert [sources for sources, texts, flags in entries(name) if not all(texts) or "fuzzy" in flags] == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_is_compiled_is_what_is_written(name: str) -> None:
    assert compiled(name) == {sources[0]: texts for sources, texts, _ in entries(name)}


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_translation_has_the_gaps_of_its_source(name: str) -> None:
    gap = re.compile(r"%\(\w+\)[sdg]|%s|\{\w+\}")
    for sources, texts, flags in entries(name):
        if "format" in flags:
            assert set(gap.findall(sources[-1])) == set(gap.findall(texts[-1])), sources
            assert {one for text in texts for one in gap.findall(text)} <= set(gap.findall("".join(sources))), sources


def test_names_that_django_makes_are_translated() -> None:
    known = {sources[0] for sources, _, _ in entries("django")}
    assert [name for name in NAMES if name not in known] == []
    with translation.override("es"):
        assert str(Menu._meta.verbose_name) == "menú"
        assert str(Menu._meta.get_field("label").verbose_name) == "nombre"
