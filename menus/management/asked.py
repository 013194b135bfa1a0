"""What a command was asked for, or a CommandError that says in plain words why not."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import CommandError

from menus.check import Finding, Severity
from menus.draft import DraftFault, DraftRefused, find_line, write_draft
from menus.flow import LineFile
from menus.linefile import LineFileError, read_yaml
from menus.models import Line, Version
from menus.numbers import read_number
from menus.publish import PublishRefused, publish


def line_of(number: str) -> Line:
    try:
        return find_line(number)
    except DraftRefused as error:
        raise CommandError(str(error)) from None


def number_of(typed: str) -> str:
    try:
        return read_number(typed)
    except ValueError as fault:
        raise CommandError(f"{fault}.") from None


def live_of(line: Line) -> Version:
    if line.live is None:
        raise CommandError(f"“{line}” was never published; leave --live out, or publish it first.")
    return line.live


def read_file(name: str) -> LineFile:
    """One text line for each fault: `file:line: field: fault. Cure.`"""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}. Nothing was changed.") from None
    try:
        return read_yaml(data)
    except LineFileError as error:
        faults = [f"{name}:{fault.line}: {fault}" for fault in error.faults]
        raise CommandError("\n".join([*faults, "Nothing was changed."])) from None


def import_draft(line_file: LineFile) -> Line:
    try:
        return write_draft(line_file)
    except DraftRefused as error:
        raise CommandError(f"{error} Nothing was changed.") from None


def publish_now(line: Line, note: str) -> Version:
    try:
        return publish(line, None, note)
    except PublishRefused as error:
        raise CommandError("\n".join([str(error), *in_words(error.findings)])) from None


def draft_faults(line: Line, error: DraftFault) -> CommandError:
    return CommandError("\n".join([f"The draft of “{line}” is not finished:", *map(str, error.faults)]))


def in_words(findings: list[Finding]) -> list[str]:
    """Errors first, else in the order of the flow: `error    Main menu: fault. Cure.`"""
    return [
        f"{finding.severity:8} {f'{finding.where}: ' if finding.where else ''}"
        f"{_sentence(finding.fault)} {_sentence(finding.cure)}"
        for finding in sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)
    ]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
