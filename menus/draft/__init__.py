"""The draft of a line, between its rows and its flow: `read_draft` rows -> flow, `write_draft` file -> rows."""

from menus.draft.columns import MODELS, PARTS
from menus.draft.reading import DraftFault, draft_digest, read_draft, read_drafts, read_line_file
from menus.draft.writing import DraftRefused, find_line, write_draft

__all__ = [
    "MODELS",
    "PARTS",
    "DraftFault",
    "DraftRefused",
    "draft_digest",
    "find_line",
    "read_draft",
    "read_drafts",
    "read_line_file",
    "write_draft",
]
