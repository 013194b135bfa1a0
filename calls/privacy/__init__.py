"""What is kept of callers, for how long, and how it is taken out: by its age, or all of one caller."""
