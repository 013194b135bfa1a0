"""How long an id of Vonage's may be."""

ID_LENGTH = 64
"""Vonage's ids are opaque text: dashed, undashed or shorter; a conversation's has 40 characters."""
