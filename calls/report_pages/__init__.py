"""The report pages of a line: what callers did in a range of days, for the people who must act on it."""
