"""(b) A plain Django view that checks the same signature and does the same one INSERT."""

import bare

bare.configure("bare_django")

from django.core.wsgi import get_wsgi_application  # noqa: E402 - settings come first
from django.urls import re_path  # noqa: E402

urlpatterns = [re_path(r"^webhooks/event/(?P<sealed>[A-Za-z0-9_-]+)/?$", lambda request, sealed: bare.answer(request))]
application = get_wsgi_application()
