"""The editor: lines first, and from a line's page everything that belongs to it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from menus.admin import asking, countries, deciding, destinations, hosts, lines, lists, schedules, tables

__all__ = ["asking", "countries", "deciding", "destinations", "hosts", "lines", "lists", "schedules", "tables"]

admin.site.site_header = _("Phone menus")
admin.site.site_title = _("Phone menus")
admin.site.index_title = _("Your lines")
admin.site.empty_value_display = "–"
# Lines and calls stand in the page's head; pages need the room.
admin.site.enable_nav_sidebar = False
admin.site.site_url = None  # its start page is this one
