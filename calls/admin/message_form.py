"""What staff do about a message: state, assignee, note. Of two who save at once, the second hears of the first."""

from __future__ import annotations

import zlib
from typing import Any

from django import forms
from django.utils.translation import gettext

from calls.models import Recording

State = Recording.State


class MessageForm(forms.ModelForm[Recording]):
    """It is saved only if the message still is as it was shown; that it was heard meanwhile does not count."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "seen" in self.fields:
            self.was = _as_seen(self.instance)
            self.initial["seen"] = f"{self.instance.state} {self.was}"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        shown, _, was = (given.get("seen") or "").partition(" ")
        if was != self.was:
            raise forms.ValidationError(
                gettext("Somebody changed this message meanwhile: %(what)s. Open it again.") % {"what": _now(self)}
            )
        if given.get("state") == shown:  # left as it was: hearing it on this very page may have changed it
            given["state"] = self.instance.state
        return given


def _as_seen(row: Recording) -> str:
    return f"{int(row.state == State.DONE)} {row.assigned_to_id} {zlib.crc32(row.note.encode())}"


def _now(form: MessageForm) -> str:
    row = form.instance
    state = str(row.get_state_display())
    return f"{state}, {row.assigned_to}" if row.assigned_to else state
