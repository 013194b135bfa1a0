"""Model fields of our own: what is said, stable names, telephone numbers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from pydantic import TypeAdapter
from pydantic import ValidationError as FlowError

from menus import flow
from menus.numbers import read_number

_PROMPTS = TypeAdapter(dict[str, flow.Prompt])
KEY_LENGTH = 40


class PromptField(models.JSONField):
    """What is said, per language, in the plain shape of `flow.Prompt`: `{"en": "Hello"}`; empty: `{}`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def plain(self, value: Any) -> dict[str, Any]:
        """The value as it is stored. Raises pydantic's error when it is no prompt."""
        prompt: dict[str, Any] = flow.Prompt.model_validate(value or {}).model_dump(mode="json")
        return prompt

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        try:
            self.plain(value)
        except FlowError as error:
            raise ValidationError([_in_words(details) for details in error.errors()]) from None

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        plain = self.plain(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, plain)
        return plain


class PromptMapField(PromptField):
    """Several prompts by name: `{"sorry": {"en": "Sorry?"}}`."""

    def plain(self, value: Any) -> dict[str, Any]:
        prompts: dict[str, Any] = _PROMPTS.dump_python(_PROMPTS.validate_python(value or {}), mode="json")
        return prompts


def _in_words(details: Any) -> str:
    where = " › ".join(str(part) for part in details["loc"] if part != "[key]")
    cure = 'Write it like {"en": "Hello"} or {"en": {"text": "Hello", "audio": "https://example.com/hello.mp3"}}.'
    return f"{where}: {details['msg']}. {cure}" if where else f"{details['msg']}. {cure}"


class KeyField(models.CharField[str, str]):
    """A stable name: small letters, digits and single hyphens, as in `flow.Key`."""

    default_validators = [
        RegexValidator(
            r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
            "Use small letters, digits and single hyphens, like front-desk.",
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
