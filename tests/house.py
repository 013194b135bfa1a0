"""Reads a tree's Python files and lists where they break the house rules. tests/test_house.py asks it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOMS = ("ivrsite", "menus", "calls", "tests", "manage.py", "gunicorn.conf.py")
PURE = (
    "menus.flow",
    "menus.step",
    "menus.check",
    "menus.map",
    "menus.impact",
    "menus.hours",
    "menus.words",
    "menus.tryout",
    "menus.doings",
    "menus.trial",
    "menus.strip",
)
FRAMEWORKS = ("django", "rest_framework", "axes", "csp")
VONAGE_ROOMS = ("calls.vonage", "calls.ncco")
FORBIDDEN_NAMES = ("services", "selectors", "utils", "helpers", "common")
FILE_LINES = 400
FUNCTION_LINES = 40

# Vonage's words and nobody else's. Plain English ones ("talk", "dtmf", "record") cannot be told from ours.
VONAGE_WORDS = frozenset(
    """
    advancedMachineDetection answer_url bargeIn beepOnStart beepStart beepTimeout canHear canSpeak
    endOnExit endOnKey endOnSilence endOnSilenceTimeout eventMethod eventType eventUrl
    fallback_answer_url machineDetection maxAmplitude maxDigits musicOnHoldUrl onAnswer payload_hash
    randomFromNumber recording_url recording_uuid ringbackTone saySilence sip_code startOnEnter
    startTimeout streamUrl submitOnHash timeOut timed_out transcriptionMode transcription_url
    validityThreshold
    """.split()
)


@dataclass(frozen=True)
class Module:
    """One Python file of the tree."""

    root: Path
    path: Path

    @cached_property
    def name(self) -> str:
        parts = self.path.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, str(self.path))

    @cached_property
    def place(self) -> str:
        return str(self.path.relative_to(self.root))

    def is_in(self, *rooms: str) -> bool:
        return any(self.name == room or self.name.startswith(f"{room}.") for room in rooms)

    def imported(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of each import, also of those that only the type checker reads; `from a import b` gives
        a.b."""
        yield from self._imports(self.tree)

    def _imports(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((child.lineno, alias.name) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                source = self._absolute(child)
                yield from ((child.lineno, f"{source}.{alias.name}") for alias in child.names)
            else:
                yield from self._imports(child)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        parts = package.split(".")
        base = parts[: len(parts) - node.level + 1]
        return ".".join([*base, *([node.module] if node.module else [])])


@dataclass(frozen=True)
class House:
    """A tree's modules, and what breaks the rules in them; each fault reads `file:line: what`."""

    root: Path
    long_files: tuple[str, ...] = ()
    long_functions: tuple[str, ...] = ()

    @cached_property
    def modules(self) -> dict[str, Module]:
        paths = [path for room in ROOMS for path in self._files(self.root / room)]
        return {module.name: module for module in (Module(self.root, path) for path in paths)}

    @staticmethod
    def _files(room: Path) -> Iterator[Path]:
        if room.is_dir():
            yield from (path for path in sorted(room.rglob("*.py")) if "migrations" not in path.parts)
        elif room.is_file():
            yield room

    def ours(self, dotted: str) -> str | None:
        """The module of this tree that an import of the dotted name runs."""
        while dotted:
            if dotted in self.modules:
                return dotted
            dotted = dotted.rpartition(".")[0]
        return None

    @cached_property
    def graph(self) -> dict[str, set[str]]:
        """Whom each module's imports run: also the packages in which that lies, but for those that the module itself
        lies in, which run already."""
        return {
            name: {
                run
                for _, dotted in module.imported()
                if (ours := self.ours(dotted))
                for run in (ours, *self._packages(ours))
                if run != name and (run == ours or not name.startswith(f"{run}."))
            }
            for name, module in self.modules.items()
        }

    def _packages(self, name: str) -> Iterator[str]:
        while name := name.rpartition(".")[0]:
            if name in self.modules:
                yield name

    def menus_that_import_calls(self) -> Iterator[str]:
        for module in self.modules.values():
            if module.is_in("menus"):
                for line, dotted in module.imported():
                    if dotted.split(".")[0] == "calls":
                        yield f"{module.place}:{line}: menus never imports calls ({dotted})"

    def impure_modules(self) -> Iterator[str]:
        """Also what the pure modules import of the tree has to be pure: purity at second hand is none."""
        for name in sorted(self._reached(*PURE)):
            module = self.modules[name]
            for line, dotted in module.imported():
                if dotted.split(".")[0] in FRAMEWORKS:
                    yield f"{module.place}:{line}: a pure module, or one it imports, imports {dotted}"

    def _reached(self, *rooms: str) -> set[str]:
        todo = [name for name, module in self.modules.items() if module.is_in(*rooms)]
        seen: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo.extend(self.graph[name])
        return seen

    def vonage_words(self) -> Iterator[str]:
        for module in self.modules.values():
            if not module.is_in("menus", "calls", "ivrsite") or module.is_in(*VONAGE_ROOMS):
                continue
            for line, word in words_of(module.tree):
                if word in VONAGE_WORDS:
                    yield f"{module.place}:{line}: {word} is Vonage's word; only {VONAGE_ROOMS} speak it"

    def circles(self) -> Iterator[str]:
        seen: set[frozenset[str]] = set()
        for name in sorted(self.graph):
            circle = self._way_back(name)
            if circle and frozenset(circle) not in seen:
                seen.add(frozenset(circle))
                yield f"{self.modules[name].place}:1: imports in a circle: {' -> '.join([*circle, name])}"

    def _way_back(self, start: str) -> list[str]:
        """The shortest way from a module back to itself."""
        ways, seen = [[start]], {start}
        for way in ways:
            for target in sorted(self.graph[way[-1]]):
                if target == start:
                    return way
                if target not in seen:
                    seen.add(target)
                    ways.append([*way, target])
        return []

    def too_long(self) -> Iterator[str]:
        for module in self.modules.values():
            lines = module.source.count("\n")
            if lines > FILE_LINES and module.place not in self.long_files:
                yield f"{module.place}:1: {lines} lines; {FILE_LINES} is the most"
            for function in functions_of(module.tree):
                length = (function.end_lineno or function.lineno) - function.lineno + 1
                if length > FUNCTION_LINES and f"{module.place}:{function.name}" not in self.long_functions:
                    yield (
                        f"{module.place}:{function.lineno}: {function.name} has {length} lines; "
                        f"{FUNCTION_LINES} is the most"
                    )

    def unannotated(self) -> Iterator[str]:
        for module in self.modules.values():
            for function in functions_of(module.tree):
                if function.returns is None:
                    yield f"{module.place}:{function.lineno}: {function.name} does not say what it returns"

    def forbidden_names(self) -> Iterator[str]:
        for module in self.modules.values():
            for part in module.name.split("."):
                if part in FORBIDDEN_NAMES:
                    yield f"{module.place}:1: {part} says nothing; name the file for what is in it"

    def without_docstring(self) -> Iterator[str]:
        for module in self.modules.values():
            if module.tree.body and not ast.get_docstring(module.tree):
                yield f"{module.place}:1: no docstring that says what the file is for"


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def words_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Whole strings, argument names and attributes: wherever a key of a payload can be written."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as word):
                yield node.lineno, word
            case ast.keyword(arg=str() as word):
                yield node.value.lineno, word
            case ast.Attribute(attr=word) | ast.Name(id=word) | ast.arg(arg=word):
                yield node.lineno, word
