"""The API for other programs: what is kept of lines and calls, the measures, and the two work lists. docs/api.md."""
