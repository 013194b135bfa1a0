"""Model fields of our own: what is said, lists and texts of the flow, stable names, telephone numbers."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Annotated, Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import StringConstraints, TypeAdapter
from pydantic import ValidationError as FlowError
from pydantic_core import ErrorDetails

from menus import flow
from menus.faults import explain
from menus.flow.deciding import HeaderName, Operand, Prefix, Template
from menus.numbers import read_number

KEY_LENGTH = 40
_UNKEPT: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u00[01]|[\ud800-\udfff]")
"""In JSON: what PostgreSQL does not keep, and nobody can see."""
_PROMPT: Final = TypeAdapter(flow.Prompt)
_PROMPTS: Final = TypeAdapter(dict[str, flow.Prompt])
_PHRASES: Final = TypeAdapter(flow.Phrases)
_Column = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_LISTS: Final[dict[str, TypeAdapter[Any]]] = {
    "allowed": TypeAdapter(tuple[flow.Allowed, ...]),
    "columns": TypeAdapter(tuple[_Column, ...]),
    "dialled": TypeAdapter(tuple[flow.E164, ...]),
    "languages": TypeAdapter(tuple[flow.LanguageKey, ...]),
    "operands": TypeAdapter(tuple[Operand, ...]),
    "prefixes": TypeAdapter(tuple[Prefix, ...]),
}
_TEXTS: Final[dict[str, TypeAdapter[Any]]] = {
    "headers": TypeAdapter(dict[HeaderName, Template]),
    "send": TypeAdapter(dict[str, Template]),
    "values": TypeAdapter(dict[_Column, flow.Words]),
}


class PlainField(models.JSONField):
    """A part of the flow as plain data, kept in its shortest form. Subclasses say its shape."""

    EMPTY: ClassVar[type] = dict

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", self.EMPTY)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def shape(self) -> TypeAdapter[Any]:
        raise NotImplementedError

    def plain(self, value: Any) -> Any:
        """The value as it is stored. Raises pydantic's error when it does not fit."""
        return self.shape().dump_python(self.shape().validate_python(value or self.EMPTY()), mode="json")

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if _UNKEPT.search(json.dumps(value, ensure_ascii=False)):
            raise ValidationError(gettext("It holds a control character that nobody can see; type the words anew."))
        try:
            self.plain(value)
        except FlowError as error:
            raise ValidationError([self._in_words(details) for details in error.errors()]) from None

    def _in_words(self, details: ErrorDetails) -> str:
        fault, cure = explain(details | {"loc": details["loc"] or (self.name,)})
        return f"{fault[:1].upper()}{fault[1:]}. {cure[:1].upper()}{cure[1:]}."

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        plain = self.plain(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, plain)
        return plain


class PromptField(PlainField):
    """What is said, per language, in the plain shape of `flow.Prompt`: `{"en": "Hello"}`; empty: `{}`."""

    def shape(self) -> TypeAdapter[Any]:
        return _PROMPT

    def _in_words(self, details: ErrorDetails) -> str:
        where = " › ".join(str(part) for part in details["loc"] if part != "[key]")
        cure = gettext(
            'Write it like {"en": "Hello"} or {"en": {"text": "Hello", "audio": "https://example.com/hello.mp3"}}.'
        )
        return f"{where}: {details['msg']}. {cure}" if where else f"{details['msg']}. {cure}"


class PromptMapField(PromptField):
    """Several prompts by name: `{"sorry": {"en": "Sorry?"}}`."""

    def shape(self) -> TypeAdapter[Any]:
        return _PROMPTS


class PhrasesField(PlainField):
    """What callers may say, per language: `{"en": ["billing", "my bill"]}`; empty: `{}`."""

    def shape(self) -> TypeAdapter[Any]:
        return _PHRASES


class _OfField(PlainField):
    SHAPES: ClassVar[dict[str, TypeAdapter[Any]]]

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def shape(self) -> TypeAdapter[Any]:
        return self.SHAPES[self.of]


class TextsField(_OfField):
    """Texts by name: `{"Accept": "application/json"}`."""

    SHAPES = _TEXTS


class ListField(_OfField):
    """Texts in an order, `["62101", "62105-62109"]`; typed with commas between them."""

    SHAPES = _LISTS
    EMPTY = list

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        more: dict[str, Any] = {"form_class": ListFormField, "initial": [], "show_hidden_initial": False} | kwargs
        return models.Field.formfield(self, *args, **more)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        if self.of == "dialled":
            try:
                value = [read_number(str(number)) for number in value or ()]
            except ValueError as error:
                raise ValidationError(str(error)) from None
        return super().clean(value, model_instance)


class ListFormField(forms.CharField):
    """`62101, 62105-62109`; a text with a comma in it stands in double quotes."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return ", ".join(
            f'"{text.replace(chr(34), chr(34) * 2)}"' if set(text) & set(',"\n\r') else text for text in value
        )

    def to_python(self, value: Any) -> Any:
        rows = csv.reader(io.StringIO(str(value or ""), newline=""), skipinitialspace=True)
        return [text.strip() for row in rows for text in row if text.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(list(initial or ()) != self.to_python(data))


class KeyField(models.CharField[str, str]):
    """A stable name: small letters, digits and single hyphens, as in `flow.Key`."""

    default_validators = [
        RegexValidator(
            r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
            _("Use small letters, digits and single hyphens, like front-desk."),
        )
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = KEY_LENGTH
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"], kwargs["blank"]
        return name, path, args, kwargs


class NumberField(models.CharField[str, str]):
    """A telephone number: typed as people write it, kept as E.164 digits (`12025550110`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 15
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"max_length": 40} | kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        if value:
            try:
                value = read_number(str(value))
            except ValueError as error:
                raise ValidationError(str(error)) from None
        return super().clean(value, model_instance)


class NumberStartField(models.CharField[str, str]):
    """A telephone number or the beginning of one: typed with or without + and spaces, kept as digits (`1202`)."""

    default_validators = [
        RegexValidator(r"\A[1-9][0-9]{0,14}\Z", _("Write the country code first, then digits, like +1 202."))
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 15
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"max_length": 40} | kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean("".join(str(value or "").translate(_UNSPACED).split()), model_instance)


_UNSPACED: Final = str.maketrans("", "", "+-().")
