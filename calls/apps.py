"""The calls app: what happens on the phone."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ivrsite.names import translate_names


class CallsConfig(AppConfig):
    name = "calls"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Calls")

    def ready(self) -> None:
        translate_names(self)
