"""The words that ship, by what they are for; `phrases` puts them together."""
