"""The log to look at: calls and events, of which nothing can be changed; and the callback requests to work on."""

from calls.admin import callbacks, calls, events

__all__ = ["callbacks", "calls", "events"]
