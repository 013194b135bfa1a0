"""Recordings: an upload becomes what the telephone company plays, is kept on this host, and is served to it."""
