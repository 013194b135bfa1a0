"""Pages of the editor as a browser has them: forms sent back with what stands in their boxes, and nothing else."""

from __future__ import annotations

import html
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from menus.models import Line

Fields = dict[str, list[str]]


class _Reader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.fields: Fields = {}
        self.inside = False
        self.textarea: str | None = None
        self.typed = ""
        self.select: str | None = None
        self.options: list[tuple[str, bool]] = []
        self.several: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = not self.form_id or given.get("id") == self.form_id
        name = given.get("name", "")
        if not self.inside or not name or "disabled" in given:
            if tag == "option" and self.select:
                self.options.append((given.get("value", ""), "selected" in given))
            return
        if tag == "textarea":
            self.textarea, self.typed = name, ""
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.put(name, given.get("value", "on"))
                self.several |= {name} if "value" in given and given.get("type") == "checkbox" else set()
        elif tag == "input" and given.get("type") not in ("submit", "button", "image", "file"):
            self.put(name, given.get("value", "").replace("\r", "").replace("\n", ""))

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.typed += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.textarea is not None:
            self.put(self.textarea, self.typed.removeprefix("\n").replace("\n", "\r\n"))
            self.textarea = None
        elif tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected] or [v for v, _ in self.options[:1]]
            self.put(self.select, chosen[-1] if chosen else "")
            self.select = None

    def put(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def form_of(page: str, form_id: str = "") -> dict[str, Any]:
    """The fields of the form with that id, else of the page's last form that has any; of several ticks, a list."""
    reader = _Reader(form_id)
    reader.feed(page)
    fields = {name: values for name, values in reader.fields.items() if "__prefix__" not in name}
    return {name: values if name in reader.several else values[-1] for name, values in fields.items()}


# --- the editor's pages ---------------------------------------------------------------------------------------


def url_of(row: Any) -> str:
    return f"/admin/menus/{row._meta.model_name}/{row.pk}/change/"


def add_url(kind: str, line: Line) -> str:
    return f"/admin/menus/{kind}/add/?line={line.pk}"


def text(client: Client, url: str) -> str:
    response: Any = client.get(url)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def filled(client: Client, url: str) -> dict[str, Any]:
    response: Any = client.get(url)
    return form_of(response.content.decode(), f"{url.split('/')[3]}_form")


def saved(client: Client, url: str, **changes: Any) -> None:
    answer = client.post(url, filled(client, url) | changes)
    assert answer.status_code == 302, faults(answer)


def refused(client: Client, url: str, **changes: Any) -> str:
    answer = client.post(url, filled(client, url) | changes)
    assert answer.status_code == 200, "it was saved"
    return faults(answer)


def faults(answer: Any) -> str:
    """What the page says is wrong, and only that."""
    page = answer.context
    inner = [formset.formset for formset in page["inline_admin_formsets"]]
    found = [str(page["adminform"].form.errors), *(str(form.errors) for rows in inner for form in rows.forms)]
    return html.unescape(" ".join([*found, *(str(rows.non_form_errors()) for rows in inner)]))


def row(prefix: str, n: int, **values: Any) -> dict[str, Any]:
    """One more row of a table, as the page's own button would add it."""
    typed = {f"{prefix}-{n}-{name.replace('__', '.')}": value for name, value in values.items()}
    return typed | {f"{prefix}-TOTAL_FORMS": str(n + 1)}
