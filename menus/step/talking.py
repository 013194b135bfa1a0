"""Transfers and voicemail: the caller talks with somebody, or to a machine."""

from __future__ import annotations

from menus.dialogue import Connect, Dialled, Fate, Heard, Outcome, Record, Result
from menus.flow import PhoneTarget, Target, Transfer, Voicemail
from menus.step.walk import Walk


def ring(walk: Walk, transfer: Transfer) -> str | None:
    walk.say(transfer.prompt)
    walk.target = 0
    if not transfer.targets:
        return transfer.last_resort or ""
    _connect(walk, transfer)
    return None


def _connect(walk: Walk, transfer: Transfer) -> None:
    target = transfer.targets[walk.target]
    walk.leave(Outcome.RINGING, why=target_name(target))
    walk.says.append(
        Connect(
            target,
            transfer.caller_id or walk.values.get("dialled", ""),
            transfer.max_minutes * 60,
            transfer.ringback,
            bool(transfer.whisper),
        )
    )


def hear_transfer(walk: Walk, transfer: Transfer, heard: Heard | Result) -> None:
    fate = heard.fate if isinstance(heard, Dialled) else Fate.NO_ANSWER
    rung = transfer.targets[walk.target : walk.target + 1]
    why = f"{target_name(rung[0])}: {fate.replace('_', ' ')}" if rung else fate.replace("_", " ")
    walk.target += 1
    if fate is Fate.LEFT:  # they have talked: nobody else is to be rung
        return walk.follow(transfer.last_resort, Outcome.CONNECTED, why=why)
    if walk.target < len(transfer.targets):
        walk.leave(Outcome.NOT_REACHED, why=why, to=walk.at)
        return _connect(walk, transfer)
    return walk.follow(transfer.last_resort, Outcome.NOT_REACHED, why=why)


def record(walk: Walk, here: Voicemail) -> None:
    walk.say(here.prompt)
    walk.says.append(Record(here.max_seconds, here.silence_seconds, here.finish_key, here.beep))


def hear_voicemail(walk: Walk, here: Voicemail) -> None:
    if here.then:
        return walk.follow(here.then, Outcome.RECORDED)
    walk.leave(Outcome.RECORDED)
    return walk.hang_up()


def target_name(target: Target) -> str:
    """A target as staff know it: its label, else its address."""
    if target.label:
        return target.label
    match target:
        case PhoneTarget():
            return f"+{target.number}"
        case _:
            return str(getattr(target, "uri", "") or getattr(target, "user", "") or getattr(target, "extension", ""))
