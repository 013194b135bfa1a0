// A destination's page while it is filled in: what callers will hear, gaps in a language, and fields that do nothing.
"use strict";
(() => {
  const editor = document.querySelector("[data-editor]");
  const form = editor && editor.closest("form");
  if (!form) {
    return;
  }
  const json = (id) => JSON.parse(document.getElementById(id).textContent);
  const voices = json("voices");
  const shownWhen = json("shown-when");
  const speech = window.ivrSpeech;

  // --- play ---

  // Only recordings of this site may be played in its pages; of others the words are spoken.
  function recording(address) {
    if (!address) {
      return "";
    }
    const url = new URL(address, window.location.href);
    return url.origin === window.location.origin ? url.href : "";
  }

  function player(named, what) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "play";
    const show = (playing) => {
      button.textContent = playing ? `■ ${gettext("Stop")}` : `▶ ${gettext("Play")}`;
      button.setAttribute("aria-label", `${playing ? gettext("Stop") : gettext("Play")}: ${named}`);
      button.classList.toggle("playing", playing);
    };
    show(false);
    button.addEventListener("click", async () => {
      if (button.classList.contains("playing")) {
        speech.stop();
        return;
      }
      const { text, language, audio } = what();
      const address = recording(audio);
      if (!address && !text.trim()) {
        return;
      }
      const said = address ? speech.play(address) : speech.speak(text, language);
      show(true);
      await said;
      show(false);
    });
    return button;
  }

  function playBoxes(root) {
    if (!speech || !speech.can) {
      return;
    }
    for (const box of root.querySelectorAll(".prompt textarea[lang]")) {
      if (box.name.includes("__prefix__") || box.dataset.played) {
        continue;
      }
      box.dataset.played = "yes";
      const label = form.querySelector(`label[for="${CSS.escape(box.id)}"]`);
      const named = label ? label.textContent.trim() : box.lang;
      const audio = () => audioOf(box);
      const button = player(named, () => ({ text: box.value, language: voices[box.lang] || box.lang, audio: audio() }));
      button.hidden = true;
      box.after(button);
    }
    offerPlay();
  }

  // An empty box has nothing to play.
  function offerPlay() {
    for (const box of form.querySelectorAll(".prompt textarea[data-played]")) {
      const button = box.parentElement.querySelector(":scope > .play");
      button.hidden = !box.value.trim() && !recording(audioOf(box));
    }
  }

  // A recording of the line, else the address of one elsewhere.
  function audioOf(box) {
    const named = ["recording", "audio"].map((what) => form.elements.namedItem(`${box.name}.${what}`));
    return named.map((one) => (one && one.value) || "").find(Boolean) || "";
  }

  function playPreview() {
    if (!speech || !speech.can) {
      return;
    }
    for (const said of editor.querySelectorAll(".editor-side [data-say]")) {
      const name = said.parentElement.querySelector(".piece-name");
      if (!name.querySelector(".play")) {
        const heading = said.closest(".spoken").querySelector("h3").firstChild.textContent.trim();
        const named = `${name.firstChild.textContent.trim()}, ${heading}`;
        name.append(player(named, () => ({ text: said.textContent, language: said.lang, audio: said.dataset.audio })));
      }
    }
  }

  // --- gaps: words in one language, and none in another ---

  function markGaps() {
    for (const prompt of form.querySelectorAll(".prompt")) {
      const boxes = [...prompt.querySelectorAll("textarea[lang]")].filter((box) => !box.name.includes("__prefix__"));
      const filled = boxes.filter((box) => box.value.trim() || audioOf(box));
      for (const box of boxes) {
        mark(box, filled.length > 0 && !filled.includes(box));
      }
    }
  }

  function mark(box, gap) {
    const place = box.closest(".prompt-language") || box.parentElement;
    let words = place.querySelector(":scope > .missing");
    if (gap && !words) {
      const label = place.querySelector("label");
      const name = label ? label.textContent.trim() : box.lang;
      words = document.createElement("p");
      words.className = "missing";
      words.id = `${box.id}_missing`;
      words.textContent = interpolate(gettext("missing in %s"), [name]);
      box.after(words);
      box.setAttribute("aria-describedby", words.id);
    } else if (!gap && words) {
      words.remove();
      box.removeAttribute("aria-describedby");
    }
  }

  // --- fields that do nothing now ---

  function valueOf(field) {
    return field.type === "checkbox" ? (field.checked ? "on" : "") : field.value;
  }

  function fold() {
    for (const [name, [on, values]] of Object.entries(shownWhen)) {
      const [prefix, column] = name.includes("-") ? name.split("-") : ["", name];
      prefix ? foldColumn(prefix, column, on, values) : foldField(name, on, values);
    }
    for (const part of editor.querySelectorAll("fieldset.module.aligned")) {
      const rows = [...part.querySelectorAll(".form-row")];
      for (const row of rows) {
        const parts = [...row.querySelectorAll(":scope > .form-multiline > div")];
        if (parts.length) {
          row.hidden = parts.every((one) => one.hidden);
        }
      }
      part.hidden = rows.length > 0 && rows.every((row) => row.hidden);
    }
  }

  function foldField(name, on, values) {
    const switched = form.elements.namedItem(on);
    const row = editor.querySelector(`.form-row.field-${name}`);
    if (!switched || !row) {
      return;
    }
    const own = row.querySelector(`.fieldBox.field-${name}`);
    const place = own ? own.parentElement : row;
    place.hidden = !values.includes(valueOf(switched)) && !place.querySelector(".errorlist");
  }

  function foldColumn(prefix, column, on, values) {
    for (const row of document.querySelectorAll(`#${prefix}-group tr.form-row:not(.empty-form)`)) {
      const cell = row.querySelector(`td.field-${column}`);
      const switched = row.querySelector(`td.field-${on} :is(select, input)`) || form.elements.namedItem(on);
      if (cell && switched) {
        cell.classList.toggle("idle", !values.includes(valueOf(switched)) && !cell.querySelector(".errorlist"));
      }
    }
  }

  // --- what callers will hear ---

  const words = editor.querySelector("[data-words]");
  const unread = editor.querySelector("[data-unread]");
  let timer = 0;
  let asked = 0;

  async function refresh() {
    const mine = (asked += 1);
    let answer;
    try {
      const data = new FormData(form);
      for (const [name, value] of [...data.entries()]) {
        if (value instanceof File) {
          data.delete(name);
        }
      }
      const response = await fetch(editor.dataset.preview, { method: "POST", body: data });
      if (!response.ok) {
        return;
      }
      answer = await response.json();
    } catch {
      return; // the last good one stays
    }
    if (mine === asked) {
      show(answer);
    }
  }

  function show(answer) {
    if (answer.panel !== null) {
      for (const place of editor.querySelectorAll("[data-topic]")) {
        place.textContent = answer.outlook[place.dataset.topic] || "";
        place.hidden = !place.textContent;
      }
    }
    if (words && answer.panel !== null) {
      const open = [...words.querySelectorAll("details")].map((one) => one.open);
      words.innerHTML = answer.panel;
      words.querySelectorAll("details").forEach((one, n) => { one.open = Boolean(open[n]); });
      playPreview();
    }
    if (unread) {
      unread.querySelector("ul").replaceChildren(...answer.unread.map((one) => {
        const item = document.createElement("li");
        item.textContent = one;
        return item;
      }));
      unread.hidden = !answer.unread.length;
    }
  }

  function changed() {
    markGaps();
    offerPlay();
    fold();
    if (editor.dataset.preview) {
      clearTimeout(timer);
      timer = setTimeout(refresh, 400);
    }
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("formset:added", (event) => { playBoxes(event.target); changed(); });
  document.addEventListener("formset:removed", changed);

  // --- folds that are filled when they are opened ---

  for (const place of editor.querySelectorAll("details[data-loads]")) {
    place.addEventListener("toggle", async () => {
      const shown = place.querySelector("pre");
      if (!place.open) {
        return;
      }
      try {
        const response = await fetch(place.dataset.loads);
        if (response.ok) {
          shown.textContent = await response.text();
          shown.hidden = false;
        }
      } catch {
        shown.hidden = true; // the link beside it leads there, too
      }
    });
  }

  markGaps();
  fold();
  playBoxes(form);
  playPreview();
  if (form.querySelector(".errornote")) {
    changed();
  }
})();
