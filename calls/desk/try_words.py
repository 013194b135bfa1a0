"""The words that the telephone in the page says by itself."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """By the names that phone.js knows."""
    return {
        "caller": _("Caller"),
        "line": _("Line"),
        "target": _("Target"),
        "time": _("Time"),
        "whisper": _("heard by the target only"),
        "recording": _("plays the recording"),
        "seconds": _("{n} s"),
        "nobody": _("Nobody is on the phone."),
        "keys": _("The line waits for a key."),
        "speech": _("The line waits for a key or words."),
        "rings": _("{target} is ringing. What happens there?"),
        "message": _("A message is being recorded."),
        "talks": _("Caller and target talk."),
        "over": _("The call is over."),
        "asks": _("A look-up waits for your answer."),
        "busy": _("One moment …"),
        "at": _("The call stands at {place}."),
        "ended": _("The call ended at {place}."),
        "total": _("The line has spoken for {n} seconds."),
        "pressed": _("Pressed: {keys}. The line goes on in {n} s; Enter: now."),
        "away": _("The server did not answer. Check the connection, then do it again."),
        "signed_out": _("You were signed out, or the page is old. Load it again; the call then begins anew."),
        "lookup": _("The look-up “{name}” asks {source}{given}. What comes back?"),
        "with": _(" with {values}"),
        "saved": _("Saved as a golden call."),
        "not_saved": _("It could not be saved. Do it again; the call is still here."),
        "no_name": _("Give the golden call a name first, for example “Sunday morning, billing → Voicemail”."),
        "mute": _("Mute"),
        "unmute": _("Speak"),
        "call": _("Call"),
        "again": _("Again from the start"),
        "not_heard": _("The microphone heard nothing. Speak again, or type the words."),
        "no_microphone": _("The microphone cannot be used. Type the words."),
        "typed_ahead": _("The line does not wait for keys now."),
    }
