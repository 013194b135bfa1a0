"""The settings of every test: production's own, but for plain http and for speed."""

import atexit
import os
import shutil
import tempfile

_DATA_DIR = tempfile.mkdtemp(prefix="ivr-tests-")
_OWNER = os.getpid()

for _name in (
    "DEBUG",
    "ALLOW_UNSIGNED_WEBHOOKS",
    "SECRET_KEY_FALLBACKS",
    "TRUST_PROXY",
    "VONAGE_APPLICATION_ID",
):
    os.environ.pop(_name, None)
# DATABASE_URL is left as it is: it says which database is tested.
os.environ |= {
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1,ivr.example.com",
    "DATA_DIR": _DATA_DIR,
    "LOG_LEVEL": "INFO",
    "PUBLIC_URL": "https://ivr.example.com",
    "SECRET_KEY": "for-tests-only-" + "0123456789abcdef" * 4,
    "VONAGE_SIGNATURE_SECRET": "test-signature-secret-of-32-bytes!",
}

from ivrsite.settings import *  # noqa: E402  # the environment has to be there first
from ivrsite.settings import DATABASES  # noqa: E402  # named, because it is changed below

# A database of this run's own, so that two runs on one server do not meet.
if "sqlite" not in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": f"test_ivr_{_OWNER}"}

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False


@atexit.register
def _remove_data() -> None:
    if os.getpid() == _OWNER:  # not in a forked child
        shutil.rmtree(_DATA_DIR, ignore_errors=True)
