"""Where the report pages are: under the address of their line, beside those of the editor."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, path

from calls.report_pages import backlog, flow, hours, languages, menus, overview, prompts, transfers, versions

app_name = "reports"
_OF_LINE = "<int:line_id>/reports"
_wrap = admin.site.admin_view

urlpatterns: list[URLPattern] = [
    path(f"{_OF_LINE}/", _wrap(overview.overview_page), name="overview"),
    path(f"{_OF_LINE}/menus/", _wrap(menus.menus_page), name="menus"),
    path(f"{_OF_LINE}/menus/<slug:key>/", _wrap(menus.menu_page), name="menu"),
    path(f"{_OF_LINE}/hours/", _wrap(hours.hours_page), name="hours"),
    path(f"{_OF_LINE}/prompts/", _wrap(prompts.prompts_page), name="prompts"),
    path(f"{_OF_LINE}/versions/", _wrap(versions.versions_page), name="versions"),
    path(f"{_OF_LINE}/languages/", _wrap(languages.languages_page), name="languages"),
    path(f"{_OF_LINE}/flow/", _wrap(flow.flow_page), name="flow"),
    path(f"{_OF_LINE}/transfers/", _wrap(transfers.transfers_page), name="transfers"),
    path(f"{_OF_LINE}/backlog/", _wrap(backlog.backlog_page), name="backlog"),
]
