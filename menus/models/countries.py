"""The countries that calls may be transferred to, beside those of the site's own numbers."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class AllowedCountry(models.Model):
    code = models.CharField(
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"(?i)\A[a-z]{2}\Z", _("Use the two letters of the country, like CA."))],
        error_messages={"unique": _("This country is allowed already.")},
        help_text=_("Its two letters (ISO 3166), for example CA."),
    )
    note = models.TextField(blank=True, help_text=_("Why, for example Our night desk is in Toronto."))

    class Meta:
        ordering = ["code"]
        verbose_name_plural = _("allowed countries")

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code = self.code.upper()
        super().save(*args, **kwargs)
