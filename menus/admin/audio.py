"""The page of a line's recordings: what there is and where it is heard, bringing one, deleting one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.admin.pages import line_for, line_page, log_change, user_of
from menus.models import AudioPrompt, Line
from menus.sound import files
from menus.sound.encoding import MAX_BYTES, NoSound, Sound, encode, lasting, too_big
from menus.sound.uses import Use, uses

ADD: Final = "menus.add_audioprompt"
DELETE: Final = "menus.delete_audioprompt"
_TAB: Final = "admin:menus_line_audio"
_FORMATS: Final = ".wav,.mp3,.m4a,.mp4,.ogg,.oga,.opus,.webm,audio/*"


class AudioForm(forms.Form):
    """A file, or what was just recorded in the browser: there it is put in the place of the file."""

    file = forms.FileField(
        label=_("Sound file"),
        widget=forms.FileInput(attrs={"accept": _FORMATS, "data-most": MAX_BYTES}),
        help_text=_("WAV, MP3, M4A, OGG or WebM, at most 10 MB and 5 minutes. Or record it below."),
        error_messages={
            "required": _("Choose a sound file, or record one."),
            "empty": _("The file is empty. Choose another one, or record anew."),
        },
    )
    name = forms.CharField(max_length=100, label=_("Name"), help_text=_("For your team, for example Welcome, winter."))
    language = forms.ChoiceField(required=False, label=_("Language"), help_text=_("In which its words are spoken."))
    transcript = forms.CharField(
        required=False,
        max_length=5000,
        label=_("Words"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is said in it, for those who read, for example Welcome to Riverbend Clinic."),
    )

    def __init__(self, line: Line, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.line = line
        self.sound: Sound | None = None
        spoken = [(language.key, language.name) for language in line.languages.all()]
        self.fields["language"].initial = spoken[0][0] if spoken else ""
        self.fields["language"].choices = [*spoken, ("", _("no words, or several languages"))]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.line.audio_prompts.filter(name__iexact=name).exists():
            raise forms.ValidationError(gettext("This line has a recording of that name; choose another one."))
        return name

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(too_big(file.size or 0))
        return file

    def clean(self) -> dict[str, Any]:
        """Last, for it takes seconds: the file is read only when all else is right."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.sound = encode(given["file"].read())
            except NoSound as fault:
                self.add_error("file", str(fault))
        return given


class Shown(NamedTuple):
    audio: AudioPrompt
    language: str
    length: str
    uses: list[Use]
    url: str
    file_name: str


def bring(line: Line, user: Any, given: dict[str, Any], sound: Sound) -> AudioPrompt:
    """A row, and this host's copy of it. What was used before stays as it is: the new one has a name of its own."""
    made = AudioPrompt.objects.create(
        line=line,
        name=given["name"],
        language=given["language"],
        transcript=given["transcript"].replace("\r\n", "\n").strip(),
        path=files.new_path(sound.data),
        digest=files.digest(sound.data),
        seconds=sound.seconds,
        size_bytes=len(sound.data),
        data=sound.data,
        uploaded_at=timezone.now(),
        uploaded_by=user,
    )
    files.keep(made.path, sound.data)
    return made


class AudioViews(admin.ModelAdmin[Line]):
    """Everybody who may see a line hears its recordings; bringing and deleting them needs the rights to do so."""

    def get_urls(self) -> list[URLPattern]:
        ways: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("audio/", self.audio_page, "audio"),
            ("audio/<int:audio_id>/delete/", self.audio_delete_page, "audio_delete"),
        ]
        wrap = partial(self.admin_site.admin_view)
        ours = [path(f"<int:line_id>/{way}", wrap(view), name=f"menus_line_{name}") for way, view, name in ways]
        return [*ours, *super().get_urls()]

    def audio_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        posted = request.method == "POST"
        line = line_for(request, line_id, ADD if posted else "")
        form = AudioForm(line, request.POST, request.FILES) if posted else AudioForm(line)
        if posted and form.is_valid() and form.sound:
            return self._brought(request, line, bring(line, user_of(request), form.cleaned_data, form.sound))
        context = {
            "shown": shown(line),
            "form": form,
            "may_add": request.user.has_perm(ADD),
            "may_delete": request.user.has_perm(DELETE),
        }
        return line_page(request, line, "admin/menus/audio.html", _("Recordings"), _TAB, context)

    def _brought(self, request: HttpRequest, line: Line, made: AudioPrompt) -> HttpResponse:
        length = lasting(made.seconds)
        log_change(request, line, f"Recording “{made}” brought, {length}.")
        said = gettext("“%(name)s” is here, %(length)s. Choose it under “Recording” wherever callers are to hear it.")
        messages.success(request, said % {"name": made, "length": length})
        return HttpResponseRedirect(reverse(_TAB, args=[line.pk]))

    def audio_delete_page(self, request: HttpRequest, line_id: int, audio_id: int) -> HttpResponse:
        line = line_for(request, line_id, DELETE)
        audio = get_object_or_404(line.audio_prompts.defer("data"), pk=audio_id)
        users = delete_unused(audio) if request.method == "POST" else uses([audio.path])[audio.path]
        if request.method == "POST" and not users:
            log_change(request, line, f"Recording “{audio}” deleted.")
            messages.success(request, gettext("“%s” was deleted.") % audio)
            return HttpResponseRedirect(reverse(_TAB, args=[line.pk]))
        title = gettext("Delete “%s”") % audio
        context = {"audio": audio, "uses": users, "length": lasting(audio.seconds)}
        return line_page(request, line, "admin/menus/audio_delete.html", title, _TAB, context)


def delete_unused(audio: AudioPrompt) -> list[Use]:
    """Who uses it; when nobody does, it is gone. Nobody can publish the line meanwhile."""
    with transaction.atomic():
        Line.objects.select_for_update().get(pk=audio.line_id)
        users = uses([audio.path])[audio.path]
        if not users:
            AudioPrompt.objects.filter(pk=audio.pk).delete()
            transaction.on_commit(lambda: files.drop(audio.path))
    return users


def shown(line: Line) -> list[Shown]:
    rows = list(line.audio_prompts.defer("data").select_related("uploaded_by"))
    used = uses([row.path for row in rows])
    names = {language.key: language.name for language in line.languages.all()}
    return [
        Shown(
            row,
            names.get(row.language, row.language),
            lasting(row.seconds),
            used[row.path],
            files.url(row.path),
            f"{slugify(row.name) or 'recording'}.mp3",
        )
        for row in rows
    ]
