"""How a stable key is made from a label."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.text import slugify

from menus.fields import KEY_LENGTH


def new_key(label: str, taken: Collection[str], fallback: str) -> str:
    """`front-desk` from “Front desk”, or `front-desk-2` when that is taken; `fallback` for no letter."""
    stem = slugify(label).replace("_", "-").strip("-")
    stem = "-".join(part for part in stem.split("-") if part)[:KEY_LENGTH].strip("-") or fallback
    key, n = stem, 1
    while key in taken:
        n += 1
        key = f"{stem[: KEY_LENGTH - len(str(n)) - 1].strip('-')}-{n}"
    return key
