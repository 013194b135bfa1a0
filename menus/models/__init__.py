"""What staff edit: lines with their destinations, schedules and switches, tables and lists; and what was published."""

from menus.models.asking import Asks, Callback, Collect
from menus.models.audio import AudioPrompt
from menus.models.bookings import BookedPublish
from menus.models.branches import Branch, BranchRule
from menus.models.countries import AllowedCountry
from menus.models.destinations import Destination, HangUp, Hours, Kind, Mark, Message, Voicemail
from menus.models.golden import GoldenCall
from menus.models.hosts import AllowedHost
from menus.models.lines import Line, LineLanguage, PhoneNumber
from menus.models.lists import NumberList, NumberListEntry
from menus.models.lookups import LookUp, LookUpValue
from menus.models.menus import Menu, Option
from menus.models.promises import LinePromise
from menus.models.schedules import Holiday, OpeningHours, Schedule
from menus.models.switches import SetSwitch, Switch
from menus.models.tables import LookupRow, LookupTable
from menus.models.transfers import Transfer, TransferTarget
from menus.models.versions import Version

__all__ = [
    "AllowedCountry",
    "AllowedHost",
    "Asks",
    "AudioPrompt",
    "BookedPublish",
    "Branch",
    "BranchRule",
    "Callback",
    "Collect",
    "Destination",
    "GoldenCall",
    "HangUp",
    "Holiday",
    "Hours",
    "Kind",
    "Line",
    "LineLanguage",
    "LinePromise",
    "LookUp",
    "LookUpValue",
    "LookupRow",
    "LookupTable",
    "Mark",
    "Menu",
    "Message",
    "NumberList",
    "NumberListEntry",
    "OpeningHours",
    "Option",
    "PhoneNumber",
    "Schedule",
    "SetSwitch",
    "Switch",
    "Transfer",
    "TransferTarget",
    "Version",
    "Voicemail",
]
