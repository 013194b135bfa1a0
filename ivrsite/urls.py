"""Every address of the site. Webhooks come first: a caller is waiting for them."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from calls import live_page
from calls import urls as webhooks
from ivrsite import health
from menus.sound.serving import audio

urlpatterns = [
    *webhooks.urlpatterns,  # not by include: a second resolver costs each of them some µs
    re_path(r"^audio/(?P<name>[a-z0-9-]{1,80})\.mp3$", audio, name="audio"),
    re_path(r"^livez/?$", health.livez, name="livez"),
    re_path(r"^readyz/?$", health.readyz, name="readyz"),
    path("api/", include("calls.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/menus/line/", include("calls.report_pages.urls")),
    path("admin/menus/line/", include("calls.desk.urls")),  # before the editor, which answers all that follows
    path("admin/calls/live/", admin.site.admin_view(live_page.live_page), name="live"),
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
]
