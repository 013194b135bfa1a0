// Pickers of destinations, schedules and tables: a box to search in over each <select>, and “new” beside it.
"use strict";
(() => {
  const dialog = document.getElementById("new-destination");
  let made = 0;
  let wanting = null;

  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const chosen = (select) => (select.value && select.selectedOptions[0] ? select.selectedOptions[0].text : "");

  function fits(option, typed) {
    const text = plain(option.text);
    return plain(typed).split(/\s+/).every((word) => text.includes(word));
  }

  // The select stays: it holds the value and its name, and is what works without this file.
  class Picker {
    constructor(select) {
      this.select = select;
      this.shown = [];
      this.active = -1;
      this.typing = false;
      this.id = `picker-${(made += 1)}`;
      this.box = this.makeBox();
      this.list = document.createElement("ul");
      this.list.id = `${this.id}-list`;
      this.list.className = "picker-list";
      this.list.setAttribute("role", "listbox");
      this.list.hidden = true;
      this.frame = document.createElement("span");
      this.frame.className = "picker";
      select.before(this.frame);
      this.frame.append(select, this.box, this.list);
      select.classList.add("picked");
      select.tabIndex = -1;
      select.setAttribute("aria-hidden", "true");
      this.listen();
      this.sync();
    }

    makeBox() {
      const box = document.createElement("input");
      const label = this.select.id && document.querySelector(`label[for="${CSS.escape(this.select.id)}"]`);
      box.type = "text";
      box.id = this.id;
      box.className = "picker-box";
      box.autocomplete = "off";
      box.spellcheck = false;
      box.placeholder = "—";
      const words = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${this.id}-list` };
      for (const [name, value] of Object.entries(words)) {
        box.setAttribute(name, value);
      }
      const described = this.select.getAttribute("aria-describedby");
      if (described) {
        box.setAttribute("aria-describedby", described);
      }
      if (label) {
        label.htmlFor = box.id;
      } else {
        box.setAttribute("aria-label", this.select.getAttribute("aria-label") || gettext("Choose"));
      }
      return box;
    }

    listen() {
      const { box, list, select } = this;
      box.addEventListener("input", (event) => {
        event.stopPropagation(); // nothing is chosen yet
        this.typing = true;
        this.open(box.value);
      });
      box.addEventListener("click", () => (list.hidden ? this.open("") : this.close()));
      box.addEventListener("focus", () => box.select());
      box.addEventListener("blur", () => this.leave());
      box.addEventListener("keydown", (event) => this.key(event));
      list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
      list.addEventListener("click", (event) => {
        const item = event.target.closest("[role=option]");
        if (item) {
          this.choose(this.shown[Number(item.dataset.n)]);
        }
      });
      select.addEventListener("change", () => this.sync());
    }

    key(event) {
      const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
      if (event.key in moves) {
        event.preventDefault();
        this.list.hidden ? this.open("") : this.point(this.active + moves[event.key]);
      } else if (event.key === "Enter" && !this.list.hidden) {
        event.preventDefault();
        this.choose(this.shown[this.active]);
      } else if (event.key === "Escape" && !this.list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        this.close();
        this.sync();
      } else if (event.key === "Tab" && !this.list.hidden && this.typing && this.active >= 0) {
        this.choose(this.shown[this.active]);
      }
    }

    open(typed) {
      const all = [...this.select.options];
      this.shown = typed.trim() ? all.filter((option) => option.value && fits(option, typed)) : all;
      this.list.replaceChildren(...this.shown.map((option, n) => this.item(option, n)));
      if (!this.shown.length) {
        const none = document.createElement("li");
        none.className = "none";
        none.setAttribute("role", "option");
        none.setAttribute("aria-disabled", "true");
        none.textContent = gettext("Nothing of that name");
        this.list.append(none);
      }
      this.list.hidden = false;
      this.box.setAttribute("aria-expanded", "true");
      const now = typed.trim() ? 0 : this.shown.indexOf(this.select.selectedOptions[0]);
      this.point(Math.max(now, 0));
    }

    item(option, n) {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${n}`;
      item.dataset.n = n;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(option.selected));
      item.textContent = option.value ? option.text : `— ${gettext("nothing chosen")}`;
      return item;
    }

    point(n) {
      this.active = this.shown.length ? Math.min(Math.max(n, 0), this.shown.length - 1) : -1;
      this.list.querySelectorAll(".active").forEach((item) => item.classList.remove("active"));
      const item = this.active >= 0 ? this.list.children[this.active] : null;
      if (item) {
        item.classList.add("active");
        item.scrollIntoView({ block: "nearest" });
        this.box.setAttribute("aria-activedescendant", item.id);
      } else {
        this.box.removeAttribute("aria-activedescendant");
      }
    }

    choose(option) {
      this.close();
      if (option && option.value !== this.select.value) {
        this.select.value = option.value;
        this.select.dispatchEvent(new Event("change", { bubbles: true }));
      }
      this.sync();
      this.box.select();
    }

    // Emptied on purpose means nothing is chosen; anything else that was left half typed is undone.
    leave() {
      if (this.typing && !this.box.value.trim()) {
        this.choose([...this.select.options].find((option) => !option.value));
      }
      this.close();
      this.sync();
    }

    close() {
      this.list.hidden = true;
      this.typing = false;
      this.box.setAttribute("aria-expanded", "false");
      this.box.removeAttribute("aria-activedescendant");
    }

    sync() {
      this.box.value = chosen(this.select);
      this.box.title = this.box.value;
    }
  }

  // --- new in place ---

  function addNew(select, frame) {
    const plus = document.createElement("button");
    plus.type = "button";
    plus.className = "picker-new";
    plus.textContent = "+";
    plus.title = gettext("New destination");
    plus.setAttribute("aria-label", gettext("New destination"));
    plus.addEventListener("click", () => {
      wanting = { select, plus };
      dialog.querySelector("#new-destination-fault").textContent = "";
      dialog.querySelector("#new-destination-label").value = "";
      dialog.showModal();
    });
    frame.append(plus);
  }

  async function make() {
    const fault = dialog.querySelector("#new-destination-fault");
    const data = new FormData();
    data.set("label", dialog.querySelector("#new-destination-label").value);
    data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    fault.textContent = "";
    const button = dialog.querySelector("[data-make]");
    button.disabled = true;
    try {
      const response = await fetch(dialog.querySelector("#new-destination-kind").value, { method: "POST", body: data });
      const answer = (response.headers.get("content-type") || "").includes("json") ? await response.json() : {};
      if (!response.ok) {
        fault.textContent = answer.fault || gettext("It was not made. Save this page first, then try again.");
        return;
      }
      offer(answer);
      dialog.close();
    } catch {
      fault.textContent = gettext("The server cannot be reached. Nothing is lost; try again.");
    } finally {
      button.disabled = false;
    }
  }

  function offer(answer) {
    for (const select of document.querySelectorAll("select[data-picker=destination]")) {
      const last = [...select.options].at(-1);
      last.after(new Option(answer.words, answer.value));
    }
    wanting.select.value = answer.value;
    wanting.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  if (dialog) {
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      make();
    });
    dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => wanting && wanting.plus.focus());
  }

  function prepare(root) {
    for (const select of root.querySelectorAll("select[data-picker]:not(.picked)")) {
      if (select.name.includes("__prefix__")) {
        continue;
      }
      const picker = new Picker(select);
      if (dialog && select.dataset.picker === "destination") {
        addNew(select, picker.frame);
      }
    }
  }

  prepare(document);
  document.addEventListener("formset:added", (event) => prepare(event.target));
})();
