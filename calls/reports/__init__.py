"""The log, counted: plain functions that give rows. Every figure is defined in docs/measures.md."""
