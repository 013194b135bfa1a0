"""Every address of the site. Webhooks come first: a caller is waiting for them."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from calls import urls as webhooks
from ivrsite import health

urlpatterns = [
    *webhooks.urlpatterns,  # not by include: a second resolver costs each of them some µs
    re_path(r"^livez/?$", health.livez, name="livez"),
    re_path(r"^readyz/?$", health.readyz, name="readyz"),
    path("api/", include("calls.api")),
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
]
