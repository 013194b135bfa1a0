// Puts what is new in its place every few seconds; without it the page is loaded anew.
(() => {
  const box = document.getElementById("live");
  if (!box) return;
  const renew = async () => {
    if (document.hidden || box.contains(document.activeElement)) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      if (fresh) box.replaceChildren(...fresh.childNodes);
    } catch {
      // The server is away for a moment: what is shown stays, and it is asked again.
    }
  };
  setInterval(renew, Number(box.dataset.seconds) * 1000);
})();
