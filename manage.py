#!/usr/bin/env python3
"""Django's command line for this site."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ivrsite.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as fault:
        sys.exit(f"Django is missing ({fault}). Run `make demo` once, then use .venv/bin/python manage.py ...")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
