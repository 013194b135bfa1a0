"""What the check says: a rule, how grave it is, where, what is wrong and what to do, in words for staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from menus.flow import (
    Branch,
    Callback,
    Collect,
    Destination,
    Flow,
    HangUp,
    Hours,
    Language,
    LookUp,
    Menu,
    Message,
    Schedule,
    SetSwitch,
    Transfer,
    Voicemail,
)


class Severity(StrEnum):
    ERROR = "error"
    """A line with it cannot be published."""
    WARNING = "warning"
    """Staff must have seen it before they publish."""


class Rule(StrEnum):
    """Every rule by its stable slug, errors first."""

    severity: Severity

    def __new__(cls, slug: str, severity: Severity = Severity.ERROR) -> Rule:
        rule = str.__new__(cls, slug)
        rule._value_ = slug
        rule.severity = severity
        return rule

    DRAFT_UNFINISHED = "draft-unfinished"
    """Said where rows are made a flow, of what cannot be one yet; no flow has it."""
    START_MISSING = "start-missing"
    LINE_LEADS_NOWHERE = "line-leads-nowhere"
    OPTION_LEADS_NOWHERE = "option-leads-nowhere"
    TRIES_LEAD_NOWHERE = "tries-lead-nowhere"
    MESSAGE_LEADS_NOWHERE = "message-leads-nowhere"
    HOURS_LEAD_NOWHERE = "hours-lead-nowhere"
    TRANSFER_LEADS_NOWHERE = "transfer-leads-nowhere"
    VOICEMAIL_LEADS_NOWHERE = "voicemail-leads-nowhere"
    COLLECT_LEADS_NOWHERE = "collect-leads-nowhere"
    LOOK_UP_LEADS_NOWHERE = "look-up-leads-nowhere"
    BRANCH_LEADS_NOWHERE = "branch-leads-nowhere"
    CALLBACK_LEADS_NOWHERE = "callback-leads-nowhere"
    SWITCH_LEADS_NOWHERE = "switch-leads-nowhere"
    LOOP_ASKS_NOTHING = "loop-asks-nothing"
    NO_WAY_OUT = "no-way-out"
    SOME_SHUT_IN = "some-shut-in"
    CHAIN_TOO_LONG = "chain-too-long"
    TOO_MANY_LOOK_UPS = "too-many-look-ups"
    PLACE_TOO_LONG = "place-too-long"
    HOURS_WITHOUT_SCHEDULE = "hours-without-schedule"
    SCHEDULE_UNKNOWN = "schedule-unknown"
    MENU_WITHOUT_OPTIONS = "menu-without-options"
    OPTION_TWICE = "option-twice"
    KEY_TWICE = "key-twice"
    HOUSE_KEY_TWICE = "house-key-twice"
    HASH_ENDS_ENTRY = "hash-ends-entry"
    OPTION_LANGUAGE_UNKNOWN = "option-language-unknown"
    LANGUAGE_TWICE = "language-twice"
    VOICE_UNKNOWN = "voice-unknown"
    RECOGNITION_UNKNOWN = "recognition-unknown"
    SPEECH_TWICE = "speech-twice"
    TRANSFER_WITHOUT_TARGET = "transfer-without-target"
    NUMBER_IMPOSSIBLE = "number-impossible"
    CALLER_ID_IMPOSSIBLE = "caller-id-impossible"
    WORDS_NEEDED = "words-needed"
    VALUE_UNKNOWN = "value-unknown"
    SSML_FAULTY = "ssml-faulty"
    TEXT_TOO_LONG = "text-too-long"
    PHRASE_UNKNOWN = "phrase-unknown"
    PHRASE_LACKS_PART = "phrase-lacks-part"
    VALUE_NAME_TAKEN = "value-name-taken"
    SENSITIVE_READ_BACK = "sensitive-read-back"
    SENSITIVE_IN_ADDRESS = "sensitive-in-address"
    ENTRY_IMPOSSIBLE = "entry-impossible"
    COUNTRY_UNKNOWN = "country-unknown"
    CANCEL_KEY_CLASHES = "cancel-key-clashes"
    RULE_TWICE = "rule-twice"
    RULE_NAMES_NOTHING = "rule-names-nothing"
    RULE_WITHOUT_VALUE = "rule-without-value"
    RULE_NEVER_HOLDS = "rule-never-holds"
    RULE_NEVER_ASKED = "rule-never-asked"
    RULE_LANGUAGE_UNKNOWN = "rule-language-unknown"
    LOOK_UP_WITHOUT_SOURCE = "look-up-without-source"
    LOOK_UP_WITHOUT_KEY = "look-up-without-key"
    SECRET_FAULTY = "secret-faulty"  # noqa: S105
    HOST_NOT_FIXED = "host-not-fixed"
    PIN_WITHOUT_PERSON = "pin-without-person"
    SWITCH_WITHOUT_PIN = "switch-without-pin"
    SWITCH_WITHOUT_WORDS = "switch-without-words"
    SWITCH_HOURS_UNKNOWN = "switch-hours-unknown"
    PROMISE_LEADS_NOWHERE = "promise-leads-nowhere"
    PROMISE_BROKEN = "promise-broken"
    TABLE_LACKS_COLUMN = "table-lacks-column"
    """This rule and the next five are told of by `menus.publish`, as is whatever else only the database can know."""
    HOST_NOT_ALLOWED = "host-not-allowed"
    NUMBER_COUNTRY_NOT_ALLOWED = "number-country-not-allowed"
    NUMBER_COSTS_EXTRA = "number-costs-extra"
    CALLER_ID_NOT_OURS = "caller-id-not-ours"
    AUDIO_MISSING = "audio-missing"

    UNREACHABLE = "unreachable", Severity.WARNING
    SCHEDULE_UNUSED = "schedule-unused", Severity.WARNING
    SCHEDULE_EMPTY = "schedule-empty", Severity.WARNING
    TOO_DEEP = "too-deep", Severity.WARNING
    TOO_MANY_OPTIONS = "too-many-options", Severity.WARNING
    KEY_MUST_WAIT = "key-must-wait", Severity.WARNING
    KEY_HIDES_HOUSE_KEY = "key-hides-house-key", Severity.WARNING
    OPTION_STAYS = "option-stays", Severity.WARNING
    OPERATOR_KEY_IS_DEAD = "operator-key-is-dead", Severity.WARNING
    KEY_NOT_THERE = "key-not-there", Severity.WARNING
    KEY_NOT_SAID = "key-not-said", Severity.WARNING
    KEY_MISNAMED = "key-misnamed", Severity.WARNING
    RECORD_WITHOUT_NOTICE = "record-without-notice", Severity.WARNING
    MENU_SAYS_NOTHING = "menu-says-nothing", Severity.WARNING
    WORDS_MISSING = "words-missing", Severity.WARNING
    WORDS_STRAY = "words-stray", Severity.WARNING
    TOO_LONG_TO_HEAR = "too-long-to-hear", Severity.WARNING
    VOICE_WITHOUT_SSML = "voice-without-ssml", Severity.WARNING
    PHRASE_MISSING = "phrase-missing", Severity.WARNING
    RECOGNITION_MISSING = "recognition-missing", Severity.WARNING
    SPEECH_STRAY = "speech-stray", Severity.WARNING
    SPEECH_MISSING = "speech-missing", Severity.WARNING
    SPEECH_WITHIN = "speech-within", Severity.WARNING
    TYPE_AHEAD_STOPS = "type-ahead-stops", Severity.WARNING
    VALUE_OF_TWO_KINDS = "value-of-two-kinds", Severity.WARNING
    CONFIRM_LACKS_VALUE = "confirm-lacks-value", Severity.WARNING
    ENTRY_MUST_WAIT = "entry-must-wait", Severity.WARNING
    FIRST_WAIT_LONG = "first-wait-long", Severity.WARNING
    TABLE_EMPTY = "table-empty", Severity.WARNING
    LIST_EMPTY = "list-empty", Severity.WARNING
    SECRET_NOT_SET = "secret-not-set", Severity.WARNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    rule: Rule = Rule.DRAFT_UNFINISHED
    severity: Severity
    place: str
    """Key of the destination; empty: the line itself."""
    where: str
    """In words: 'Menu “Main”, key 3'."""
    fault: str
    cure: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the flow we look, and how staff call it."""

    place: str
    name: str
    """'menu “Main”', as it stands within a sentence."""
    at: str = ""
    """The part of it: 'key 3', 'greeting'."""

    def within(self, at: str) -> Spot:
        return replace(self, at=at)

    @property
    def part(self) -> str:
        """'the greeting of menu “Main”'."""
        return f"the {self.at} of {self.name}"

    def finding(self, rule: Rule, fault: str, cure: str) -> Finding:
        where = f"{self.name}, {self.at}" if self.at else self.name
        return Finding(
            rule=rule,
            severity=rule.severity,
            place=self.place,
            where=_begun(where),
            fault=_begun(fault),
            cure=_begun(cure),
        )


