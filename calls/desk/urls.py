"""Where the desk's pages are: under the address of their line, beside those of the editor."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, path

from calls.desk import golden, machine, ncco_page, publishing, trying

app_name = "desk"
_OF_LINE = "<int:line_id>"
_wrap = admin.site.admin_view

urlpatterns: list[URLPattern] = [
    path(f"{_OF_LINE}/try/", _wrap(trying.try_page), name="try"),
    path(f"{_OF_LINE}/try/play/", _wrap(trying.play), name="try_play"),
    path(f"{_OF_LINE}/when/", _wrap(machine.when_page), name="when"),
    path(f"{_OF_LINE}/golden/", _wrap(golden.golden_page), name="golden"),
    path(f"{_OF_LINE}/golden/save/", _wrap(golden.save), name="golden_save"),
    path(f"{_OF_LINE}/golden/<int:golden_id>/", _wrap(golden.change_page), name="golden_change"),
    path(f"{_OF_LINE}/ncco/<slug:key>/", _wrap(ncco_page.ncco_page), name="ncco"),
    path(f"{_OF_LINE}/publish/", _wrap(publishing.publish_page), name="publish"),
    path(f"{_OF_LINE}/publish/<int:booking_id>/cancel/", _wrap(publishing.cancel_page), name="cancel_booking"),
]
