// A line's first guess of its time zone is the browser's own, where nobody has chosen one.
const chosen = document.querySelector("select[name=timezone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (chosen && chosen.value === "UTC" && [...chosen.options].some((option) => option.value === here)) {
  chosen.value = here;
}
