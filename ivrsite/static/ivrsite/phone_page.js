// What the telephone's page shows of a call: transcript, place on the map, NCCO, and which buttons are of use now.
"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  let words = {};

  function say(name, values = {}) {
    return Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), words[name] || name);
  }

  function made(tag, className, text = "") {
    const node = document.createElement(tag);
    node.className = className;
    node.textContent = text;
    return node;
  }

  function row(at, who, kind) {
    const item = made("li", kind);
    item.append(made("span", "at", at), made("span", "who", say(who)));
    const what = made("div", "what");
    item.append(what);
    return [item, what];
  }

  function spoken(said, extra) {
    const paragraph = made("p", "said", said.text || `${say("recording")} ${said.audio}`);
    paragraph.lang = said.language;
    const facts = [said.name, say("seconds", { n: said.seconds }), extra].filter(Boolean).join(", ");
    paragraph.append(" ", made("span", "facts-of", `(${facts})`));
    return paragraph;
  }

  function rows(turn) {
    const [did, what] = row(turn.at, turn.who, turn.who);
    what.append(made("p", "did", turn.did), ...turn.why.map((why) => made("p", "why", why)));
    const heard = [did];
    if (turn.whispered) {
      const [item, target] = row("", "target", "line");
      target.append(spoken(turn.whispered, say("whisper")));
      heard.push(item);
    }
    if (turn.said.length || turn.then.length) {
      const [item, line] = row("", "line", "line");
      line.append(...turn.said.map((said) => spoken(said)), ...turn.then.map((then) => made("p", "then", then)));
      heard.push(item);
    }
    return heard;
  }

  // Only what is new is added, so that a screen reader reads it once.
  function transcript(turns, before) {
    const list = element("transcript");
    const same = turns.length >= before.length && before.every((turn, n) => JSON.stringify(turn) === JSON.stringify(turns[n]));
    if (!same) {
      list.replaceChildren();
    }
    list.querySelectorAll(".now").forEach((item) => item.classList.remove("now"));
    turns.slice(same ? before.length : 0).forEach((turn) => list.append(...rows(turn)));
    if (list.lastElementChild) {
      list.lastElementChild.classList.add("now");
      list.scrollTop = list.scrollHeight;
    }
    element("transcript-empty").hidden = turns.length > 0;
  }

  function bringIntoView(place) {
    const frame = place.closest(".map-frame");
    if (frame) {
      const [box, seen] = [place.getBoundingClientRect(), frame.getBoundingClientRect()];
      frame.scrollLeft += box.left - seen.left - (seen.width - box.width) / 2;
      frame.scrollTop += box.top - seen.top - (seen.height - box.height) / 2;
    }
  }

  function onMap(key, way) {
    document.querySelectorAll(".here, .passed, .went").forEach((node) => node.classList.remove("here", "passed", "went"));
    const places = [...document.querySelectorAll("[data-place]")];
    const passed = new Set(way.flat());
    places.forEach((place) => {
      const mine = place.dataset.place;
      place.classList.toggle("here", mine === key);
      place.classList.toggle("passed", mine !== key && passed.has(mine));
      if (mine === key) {
        place.setAttribute("aria-current", "true");
      } else {
        place.removeAttribute("aria-current");
      }
    });
    document.querySelectorAll("[data-from]").forEach((edge) => {
      const went = way.some(([from, to]) => edge.dataset.from === from && edge.dataset.to === to);
      edge.classList.toggle("went", went);
    });
    places.filter((place) => place.dataset.place === key).forEach(bringIntoView);
  }

  window.addEventListener("resize", () => document.querySelectorAll(".map-place.here").forEach(bringIntoView));

  function waiting(answer) {
    const waits = answer.waits;
    if (answer.asks) {
      return say("asks");
    }
    switch (waits.for) {
      case "keys": return say(waits.speech ? "speech" : "keys");
      case "target": return say("rings", { target: waits.target });
      case "message": case "talks": case "over": return say(waits.for);
      default: return say("nobody");
    }
  }

  function buttons(answer, undoable) {
    const waits = answer.waits;
    const now = new Set(answer.asks ? ["asks"] : [waits.for, waits.speech ? "speech" : "", ["over", "nothing"].includes(waits.for) ? "" : "begun"]);
    document.querySelectorAll("[data-for]").forEach((part) => { part.hidden = !now.has(part.dataset.for); });
    const begun = answer.turns.length > 0;
    element("phone-ring").disabled = begun && !answer.over;
    element("phone-hang-up").disabled = !begun || answer.over || Boolean(answer.asks);
    element("phone-undo").disabled = !undoable;
    element("phone-again").disabled = !begun;
    const save = element("phone-save");
    if (save) {
      save.hidden = !begun || !answer.ends_at;
    }
  }

  function question(asks) {
    const boxes = element("phone-values");
    boxes.replaceChildren();
    if (!asks) {
      return;
    }
    const given = asks.given.map(([name, value]) => `${name} ${value}`).join(", ");
    element("phone-question").textContent = say("lookup", { name: asks.name, source: asks.source, given: given && say("with", { values: given }) });
    asks.wanted.forEach((name, n) => {
      const label = made("label", "", name);
      const box = made("input", "");
      Object.assign(box, { type: "text", id: `phone-value-${n}`, name, maxLength: 100, autocomplete: "off" });
      label.htmlFor = box.id;
      boxes.append(label, box);
    });
  }

  function show(answer, before, undoable) {
    transcript(answer.turns, before ? before.turns : []);
    element("phone-ncco").textContent = answer.ncco;
    element("phone-waits").textContent = waiting(answer);
    element("phone-total").textContent = answer.turns.length ? say("total", { n: answer.seconds }) : "";
    element("phone-place").textContent = answer.place.key ? say(answer.over ? "ended" : "at", { place: answer.place.label }) : "";
    onMap(answer.place.key, answer.way);
    question(answer.asks);
    buttons(answer, undoable);
    element("phone-notes").textContent = (answer.notes || []).join(" ");
    fault(answer.fault || "");
  }

  function fault(text) {
    const note = element("phone-fault");
    note.hidden = !text;
    note.textContent = text;
  }

  window.phonePage = { say, show, fault, learn: (learnt) => { words = learnt; } };
})();
