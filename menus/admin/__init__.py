"""The editor: lines first, and from a line's page everything that belongs to it."""

from django.contrib import admin

from menus.admin import asking, deciding, destinations, hosts, lines, lists, schedules, tables

__all__ = ["asking", "deciding", "destinations", "hosts", "lines", "lists", "schedules", "tables"]

admin.site.site_header = "Phone menus"
admin.site.site_title = "Phone menus"
admin.site.index_title = "Your lines"
admin.site.empty_value_display = "–"
# Lines and calls stand in the page's head; pages need the room.
admin.site.enable_nav_sidebar = False
admin.site.site_url = None  # its start page is this one