def spot_of_line(flow: Flow) -> Spot:
    return Spot("", f"line “{flow.name}”")


def spot_of_schedule(key: str, schedule: Schedule) -> Spot:
    return Spot("", f"schedule “{schedule.name or key}”")


def spot_of(key: str, destination: Destination) -> Spot:
    return Spot(key, f"{_kind(destination)} “{destination.label or key}”")


def schedule_fault(spot: Spot, schedule: str | None, flow: Flow) -> Iterator[Finding]:
    """Of something that may name a schedule, and need not."""
    if schedule is not None and schedule not in flow.schedules:
        what = spot.part if spot.at else spot.name
        yield spot.within(spot.at or "schedule").finding(
            Rule.SCHEDULE_UNKNOWN,
            f"{what} asks the schedule “{schedule}”, which the line does not have",
            f"choose another schedule for {what}, or none",
        )


def called(language: Language) -> str:
    return language.name or language.key


def listed(items: list[str], last: str = "and") -> str:
    """“1, 2 and 3”."""
    return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def _kind(destination: Destination) -> str:
    match destination:
        case Menu():
            return "menu"
        case Message():
            return "message"
        case Hours():
            return "opening hours"
        case Transfer():
            return "transfer"
        case Voicemail():
            return "voicemail"
        case Collect():
            return "entry"
        case LookUp():
            return "look-up"
        case Branch():
            return "branch"
        case Callback():
            return "call back"
        case SetSwitch():
            return "switch"
        case HangUp():
            return "hang-up"
        case _:
            assert_never(destination)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
