"""A page's form as a browser would send it back: what stands in its boxes, and nothing else."""

from __future__ import annotations

from html.parser import HTMLParser

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


def form_of(html: str, form_id: str = "") -> dict[str, str]:
    """The fields of the form with that id, else of the page's last form that has any."""
    reader = _Reader(form_id)
    reader.feed(html)
    return {name: values[-1] for name, values in reader.fields.items() if "__prefix__" not in name}
