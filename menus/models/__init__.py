"""What staff edit: a line with its numbers, languages, schedules and destinations; and what was published."""

from menus.models.destinations import Destination, HangUp, Hours, Kind, Mark, Message, Voicemail
from menus.models.lines import Line, LineLanguage, PhoneNumber
from menus.models.menus import Menu, Option
from menus.models.schedules import Holiday, OpeningHours, Schedule
from menus.models.transfers import Transfer, TransferTarget
from menus.models.versions import Version

__all__ = [
    "Destination",
    "HangUp",
    "Holiday",
    "Hours",
    "Kind",
    "Line",
    "LineLanguage",
    "Mark",
    "Menu",
    "Message",
    "OpeningHours",
    "Option",
    "PhoneNumber",
    "Schedule",
    "Transfer",
    "TransferTarget",
    "Version",
    "Voicemail",
]
