"""The menus app: what staff edit, and what callers walk through."""

from django.apps import AppConfig


class MenusConfig(AppConfig):
    name = "menus"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Phone menus"
