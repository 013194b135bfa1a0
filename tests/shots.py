"""The pictures of the staff guide (docs/shots/), taken while its first story is followed in a browser: `make shots`."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from tests.cluster import free_port, wait_for

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "docs" / "shots"
PASSWORD: Final = "correct horse battery"
CLINIC: Final = "Riverbend Family Clinic"
NUMBER: Final = "+1 202 555 0120"
UTILITY: Final = "Mapleton City Utilities"
NUMBER_OF_UTILITY: Final = "+1 202 555 0110"
TALLEST: Final = 1000
"""Pixels; a longer page is cut off there."""
FEW_COLOURS: Final = "split[a][b];[a]palettegen=max_colors=96:stats_mode=single[p];[b][p]paletteuse=dither=none"

# Any field, as somebody who types or chooses leaves it: pages that follow the typing are told.
_FILL: Final = """
const [name, value] = arguments, box = document.getElementsByName(name)[0];
if (!box) throw new Error("no field " + name);
if (box.tagName === "SELECT") {
  const found = [...box.options].find((one) => one.text.trim().startsWith(value) || one.value === value);
  if (!found) throw new Error("nothing like " + value + " in " + name);
  box.value = found.value;
} else box.value = value;
for (const kind of ["input", "change"]) box.dispatchEvent(new Event(kind, {bubbles: true}));
"""
# What encloses the elements, with a margin.
_AROUND: Final = """
const boxes = arguments[0].flatMap((css) => [...document.querySelectorAll(css)])
  .map((one) => one.getBoundingClientRect())
  .filter((box) => box.width);
const left = Math.min(...boxes.map((box) => box.left)) - 12, top = Math.min(...boxes.map((box) => box.top)) - 12;
return {x: Math.max(0, left + scrollX), y: Math.max(0, top + scrollY),
  width: Math.max(...boxes.map((box) => box.right)) + 12 - Math.max(0, left),
  height: Math.max(...boxes.map((box) => box.bottom)) + 12 - top};
