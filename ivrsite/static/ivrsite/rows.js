// Tables whose rows have an order: drag by the handle, move by buttons, or type the number.
"use strict";
(() => {
  const rowsOf = (body) => [...body.querySelectorAll(":scope > tr.form-row:not(.empty-form)")];
  const boxOf = (row) => row.querySelector("td.field-position input");
  const words = (row) => row.querySelector("td.field-label input, td.field-name input, td.field-value input, td.field-address input");

  // A row in which nothing was filled in is no row yet, and must not become one by getting a number.
  function isFilled(row) {
    if (row.classList.contains("has_original")) {
      return true;
    }
    const typed = row.querySelectorAll("input[type=text], input[type=url], input[type=time], textarea");
    return [...typed].some((box) => box.value.trim());
  }

  function number(body) {
    let place = 0;
    for (const row of rowsOf(body)) {
      const filled = isFilled(row) && !row.querySelector("td.delete input:checked");
      boxOf(row).value = filled ? place : "";
      place += filled ? 1 : 0;
    }
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function say(body, row) {
    const rows = rowsOf(body);
    const name = words(row) ? words(row).value : "";
    const status = body.closest(".rows").querySelector(".moved");
    status.textContent = `${name} ${rows.indexOf(row) + 1} / ${rows.length}`.trim();
  }

  function move(row, by) {
    const body = row.parentElement;
    const rows = rowsOf(body);
    const other = rows[rows.indexOf(row) + by];
    if (!other) {
      return;
    }
    by < 0 ? other.before(row) : other.after(row);
    number(body);
    say(body, row);
  }

  function button(words, sign, does) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "move";
    made.title = words;
    made.setAttribute("aria-label", words);
    made.textContent = sign;
    made.addEventListener("click", does);
    return made;
  }

  // Pointer events serve mouse, pen and finger alike.
  function drag(handle, row) {
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      row.classList.add("dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) {
        return;
      }
      const rows = rowsOf(row.parentElement);
      const over = rows.find((other) => {
        const box = other.getBoundingClientRect();
        return other !== row && event.clientY > box.top && event.clientY < box.bottom;
      });
      if (over) {
        rows.indexOf(over) < rows.indexOf(row) ? over.before(row) : over.after(row);
      }
    });
    const end = () => {
      if (row.classList.contains("dragged")) {
        row.classList.remove("dragged");
        number(row.parentElement);
        say(row.parentElement, row);
      }
    };
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
  }

  function prepare(row) {
    const box = boxOf(row);
    if (!box || row.querySelector(".mover") || row.classList.contains("empty-form")) {
      return;
    }
    const mover = document.createElement("span");
    mover.className = "mover";
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.textContent = "⠿";
    handle.setAttribute("aria-hidden", "true");
    drag(handle, row);
    const up = button(gettext("Move up"), "↑", () => { move(row, -1); up.focus(); });
    const down = button(gettext("Move down"), "↓", () => { move(row, 1); down.focus(); });
    mover.append(handle, up, down);
    box.after(mover);
  }

  for (const table of document.querySelectorAll(".rows")) {
    if (table.querySelector("td.field-position input")) {
      const status = document.createElement("p");
      status.className = "moved visually-hidden";
      status.setAttribute("role", "status");
      table.append(status);
      table.classList.add("ordered");
      table.querySelectorAll("tr.form-row").forEach(prepare);
    }
  }
  document.addEventListener("formset:added", (event) => {
    if (event.target.closest(".rows.ordered")) {
      prepare(event.target);
    }
    // Who adds a row wants to fill it in; by Tab alone it would lie behind.
    const box = "input:not([type=hidden], [type=checkbox]), select:not(.picked), textarea";
    const first = [...event.target.querySelectorAll(`td:not(.field-position) :is(${box})`)][0];
    if (first) {
      first.focus();
    }
  });
})();
