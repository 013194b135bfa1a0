// Plays the recording that is chosen in a picker; pressed again, it stops.

const player = new Audio();
let playing = null;

// The site may live below a path: it is what stands before /admin/ in our own address.
const base = location.pathname.slice(0, Math.max(0, location.pathname.indexOf("/admin/")));

const pickerOf = (button) => button.closest(".recording-choice").querySelector("select");

function show(button, on) {
  button.setAttribute("aria-pressed", String(on));
  button.firstElementChild.textContent = on ? "■" : "▶";
}

function stop() {
  player.pause();
  if (playing) show(playing, false);
  playing = null;
}

function toggle(button) {
  const same = playing === button;
  stop();
  if (same) return;
  playing = button;
  show(button, true);
  player.src = base + pickerOf(button).value;
  player.play().catch(stop);
}

function refresh() {
  for (const button of document.querySelectorAll(".play-recording")) {
    button.hidden = !pickerOf(button).value;
  }
}

player.addEventListener("ended", stop);
player.addEventListener("error", stop);
document.addEventListener("click", (event) => {
  const button = event.target.closest(".play-recording");
  if (button) toggle(button);
});
document.addEventListener("change", (event) => {
  if (event.target.closest(".recording-choice")) {
    stop();
    refresh();
  }
});
document.addEventListener("formset:added", refresh);
refresh();
