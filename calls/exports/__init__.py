"""Calls, steps and tables of reports as CSV and XLSX files, made row by row in constant memory."""
