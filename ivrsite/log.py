"""The server's log: one line of key=value for each record, whatever is in it."""

import json
import logging
from datetime import UTC, datetime

VALUE_LENGTH = 500
TRACEBACK_LENGTH = 4000

_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "server_time"}


class LineFormatter(logging.Formatter):
    """`time=... level=INFO logger=calls.journal message="..."`, then the extras of the record."""

    def format(self, record: logging.LogRecord) -> str:
        pairs = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        pairs |= {name: value for name, value in vars(record).items() if name not in _OWN}
        line = " ".join(f"{name}={_shown(value, VALUE_LENGTH)}" for name, value in pairs.items())
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            line += f" traceback={_shown(trace[-TRACEBACK_LENGTH:], TRACEBACK_LENGTH)}"
        return line


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # a wrong format string must not lose the record, nor the call
        return f"{_text(record.msg)} (its values do not fit: {_text(record.args)})"


def _shown(value: object, length: int) -> str:
    """One bounded word: bare if it is plain, else in quotes with its line ends and quotes escaped."""
    text = _text(value)
    if len(text) > length:
        text = f"{text[:length]}… ({len(text)} characters)"
    plain = text and text.isascii() and text.isprintable() and not set(text) & set(' "=\\')
    return text if plain else json.dumps(text, ensure_ascii=False)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception as fault:  # as above
        return f"<{type(value).__name__} that cannot be shown: {type(fault).__name__}>"
