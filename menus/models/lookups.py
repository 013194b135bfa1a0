"""A look-up and the values that it brings back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.fields import PromptField, TextsField
from menus.models.asking import value_name
from menus.models.destinations import Destination, Kind, leads_to
from menus.models.tables import LookupTable


class LookUp(Destination):
    KIND = Kind.LOOKUP

    class Source(models.TextChoices):
        NONE = "", _("Nothing yet")
        TABLE = "table", _("A table")
        HTTP = "http", _("A service")

    class Method(models.TextChoices):
        GET = "GET", _("GET")
        POST = "POST", _("POST")

    source_type = models.CharField(
        _("looks in"),
        max_length=20,
        choices=Source,
        default=Source.NONE,
        blank=True,
        help_text=_("For example A table."),
    )
    table = models.ForeignKey(
        LookupTable,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="lookups",
        help_text=_("For example Accounts."),
    )
    key_template = models.CharField(
        _("row's key"),
        max_length=1000,
        blank=True,
        help_text=_("What the row is found by, with values in braces, for example {account} or {account}:{pin}."),
    )
    method = models.CharField(max_length=10, choices=Method, default=Method.GET, help_text=_("For example GET."))
    url = models.CharField(
        _("address"),
        max_length=1000,
        blank=True,
        validators=[
            RegexValidator(r"\Ahttps://\S+\Z", _("Begin with https://, like https://api.example.com/{account}."))
        ],
        help_text=_("With values in braces, for example https://api.example.com/accounts/{account}."),
    )
    headers = TextsField(
        of="headers",
        help_text=_(
            "Secrets stand in the server's settings and are named here, "
            'for example {"Authorization": "Bearer {secret:BILLING}"}.'
        ),
    )
    send = TextsField(
        _("what is sent"), of="send", help_text=_('By name, with values in braces, for example {"id": "{account}"}.')
    )
    found_field = models.CharField(
        _("found when there is"),
        max_length=200,
        blank=True,
        help_text=_("A field of the answer, for example account.id. Empty: any answer but 404 is found."),
    )
    hold = PromptField(
        _("while asking"), help_text=_('Said before a service is asked, for example {"en": "One moment."}.')
    )
    found = leads_to(_("Where the call goes on when it is found, for example Say the balance."), _("when found"))
    not_found = leads_to(_("Where it goes when it is not, for example Try again."), _("when not found"))
    failed = leads_to(_("Where it goes when nothing could be asked, for example Front desk."), _("when it failed"))
    locked = leads_to(
        _("Where it goes after too many wrong PINs, for example Front desk. Empty: to the operator."), _("when locked")
    )

    class Meta:
        verbose_name = _("look-up")

    def clean(self) -> None:
        super().clean()
        wants = {"table": ("table", "key_template"), "http": ("url",)}
        for name in wants.get(self.source_type, ()):
            if not getattr(self, name):
                said = gettext("Choose the table") if name == "table" else gettext("Write it")
                raise ValidationError({name: gettext("%(said)s, or set “looks in” to Nothing yet.") % {"said": said}})


class LookUpValue(models.Model):
    class SaidAs(models.TextChoices):
        TEXT = "text", _("As it is written")
        DIGITS = "digits", _("Digit by digit")
        DATE = "date", _("As a date")

    lookup = models.ForeignKey(LookUp, models.CASCADE, related_name="values")
    value = models.CharField(
        _("name of the value"),
        max_length=30,
        validators=[value_name],
        help_text=_("What words and rules call it, for example balance: then {balance} is what was found."),
    )
    field = models.CharField(
        max_length=200,
        help_text=_("The table's column, or the way to a field of the answer, for example balance or account.balance."),
    )
    says = models.CharField(
        _("is said"), max_length=20, choices=SaidAs, default=SaidAs.TEXT, help_text=_("For example As a date.")
    )
    position = models.PositiveSmallIntegerField(default=0, help_text=_("Order, for example 0 for the first."))

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("value")

    def __str__(self) -> str:
        return self.value
