"""Why the sound of a message is not here, in words for staff; kept in English, shown in their language."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext, gettext_noop

from calls.fetching.words import Fault, FetchFailed
from calls.inbox.fetch import has_key
from calls.models import Recording

AT_VONAGE: Final = timedelta(days=30)
"""Vonage deletes its recordings then (recording guide)."""

FOREIGN: Final = gettext_noop("It is said to be at an address that is not Vonage’s, so it was not fetched.")
TOO_LONG: Final = gettext_noop("It has more than 25 MB, so it was not fetched.")
NO_SOUND: Final = gettext_noop("What Vonage sent is no sound of a kind we know (MP3, WAV or OGG).")
FINAL: Final = (FOREIGN, TOO_LONG)
"""Trying again would change nothing."""

_ABSENT: Final = gettext_noop("Vonage does not have it, or not yet.")
_NO_RIGHT: Final = gettext_noop(
    "Vonage refused our key. Whoever runs this server has to check VONAGE_PRIVATE_KEY and VONAGE_APPLICATION_ID."
)
_SILENT: Final = gettext_noop("Vonage could not be reached.")
_BUSY: Final = gettext_noop("Vonage could not give it just then.")
_WORDS: Final = {
    Fault.REFUSED_URL: FOREIGN,
    Fault.REFUSED_HOST: FOREIGN,
    Fault.REFUSED_ADDRESS: gettext_noop("Vonage’s name leads this server to an address that is not Vonage’s."),
    Fault.UNTRUSTED: gettext_noop("Who answered under Vonage’s name could not prove to be Vonage."),
    Fault.REDIRECT: gettext_noop("Vonage sent us on to another address, and we do not follow."),
    Fault.TOO_LONG: TOO_LONG,
    Fault.TIMEOUT: _SILENT,
    Fault.UNREACHABLE: _SILENT,
}


def in_words(failed: FetchFailed) -> str:
    match failed.status:
        case 401 | 403:
            return _NO_RIGHT
        case 404 | 410:
            return _ABSENT
    return _WORDS.get(failed.reason, _BUSY)


def why_silent(row: Recording, now: datetime) -> str:
    """What staff are told in place of the player."""
    if row.fetch_fault in FINAL:
        return gettext(row.fetch_fault)
    if not row.url:
        return gettext("It is no longer kept.")
    if row.received_at <= now - AT_VONAGE:
        return gettext("Vonage no longer has it: it keeps messages for 30 days, and this one was not fetched in time.")
    if not has_key():
        return gettext(
            "The sound is at Vonage and cannot be fetched: whoever runs this server has to set VONAGE_PRIVATE_KEY."
        )
    if row.fetch_fault:
        return f"{gettext(row.fetch_fault)} {gettext('It is tried again.')}"
    return gettext("The sound is being fetched from Vonage.")
