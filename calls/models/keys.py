"""Keys for programs that read the API. Only a hash of each is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiKey(models.Model):
    """A program's way in. The key itself is shown once, when it is made."""

    name = models.CharField(max_length=100, help_text=_("What uses it, for example Power BI."))
    prefix = models.CharField(max_length=12, unique=True, editable=False, help_text=_("How the key begins."))
    digest = models.CharField(max_length=64, editable=False, help_text=_("SHA-256 of the key."))
    scopes = models.JSONField(default=list, help_text=_("What it may do, for example calls, reports."))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True, help_text=_("For example 2027-12-31. Empty: never."))
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("API key")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
