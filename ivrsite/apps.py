"""The site as an app: checks that stop a start with wrong settings."""

from django.apps import AppConfig
from django.core.checks import register


class SiteConfig(AppConfig):
    name = "ivrsite"
    verbose_name = "Site"

    def ready(self) -> None:
        from ivrsite.checks import TAG, check_settings

        register(check_settings, TAG)
