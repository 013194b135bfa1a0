"""The menus app: what staff edit, and what callers walk through."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ivrsite.names import translate_names


class MenusConfig(AppConfig):
    name = "menus"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Phone menus")

    def ready(self) -> None:
        translate_names(self)
