"""What is sent to the API: JSON, and never more of it than a note may be long."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_BYTES: Final = 256 * 1024


class Body(JSONParser):
    """Read no further than may be: neither length nor depth of what is sent is our fault."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ParseError(f"The body is too long: at most {MOST_BYTES // 1024} kB are read.")
        try:
            return super().parse(BytesIO(data), media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
