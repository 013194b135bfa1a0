"""A box to choose from a long list: Django draws each of its options with a template, and a page has thousands."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_CHOSEN: Final = mark_safe(" selected")


class LongSelect(forms.Select):
    """Draws what `forms.Select` draws, of choices that stand in no groups."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, _CHOSEN if str(key) in chosen else "", label) for key, label in self.choices),
        )
        given = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, given, options)