"""


class Desk:
    """A browser before the site, signed in."""

    def __init__(self, driver: Any, url: str) -> None:
        self.driver, self.url = driver, url
        self.taken: list[str] = []

    def sign_in(self) -> None:
        self.open("/admin/")
        self.fill(username="ana", password=PASSWORD)
        self.press("[type=submit]")

    def open(self, path: str, width: int = 1280) -> None:
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.driver.get(path if path.startswith("http") else self.url + path)

    def fill(self, fields: dict[str, str] | None = None, **more: str) -> None:
        for name, value in ((fields or {}) | more).items():
            self.driver.execute_script(_FILL, name, value)

    def click(self, css: str) -> None:
        self.driver.execute_script("document.querySelector(arguments[0]).click()", css)

    def press(self, css: str) -> None:
        """A button that leads to another page, which is waited for."""
        before = self.driver.find_element("css selector", "html").id
        self.click(css)
        self.until("another page", lambda: self.driver.find_element("css selector", "html").id != before)
        if faults := self.text(".errornote[role=alert], .errorlist"):
            raise SystemExit(f"{self.driver.current_url} refuses: {faults}")

    def until(self, what: str, seen: Callable[[], Any]) -> None:
        wait_for(what, 20, lambda: bool(seen()))

    def text(self, css: str) -> str:
        found = self.driver.find_elements("css selector", css)
        return " ".join(one.text for one in found if one.is_displayed())

    def shoot(self, name: str, *around: str, tallest: int = TALLEST) -> None:
        """The elements and what lies between them."""
        self.driver.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
        clip = self.driver.execute_script(_AROUND, list(around)) | {"scale": 1}
        clip["height"] = min(clip["height"], tallest)
        wanted = {"format": "png", "clip": clip, "captureBeyondViewport": True}
        picture = base64.b64decode(self.driver.execute_cdp_cmd("Page.captureScreenshot", wanted)["data"])
        made = FOLDER / f"{name}.png"
        made.write_bytes(smaller(picture))
        self.taken.append(made.name)
        print(f"{made.relative_to(ROOT)}  {made.stat().st_size // 1024} KB")  # noqa: T201


def smaller(picture: bytes) -> bytes:
    """With fewer colours, which pages do not miss."""
    import imageio_ffmpeg  # type: ignore[import-untyped]

    program = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "png_pipe", "-i", "-"]
    done = subprocess.run(
        [*program, "-lavfi", FEW_COLOURS, "-pred", "mixed", "-f", "image2pipe", "-c:v", "png", "-"],
        input=picture,
        capture_output=True,
        check=True,
    )
    return min(picture, done.stdout, key=len)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as driver, served(Path(folder)) as (url, manage):
        desk = Desk(driver, url)
        desk.sign_in()
        first_menu(desk)
        manage("load_demo", "--publish")
        for number in (NUMBER, NUMBER_OF_UTILITY):
            manage("simulate_calls", number, "--days", "21", "--per-day", "20", "--port", str(free_port()))
        of_reports(desk)
        of_the_clinic(desk)
        of_calls(desk)
        for old in FOLDER.glob("*.png"):
            if old.name not in desk.taken:
                old.unlink()


@contextmanager
def chromium() -> Iterator[Any]:
    try:
        from selenium import webdriver
    except ImportError:
        raise SystemExit("selenium is not installed; `make shots` installs it.") from None
    binary, helper = shutil.which("chromium"), shutil.which("chromedriver")
    if not (binary and helper):
        raise SystemExit("Chromium or its driver is missing. On Debian: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.add_argument("--lang=en-US")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(helper))
    try:
        yield driver
    finally:
        driver.quit()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Callable[..., None]]]:
    """A site of its own, empty but for one user; gone afterwards."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    port = free_port()
    environment = kept | {"DATA_DIR": str(folder), "DEBUG": "1", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}

    def manage(*arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments, "--skip-checks"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"manage.py {arguments[0]} failed: {done.stderr[-2000:]}")

    manage("migrate", "--noinput", "-v0")
    manage("createsuperuser", "--noinput", "--username", "ana", "--email", "ana@example.com")
    with (folder / "server.log").open("ab") as log:
        command = [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for("the server starts", 30, lambda: _answers(port))
        yield f"http://127.0.0.1:{port}", manage
    finally:
        server.terminate()
        server.wait(20)


def _answers(port: int) -> bool:
    with closing(socket.socket()) as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def first_menu(desk: Desk) -> None:
    """“Your first menu”, step by step."""
    desk.open("/admin/menus/line/start/")
    desk.click("[name=start][value=empty]")
    desk.fill(name="Maple Street Clinic", timezone="America/New York", number="+1 202 555 0150")
    desk.shoot("add-a-line", "#start_form")
    desk.press("#start_form [type=submit]")
    line = desk.driver.current_url
    desk.shoot("what-to-do-next", ".tabs", "#content-main > .panel:nth-of-type(2)")
    add = f"/admin/menus/{{}}/add/?line={line.rstrip('/').split('/')[-1]}"
    _hours(desk, add)
    _places(desk, add)
    _menu(desk, add)
    desk.open(line)
    desk.fill(start="Are we open?")
    desk.press(".start-form button")
    desk.open(line)
    desk.shoot("call-flow", ".tabs", "#map")
    _heard(desk, f"{line}try/")
    desk.open(f"{line}publish/")
    desk.fill(note="Opening day")
    if desk.driver.find_elements("name", "accept"):
        desk.click("[name=accept]")
    desk.shoot("publish", ".tabs", "#content-main")
    desk.press("form.calm .buttons button")


def _hours(desk: Desk, add: str) -> None:
    desk.open(add.format("schedule"))
    desk.fill(name="Office hours")
    for n in range(5):  # Monday to Friday stand there to begin with
        desk.fill({f"hours-{n}-opens": "08:00"})
    desk.until("the sentence", lambda: "Now: Office hours" in desk.text("[data-topic]"))
    desk.shoot("office-hours", "#hours-group", ".field-name")
    desk.press("[name=_save]")


def _places(desk: Desk, add: str) -> None:
    desk.open(add.format("voicemail"))
    desk.fill({"label": "Voicemail", "mailbox": "Front desk", "prompt.en": "Please leave a message after the tone."})
    desk.press("[name=_save]")
    desk.open(add.format("transfer"))
    desk.fill(
        {
            "label": "Front desk",
            "prompt.en": "One moment, please.",
            "targets-0-type": "Phone",
            "targets-0-address": "+1 202 555 0151",
            "targets-0-label": "Ana",
            "targets-0-ring_seconds": "25",
            "last_resort": "Voicemail",
        }
    )
    desk.until("the sentence", lambda: "goes to Voicemail" in desk.text(".outlook, [data-topic]"))
    desk.shoot("transfer", "#targets-group", ".field-last_resort", "[data-topic]")
    desk.press("[name=_save]")
    desk.open(add.format("hangup"))
    words = "We are open Monday to Friday, eight to five, at 12 Maple Street. Goodbye."
    desk.fill({"label": "Hours and address", "goodbye.en": words})
    desk.press("[name=_save]")


def _menu(desk: Desk, add: str) -> None:
    desk.open(add.format("menu"))
    desk.fill({"label": "Main menu", "greeting.en": "Maple Street Clinic.", "no_input_then": "Front desk"})
    desk.fill(no_match_then="Front desk", failures_then="Front desk")
    options = (
        ("Appointments", "For appointments", "Front desk"),
        ("Hours", "For our hours and address", "Hours and address"),
        ("Message", "To leave a message", "Voicemail"),
    )
    for n, (label, words, to) in enumerate(options):
        desk.click("#options-group .add-row a")
        desk.fill({f"options-{n}-digits": str(n + 1), f"options-{n}-label": label, f"options-{n}-words.en": words})
        desk.fill({f"options-{n}-to": to})
    desk.until("the words", lambda: "To leave a message, press 3." in desk.text(".preview"))
    desk.shoot("menu-options", "#options-group", ".field-no_input_then", "[data-topic=no_input]")
    desk.driver.execute_script("document.querySelector('.preview').scrollIntoView()")
    desk.shoot("what-callers-hear", ".preview")
    desk.press("[name=_save]")
    desk.open(add.format("hours"))
    desk.fill(label="Are we open?", schedule="Office hours", open="Main menu", closed="Voicemail")
    desk.shoot("opening-hours", ".field-schedule", ".field-holiday, .field-closed, .field-open")
    desk.press("[name=_save]")


def _heard(desk: Desk, page: str) -> None:
    desk.open(page)
    desk.driver.execute_script(
        "document.getElementById('try-date').value = '2026-11-24'; document.getElementById('try-time').value = '09:10'"
    )
    desk.click("#phone-mute")
    desk.click("#phone-ring")
    desk.until("the menu", lambda: "To leave a message, press 3" in desk.text("#transcript"))
    desk.click("#keypad [data-key='1']")
    desk.until("a telephone rings", lambda: "presses 1" in desk.text("#transcript"))
    desk.click("[data-do='target does not answer']")
    desk.until("the voicemail", lambda: "leave a message after" in desk.text("#transcript"))
    desk.shoot("try-it", ".phone-desk")
    desk.driver.execute_script("document.getElementById('phone-name').value = 'Nobody at the desk → Voicemail'")
    desk.click("#phone-save button")
    desk.until("it is saved", lambda: "Saved" in desk.text("#phone-saved"))


def of_the_clinic(desk: Desk) -> None:
    desk.open("/admin/")
    desk.shoot("start-page", "#content", tallest=760)
    desk.open("/admin/", 390)
    desk.shoot("start-page-narrow", "#content", tallest=760)
    desk.open("/admin/")
    line = desk.driver.find_element("link text", CLINIC).get_attribute("href")
    desk.open(f"{line}when/?caller=%2B12025550142&date=2026-12-25&time=09:10&which=draft")
    desk.shoot("time-machine", ".tabs", "#when-question", "section:has(#when-question), #when-told", tallest=900)
    desk.shoot("two-weeks", ".strip", tallest=340)
    desk.open(f"{line}switches/")
    desk.click("[name=kind][value=closed], [name=kind]:nth-of-type(2)")
    desk.click("[name=until][value=midnight]")
    desk.fill(note="Staff training this afternoon")
    desk.shoot("close-early", "#switch_form")
    desk.press("#switch_form [type=submit]")
    desk.open("/admin/")
    first = desk.driver.find_element("link text", "Maple Street Clinic").get_attribute("href")
    desk.open(f"{first}golden/")
    desk.shoot("golden-calls", ".tabs", "#content-main")
    changed(desk, first)
    desk.open(f"{first}versions/")
    desk.shoot("history", ".tabs", "#content-main")


def changed(desk: Desk, line: str) -> None:
    """A second version."""
    desk.open(line)
    desk.open(desk.driver.find_element("css selector", ".destinations a[href*='/menus/menu/']").get_attribute("href"))
    desk.fill({"greeting.en": "Maple Street Clinic. Flu shots are here."})
    desk.press("[name=_save]")
    desk.open(f"{line}publish/")
    desk.fill(note="Flu shots in the greeting")
    desk.press("form.calm .buttons button")


def of_reports(desk: Desk) -> None:
    desk.open("/admin/")
    reports = desk.driver.find_element("link text", CLINIC).get_attribute("href") + "reports/"
    desk.open(reports)
    desk.shoot("report-overview", ".report-nav", ".figures", ".report-section", tallest=900)
    desk.open(f"{reports}flow/")
    desk.shoot("report-flow", ".worst-list", ".map-panel", tallest=760)
    desk.open(f"{reports}menus/")
    desk.shoot("report-menus", ".panel:has(.plain-list)", ".report-section", tallest=700)
    desk.open(f"{reports}menus/closed/")
    desk.shoot("report-over-used", ".report-section", tallest=320)
    desk.open("/admin/")
    reports = desk.driver.find_element("link text", UTILITY).get_attribute("href") + "reports/"
    desk.open(f"{reports}menus/")
    desk.shoot("report-stands-out", ".panel:has(.plain-list)")
    desk.open(f"{reports}menus/trash/")
    desk.shoot("report-wrong-turns", ".report-section", tallest=320)
    desk.open(f"{reports}flow/")
    desk.driver.execute_script("document.querySelector('[data-place=account]').scrollIntoView({inline: 'center'})")
    desk.shoot("report-drop-off", ".map-frame", tallest=700)


def of_calls(desk: Desk) -> None:
    desk.open("/admin/calls/call/")
    desk.shoot("calls", "#content", tallest=760)
    call = desk.driver.find_element("css selector", "table.calls tbody a").get_attribute("href")
    desk.open(call)
    desk.shoot("one-call", "#content-main > .panel:nth-of-type(1)", "#content-main > .panel:nth-of-type(3)")


if __name__ == "__main__":
    main()
