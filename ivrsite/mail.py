"""EMAIL_URL, as Django's settings of mail."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

PORTS: Final = {"smtp": 587, "smtps": 465}


def read_email_url(url: str) -> dict[str, Any]:
    """`smtp://` is encrypted by STARTTLS unless `?tls=no` stands behind it, `smtps://` from the first byte. Raises
    ValueError; its text quotes nothing, for a password may stand in the URL."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    if parts.scheme not in PORTS:
        raise ValueError("it begins neither with smtp:// nor with smtps://")
    if not parts.hostname:
        raise ValueError("it names no host")
    if parts.path.strip("/") or parts.fragment or query.keys() - {"tls"} or query.get("tls", "no") != "no":
        raise ValueError("only ?tls=no may stand behind the host and its port")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and "tls" not in query,
    }
