"""The log to look at: calls and events. Nothing of it can be changed."""

from calls.admin import calls, events

__all__ = ["calls", "events"]
