"""The hosts that look-ups may ask; a number manager allows one."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

_host = RegexValidator(
    r"(?i)\A(?=.{1,253}(:|\Z))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[0-9]{1,5})?\Z",
    _("Write the host alone, without https:// and without a path, like api.example.com or api.example.com:8443."),
)


class AllowedHost(models.Model):
    host = models.CharField(
        max_length=260,
        unique=True,
        validators=[_host],
        error_messages={"unique": _("This host is allowed already.")},
        help_text=_("For example api.example.com, or api.example.com:8443 for another port than 443."),
    )
    note = models.TextField(blank=True, help_text=_("Whose it is, for example Billing; ask Ana."))

    class Meta:
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.host = self.host.lower()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.host = self.host.lower()
