// A telephone in the page. It holds the whole call and sends it for each thing done; the server keeps nothing.
"use strict";
(() => {
  const page = document.getElementById("phone-page");
  if (!page) {
    return;
  }
  const element = (id) => document.getElementById(id);
  const { say, show, fault, learn } = window.phonePage;
  const NOTHING = { turns: [], waits: { for: "nothing" }, place: { key: "", label: "" }, way: [], ncco: "", seconds: 0, over: false };
  const setup = element("phone-setup");
  let answer = NOTHING;
  let past = [];
  let pressed = "";
  let timer = 0;
  let busy = false;
  let muted = false;
  let speaking = 0;
  let which = "";
  learn(JSON.parse(element("phone-words").textContent));

  // --- asking the server ---

  async function post(address, body) {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": setup.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify(body),
    });
    if (!(response.headers.get("content-type") || "").includes("json")) {
      throw new Error(say(response.status === 403 || response.redirected ? "signed_out" : "away"));
    }
    return response.json();
  }

  async function ask(body, { back = false } = {}) {
    if (busy) {
      return;
    }
    busy = true;
    page.setAttribute("aria-busy", "true");
    hush();
    try {
      const told = await post(page.dataset.play, { which, by_hand: setup.elements.look_ups.value === "hand", ...body });
      if (!told.call) {
        fault(told.fault);
      } else {
        take(told, back);
      }
    } catch (error) {
      fault(error instanceof TypeError ? say("away") : error.message);
    } finally {
      busy = false;
      page.removeAttribute("aria-busy");
      sendIfComplete();
    }
  }

  function take(told, back) {
    const before = answer;
    const moved = told.turns.length !== before.turns.length;
    if (!back && moved && before.turns.length) {
      past.push(before);
    }
    answer = told;
    show(answer, before, past.length > 0);
    if (answer.waits.for !== "keys") {
      clear();
    }
    if (moved && !back) {
      const since = told.turns.slice(before.turns.length);
      speak(since.flatMap((turn) => (turn.whispered ? [turn.whispered] : []).concat(turn.said)));
    }
    if (answer.asks) {
      (element("phone-values").querySelector("input") || element("phone-answer").querySelector("button")).focus();
    }
  }

  // --- speaking ---

  async function speak(said) {
    const mine = (speaking += 1);
    for (const one of said) {
      if (muted || mine !== speaking || !window.ivrSpeech) {
        return;
      }
      await (one.audio ? window.ivrSpeech.play(one.audio) : window.ivrSpeech.speak(one.text, one.language));
    }
  }

  function hush() {
    speaking += 1;
    if (window.ivrSpeech) {
      window.ivrSpeech.stop();
    }
  }

  // --- the call ---

  function begin() {
    const form = setup.elements;
    const real = !form.lists_real || form.lists_real.checked;
    const lists = [...setup.querySelectorAll("[name=list]:checked")].map((box) => box.value);
    answer = NOTHING;
    past = [];
    which = form.which.value;
    clear();
    if (window.innerWidth <= 900) {
      element("phone-before").open = false;
    }
    show(NOTHING, null, false);
    element("transcript").replaceChildren();
    return ask({
      setup: {
        date: form.date.value, time: form.time.value, caller: form.caller.value, dialled: form.dialled.value,
        lists: real ? null : lists, language: form.language.value === "real" ? null : form.language.value,
        switches: form.switches.value, message: form.message.value,
      },
    });
  }

  function act(words) {
    clear();
    return answer.turns.length ? ask({ call: answer.call, do: [words] }) : undefined;
  }

  function undo() {
    if (past.length && !busy) {
      answer = { ...answer, asks: null };
      const before = past.pop();
      clear();
      hush();
      show(before, answer, past.length > 0);
      answer = before;
    }
  }

  function reply(kind) {
    const values = {};
    element("phone-values").querySelectorAll("input").forEach((box) => { values[box.name] = box.value; });
    return ask({ call: answer.call, do: answer.asks.do, answer: { kind, values: kind === "found" ? values : {} } });
  }

  // --- keys: as on a telephone, they are sent when they are enough, or when no more come ---

  function press(key) {
    hush();
    flash(key);
    if (answer.asks || (!busy && answer.waits.for !== "keys")) {
      if (answer.turns.length && !answer.over) {
        fault(say("typed_ahead"));
      }
      return;
    }
    pressed += key;
    sendIfComplete();
  }

  function sendIfComplete() {
    clearTimeout(timer);
    if (!pressed || busy || answer.waits.for !== "keys") {
      return;
    }
    const { max, hash, seconds } = answer.waits;
    if (pressed.length >= max || (hash && pressed.endsWith("#"))) {
      send();
      return;
    }
    element("phone-typed").textContent = say("pressed", { keys: pressed, n: seconds });
    timer = setTimeout(send, seconds * 1000);
  }

  function send() {
    const keys = pressed;
    clear();
    if (keys) {
      ask({ call: answer.call, do: [`caller presses ${keys.slice(0, 40)}`] });
    }
  }

  function clear() {
    clearTimeout(timer);
    pressed = "";
    element("phone-typed").textContent = "";
  }

  function flash(key) {
    const button = document.querySelector(`#keypad [data-key="${key}"]`);
    button.classList.add("down");
    setTimeout(() => button.classList.remove("down"), 150);
  }

  // --- what the caller says ---

  function speakUp(text, sure) {
    const plain = text.replace(/[“”]/g, '"').trim().slice(0, 200);
    if (plain) {
      act(`caller says “${plain}”${sure < 0.9 ? ` (${Math.round(sure * 100)}% sure)` : ""}`);
      element("phone-say").value = "";
    }
  }

  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  function listen() {
    hush();
    const recognition = new Recognition();
    recognition.lang = answer.waits.speech;
    recognition.onresult = (event) => speakUp(event.results[0][0].transcript, event.results[0][0].confidence || 1);
    recognition.onerror = (event) => fault(say(event.error === "no-speech" ? "not_heard" : "no_microphone"));
    recognition.start();
  }

  // --- the golden call ---

  async function save() {
    const name = element("phone-name").value.trim();
    if (!name) {
      element("phone-saved").textContent = say("no_name");
      element("phone-name").focus();
      return;
    }
    const { at, caller, dialled, known, switches, script } = answer.call;
    try {
      const told = await post(page.dataset.save, { name, at, caller, dialled, known, switches, script, ends_at: answer.ends_at });
      const saved = element("phone-saved");
      saved.textContent = told.error || say("saved");
      if (told.url) {
        const link = document.createElement("a");
        Object.assign(link, { href: told.url, textContent: told.name });
        saved.append(" ", link);
      }
    } catch {
      element("phone-saved").textContent = say("not_saved");
    }
  }

  // --- buttons and keyboard ---

  function enter() {
    if (pressed) {
      send();
    } else if (answer.turns.length && !answer.over) {
      if (!answer.asks) {
        act("caller hangs up");
      }
    } else {
      begin();
    }
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (/^[0-9*#]$/.test(event.key)) {
      event.preventDefault();
      press(event.key);
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      event.preventDefault();
      enter();
    }
  });
  element("keypad").addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) {
      press(button.dataset.key);
    }
  });
  element("phone").addEventListener("click", (event) => {
    const button = event.target.closest("[data-do], [data-answer]");
    if (button && button.dataset.do) {
      act(button.dataset.do);
    } else if (button) {
      reply(button.dataset.answer);
    }
  });
  const submits = (id, work) => element(id) && element(id).addEventListener("submit", (event) => { event.preventDefault(); work(); });
  submits("phone-setup", begin);
  submits("phone-save", save);
  submits("phone-answer", () => reply("found"));
  submits("phone-speak", () => speakUp(element("phone-say").value, element("phone-mumble").checked ? 0.3 : 1));
  element("phone-ring").addEventListener("click", begin);
  element("phone-again").addEventListener("click", begin);
  element("phone-undo").addEventListener("click", undo);
  element("phone-mute").addEventListener("click", (event) => {
    muted = !muted;
    event.currentTarget.setAttribute("aria-pressed", String(muted));
    event.currentTarget.textContent = say(muted ? "unmute" : "mute");
    if (muted) {
      hush();
    }
  });
  element("phone-microphone").hidden = !Recognition;
  element("phone-microphone").addEventListener("click", listen);

  function folds() {
    element("try-message-row").hidden = setup.elements.switches.value !== "message";
    const lists = element("try-lists");
    if (lists) {
      lists.hidden = setup.elements.lists_real.checked;
    }
  }
  setup.addEventListener("change", (event) => {
    folds();
    if (event.target.name === "which") {
      // Its map, its languages and its lists are other ones.
      keep();
      location.search = `?which=${encodeURIComponent(event.target.value)}`;
    }
  });

  // Across that, what was typed stays.
  const KEPT = `try-setup ${location.pathname}`;
  const boxes = () => [...setup.elements].filter((box) => box.name && !["which", "csrfmiddlewaretoken"].includes(box.name));
  const named = (box) => `${box.name} ${box.type === "checkbox" ? box.value : ""}`;
  function keep() {
    const typed = boxes().map((box) => [named(box), box.type === "checkbox" ? box.checked : box.value]);
    sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(typed)));
  }
  function restore() {
    const typed = JSON.parse(sessionStorage.getItem(KEPT) || "{}");
    sessionStorage.removeItem(KEPT);
    boxes().filter((box) => named(box) in typed).forEach((box) => {
      const value = typed[named(box)];
      if (box.type === "checkbox") {
        box.checked = value;
      } else if (box.tagName !== "SELECT" || [...box.options].some((option) => option.value === value)) {
        box.value = value;
      }
    });
  }
  restore();
  folds();
})();
