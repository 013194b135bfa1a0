"""Print the JSON Schema of a line's file, for editors that complete and check YAML."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from menus.flow import LineFile


class Command(BaseCommand):
    help = "Prints the JSON Schema of the files that import_line reads and export_line writes."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | LineFile.model_json_schema()
        self.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False))
