"""What all tests share. Their settings are in tests/settings.py."""

import os

# Django has its settings by now; a server that a test starts takes the site's own, not the tests'.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)
