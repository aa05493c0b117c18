// A promise's page keeps itself up to date while nobody acts on it. The page works without it.
(() => {
  "use strict";

  const EVERY = 3000; // ms
  const live = () => document.getElementById("live");
  const news = document.getElementById("live-news");
  if (!live()) return;
  const said = (where) => [...where.querySelectorAll(".k-states, h1, .k-signs, .k-story__what")].map((one) => one.textContent).join("\n");

  function inUse() {
    const active = document.activeElement;
    const typing = active.closest("#live") && active.matches("input, textarea, select");
    return typing || live().querySelector("#act form, details[open]") !== null || document.querySelector("dialog[open]") !== null;
  }

  function put(fresh) {
    const old = live();
    const changed = said(old) !== said(fresh);
    const focused = document.activeElement.closest("#live a[href]")?.getAttribute("href");
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    const again = focused && [...fresh.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === focused);
    if (again) again.focus({ preventScroll: true });
    if (changed && news) news.textContent = "This promise has changed.";
  }

  let asking = false;
  async function look() {
    if (asking || document.hidden || inUse()) return;
    asking = true;
    try {
      const answer = await fetch(live().dataset.address, {
        headers: { "Kept-Known": live().dataset.stamp || "nothing" }, cache: "no-store", redirect: "error",
      });
      if (answer.status !== 200) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      if (fresh && !inUse()) put(document.importNode(fresh, true));
    } catch { /* no network for a moment, or signed out: the next round asks again */
    } finally { asking = false; }
  }
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
})();
