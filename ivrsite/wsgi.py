"""The WSGI application. With wrong settings it says what is wrong and does not start."""

import os

import django
from django.core.wsgi import get_wsgi_application

from ivrsite.checks import stop_on_wrong_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ivrsite.settings")

django.setup(set_prefix=False)
stop_on_wrong_settings()
application = get_wsgi_application()

from calls import keeper  # noqa: E402 - its models can only be imported now
from ivrsite import database  # noqa: E402

database.watch_waits()
keeper.start()
