"""The spool keeps what it was given, through crashes, full disks and processes that write and replay at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calls import spool
from tests.cluster import wait_for
from tests.server import ROOT

Patch = pytest.MonkeyPatch
Settings = Any  # pytest-django's fixture


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    spool.hand_over()
    settings.DATA_DIR = tmp_path
    yield tmp_path / "spool"
    spool.hand_over()


def add(*numbers: int) -> None:
    spool.add([("turn", {"n": number}) for number in numbers])


def replayed(fails_at: int = 0) -> list[Any]:
    """What a replay finds; what goes well is removed then."""
    found = []
    for batch in spool.take():
        with batch:
            for _, values in batch.records():
                assert values["n"] != fails_at, "as the test wants it"
                found.append(values["n"])
    return found


def only_file(folder: Path) -> Path:
    (file,) = folder.glob("*.jsonl")
    return file


def test_an_entry_is_on_disk_before_add_returns(folder: Path, monkeypatch: Patch) -> None:
    synced: list[str] = []

    def fsync(handle: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        synced.append(path.read_text() if path.is_file() else path.name)

    monkeypatch.setattr(os, "fsync", fsync)
    add(1)
    assert synced[0] == "spool", "the new file's own entry in its folder"
    assert '{"n":1}' in synced[-1]
    add(2)
    assert '{"n":2}' in synced[-1]


def test_entries_come_back_in_order_and_once() -> None:
    add(1, 2)
    add(3)
    assert not spool.is_empty()
    assert replayed() == [], "a file that is written to is not replayed"
    spool.hand_over()
    add(4)
    assert replayed() == [1, 2, 3]
    spool.hand_over()
    assert replayed() == [4]
    assert spool.is_empty()


def test_a_replay_that_fails_keeps_the_whole_file(folder: Path) -> None:
    add(1, 2, 3)
    spool.hand_over()
    with pytest.raises(AssertionError, match="as the test wants it"):
        replayed(fails_at=2)
    assert replayed() == [1, 2, 3]


@pytest.mark.parametrize("cut", [1, 5, 12, 25])
def test_a_line_that_a_crash_tore_is_set_aside_and_the_rest_kept(cut: int, folder: Path) -> None:
    add(1, 2, 3)
    spool.hand_over()
    whole = only_file(folder).read_bytes()
    only_file(folder).write_bytes(whole[:-cut])
    assert replayed() == ([1, 2, 3] if cut == 1 else [1, 2]), "without its line end alone, a line is whole"
    aside = folder / "refused.log"
    assert aside.exists() == (cut > 1)


@pytest.mark.parametrize(
    "rubbish", [b"\xff\xfe\n", b"\0" * 4096 + b"\n", b"\n", b"deadbeef {}\n", b"x" * 100_000 + b"\n"]
)
def test_rubbish_in_the_middle_blocks_nothing(rubbish: bytes, folder: Path) -> None:
    add(1, 2)
    spool.hand_over()
    first, second = only_file(folder).read_bytes().splitlines(keepends=True)
    only_file(folder).write_bytes(first + rubbish + second)
    assert replayed() == [1, 2]
    assert (folder / "refused.log").read_bytes() == rubbish


def test_what_was_set_aside_can_be_given_back(folder: Path) -> None:
    add(1)
    spool.hand_over()
    for batch in spool.take():
        with batch:
            for kind, values in batch.records():
                batch.refuse(kind, values, "not now")
    assert spool.is_empty()
    (folder / "refused.log").rename(folder / "again.jsonl")
    assert replayed() == [1]


def test_after_a_disk_that_was_full_no_line_is_joined_to_half_of_another(folder: Path, monkeypatch: Patch) -> None:
    add(1)
    own: Any = spool._file

    class Full:
        """Takes half of what it is given."""

        fileno, close = own.fileno, own.close

        def write(self, data: bytes) -> int:
            written: int = own.write(data[: len(data) // 2])
            return written

    monkeypatch.setattr(spool, "_file", Full())
    with pytest.raises(OSError, match="No space left"):
        add(2)
    add(3)
    spool.hand_over()
    assert replayed() == [1, 3]


def test_an_entry_that_could_not_be_synced_is_refused_and_the_next_begins_a_new_file(
    folder: Path, monkeypatch: Patch
) -> None:
    add(1)

    def fsync(handle: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(OSError, match="Input/output"):
            add(2)
        with pytest.raises(OSError, match="Input/output"):
            add(3)
    add(4)
    spool.hand_over()
    found = replayed()
    assert found[0] == 1
    assert found[-1] == 4


def test_a_folder_that_cannot_be_made_is_a_fault_that_passes(folder: Path) -> None:
    folder.write_text("in the way")
    with pytest.raises(OSError, match="exists"):
        add(1)
    folder.unlink()
    add(2)
    spool.hand_over()
    assert replayed() == [2]


def test_a_forked_child_writes_a_file_of_its_own(folder: Path) -> None:
    add(1)
    child = os.fork()
    if child == 0:
        add(2)
        os._exit(0)
    os.waitpid(child, 0)
    assert len(list(folder.glob("*.jsonl"))) == 2
    assert replayed() == [2], "the child has ended; our own file is still held"


WRITER = """
import sys
from calls import spool
name, count = sys.argv[1], int(sys.argv[2])
for n in range(count):
    spool.add([("turn", {"n": f"{name} {n}"})])
    if n % 17 == 0:
        spool.hand_over()
    print(n, flush=True)
"""


def writer(name: str, count: int, data_dir: Path) -> subprocess.Popen[str]:
    environment = {"DJANGO_SETTINGS_MODULE": "ivrsite.settings", "DATA_DIR": str(data_dir), "DEBUG": "1"}
    command = [sys.executable, "-c", WRITER, name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def test_processes_that_write_while_another_replays_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    writers = [writer(name, 300, tmp_path) for name in "abc"]
    found: Counter[Any] = Counter()
    while any(process.poll() is None for process in writers):
        found.update(replayed())
    found.update(replayed())
    for process in writers:
        process.communicate()
        assert process.returncode == 0
    assert found == Counter(f"{name} {n}" for name in "abc" for n in range(300))
    assert spool.is_empty()


def test_what_was_added_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    process = writer("killed", 100_000, tmp_path)
    assert process.stdout
    said = [process.stdout.readline() for _ in range(40)]
    process.kill()
    rest = process.communicate()[0].splitlines()
    last = int([*said, *(line for line in rest if line.isdigit())][-1])
    wait_for("its lock is gone", 5, lambda: process.poll() is not None)
    found = replayed()
    assert found[: last + 1] == [f"killed {n}" for n in range(last + 1)]
    assert len(found) <= last + 2, "at most one more, whose writer was killed before it could say so"


def test_a_held_file_is_left_alone_until_its_holder_is_gone(tmp_path: Path, folder: Path) -> None:
    process = writer("held", 5, tmp_path)
    assert process.stdout
    process.communicate()
    add(1)
    assert replayed() == [f"held {n}" for n in range(5)]
    assert len(list(folder.glob("*.jsonl"))) == 1


def test_a_line_is_json_behind_its_checksum(folder: Path) -> None:
    """Whoever is on call can read it."""
    spool.add([("turn", {"digits": "1", "ncco": "Grüße \n"})])
    checksum, _, text = only_file(folder).read_text().partition(" ")
    assert len(checksum) == 8
    assert json.loads(text) == ["turn", {"digits": "1", "ncco": "Grüße \n"}]
