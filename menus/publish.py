"""Draft -> findings -> version -> live: the one place that publishes, for every caller."""

from __future__ import annotations

import json
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from pydantic import ValidationError

from menus import edits, flow, live
from menus.check import Finding, Rule, Severity, check
from menus.draft import DraftFault, read_draft
from menus.golden import check_golden
from menus.models import Line, Version
from menus.needs import needs

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class Unset(Enum):
    UNSET = "whatever is live"


UNSET: Final = Unset.UNSET
Seen = UUID | Literal[Unset.UNSET] | None


class PublishRefused(Exception):
    """Nothing was published. The message says why and what to do; `findings` are the check's, if it was that."""

    def __init__(self, message: str, findings: list[Finding] | None = None) -> None:
        super().__init__(message)
        self.findings = findings or []


class NothingChanged(PublishRefused):
    """What is live is already this."""


class SomeoneElsePublished(PublishRefused):
    """What is live is not what the editor saw."""


class DraftChanged(PublishRefused):
    """The draft is not what the editor saw."""


class GoldenCallFailed(PublishRefused):
    """A call that staff saved as a test ends elsewhere now."""


class SeenDraft(NamedTuple):
    """The draft as it was when a page was made of it."""

    digest: str
    at: datetime


def find(line: Line) -> list[Finding]:
    """What is wrong with the line's draft, also when it is too unfinished to be a flow."""
    try:
        return findings(read_draft(line))
    except DraftFault as error:
        return _as_findings(error)


def findings(compiled: flow.Flow) -> list[Finding]:
    """What is wrong with a flow on this site: by itself, and with the tables, lists and hosts that it asks."""
    return check(compiled) + needs(compiled)


def publish(
    line: Line,
    user: AbstractBaseUser | None,
    note: str,
    expected_live: Seen = UNSET,
    accept_warnings: bool = True,
    expected_draft: SeenDraft | None = None,
) -> Version:
    """Make the draft the live version. New calls hear it within 2 s; calls in progress keep theirs.

    `expected_live` is the id of the version that was live when the editor looked (None: none was).
    Raises PublishRefused.
    """
    with transaction.atomic():
        locked = lock(line, expected_live)
        compiled = frozen(locked, user, expected_draft)
        refuse_faulty(locked, compiled, accept_warnings)
        return make_live(line, locked, as_text(compiled), user, note)


def frozen(line: Line, user: AbstractBaseUser | None, expected: SeenDraft | None = None) -> flow.Flow:
    """The draft as it is now. Raises PublishRefused: it is unfinished, or not what was expected."""
    try:
        compiled = read_draft(line)
    except DraftFault as error:
        raise _refused(line, _as_findings(error)) from None
    if expected and digest_of(as_text(compiled)) != expected.digest:
        raise DraftChanged(_who_changed(line, user, expected.at))
    return compiled


def refuse_faulty(line: Line, compiled: flow.Flow, accept_warnings: bool = True) -> None:
    """Raises PublishRefused for what the check finds, and for the first golden call that ends elsewhere."""
    found = findings(compiled)
    if any(finding.severity is Severity.ERROR or not accept_warnings for finding in found):
        raise _refused(line, found)
    red = [result for result in check_golden(line, compiled) if not result.ok]
    if red:
        more = f" {len(red) - 1} more golden call{'s fail' if len(red) > 2 else ' fails'}." if len(red) > 1 else ""
        raise GoldenCallFailed(
            f"“{line}” was not published: the golden call “{red[0].golden}” {red[0].fault}.{more} "
            "Correct the line; or accept the new ending on the page Golden calls, if it is right now."
        )


def roll_back(
    line: Line,
    version: Version,
    user: AbstractBaseUser | None,
    note: str = "",
    expected_live: Seen = UNSET,
) -> Version:
    """Make a new version equal to an older one, and live. The draft stays as it is.

    It is not checked again: it was when it was published, and whoever rolls back is in a hurry. Only its
    recordings must still be there. Raises PublishRefused.
    """
    if version.line_id != line.pk:
        raise PublishRefused(f"{version} belongs to another line; choose one of “{line}”.")
    try:
        found = flow.read_flow(version.flow)
    except ValidationError:
        raise PublishRefused(f"{version} can no longer be read; choose another one of “{line}”.") from None
    if any(one.rule is Rule.AUDIO_MISSING for one in needs(found)):
        raise PublishRefused(f"{version} plays a recording that was deleted; choose another one of “{line}”.")
    with transaction.atomic():
        locked = lock(line, expected_live)
        return make_live(line, locked, version.flow, user, note or f"Back to version {version.number}")


def as_text(compiled: flow.Flow) -> str:
    """The flow as it is stored, and hashed: the same flow is always the same text."""
    return json.dumps(flow.plain(compiled), ensure_ascii=False, separators=(",", ":"))


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def lock(line: Line, expected_live: Seen) -> Line:
    """The line's row, held until the transaction ends: of two who publish at once, the second sees the first's work."""
    locked = Line.objects.select_for_update().get(pk=line.pk)
    if expected_live is not UNSET and locked.live_id != expected_live:
        raise SomeoneElsePublished(_who_published(locked))
    return locked


def make_live(line: Line, locked: Line, text: str, user: AbstractBaseUser | None, note: str) -> Version:
    """Of a line that is locked. Raises NothingChanged."""
    digest = digest_of(text)
    if locked.live and locked.live.digest == digest:
        raise NothingChanged(f"“{line}” was not published: nothing differs from {locked.live}, which is live.")
    last = locked.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = Version(line=locked, number=last + 1, flow=text, digest=digest, note=note)
    version.published_at, version.published_by_id = timezone.now(), user.pk if user else None
    version.save(force_insert=True)
    locked.live = line.live = version
    locked.save(update_fields=["live"])
    # robust: the version is published, whatever becomes of this host's copy of it.
    transaction.on_commit(lambda: live.keep(version.pk, text), robust=True)
    return version


def _refused(line: Line, findings: list[Finding]) -> PublishRefused:
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    counts = [
        f"{count} {word}{'s' if count > 1 else ''}"
        for count, word in ((errors, "error"), (len(findings) - errors, "warning"))
        if count
    ]
    return PublishRefused(f"“{line}” was not published: {' and '.join(counts)} to look at first.", findings)


def _who_published(line: Line) -> str:
    version = line.live
    if version is None:
        return f"“{line}” was taken off the phone meanwhile. Look at it again, then publish."
    when = timezone.localtime(version.published_at, ZoneInfo(line.timezone))
    who = version.published_by or "A command"
    note = f" (“{version.note}”)" if version.note else ""
    return (
        f"{who} published {version}{note} on {when:%d %B %Y at %H:%M}, after you looked. "
        "Look at what changed, then publish again."
    )


def _who_changed(line: Line, user: AbstractBaseUser | None, since: datetime) -> str:
    made = edits.since(line, since)
    who = edits.names(made, user) or "Somebody"
    what = f" ({edits.latest(made, line)})" if made else ""
    return f"{who} changed the draft after you opened this page{what}. Look at it again, then publish."


def _as_findings(error: DraftFault) -> list[Finding]:
    return [
        Finding(severity=Severity.ERROR, place="", where=fault.field, fault=fault.fault, cure=fault.cure)
        for fault in error.faults
    ]
