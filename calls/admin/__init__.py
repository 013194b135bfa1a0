"""The log to look at: calls and events, of which nothing can be changed; and the callback requests to work on."""

from calls.admin import accesses, callbacks, calls, events, keys, mailboxes, messages

__all__ = ["accesses", "callbacks", "calls", "events", "keys", "mailboxes", "messages"]
