"""Calls as a real line has them, made up: for demos, reports and load. Nothing that serves calls imports it."""
