// My desk keeps itself up to date, and is walked by keyboard. The page works without it.
(() => {
  "use strict";

  const EVERY = 4000; // ms
  const main = document.getElementById("desk");
  const news = document.getElementById("desk-news");
  const keys = document.getElementById("keys");
  if (!main) return;
  const desk = () => document.getElementById("desk");
  const links = () => [...desk().querySelectorAll("a[data-promise]")];

  // --- up to date -------------------------------------------------------------------------------------------------

  const place = (link) => `${link.closest("section").getAttribute("aria-labelledby")}/${link.dataset.promise}`;
  const signs = (where) => [...where.querySelectorAll("li")].map((item) =>
    `${item.querySelector("a")?.getAttribute("href")} ${item.querySelector(".k-state")?.textContent}`).join("\n");

  function inUse() {
    const active = document.activeElement;
    const typing = active.closest("#desk") && active.matches("input, textarea, select");
    return typing || desk().querySelector("details[open]") !== null || keys?.open;
  }

  function put(fresh) {
    const old = desk();
    const changed = signs(old) !== signs(fresh);
    const focused = document.activeElement.closest("#desk a[data-promise]");
    const held = focused ?? links().find((link) => link.getBoundingClientRect().bottom > 0);
    const where = held && { at: place(held), top: held.getBoundingClientRect().top };
    old.replaceWith(fresh);
    const again = where && links().find((link) => place(link) === where.at);
    if (again && window.scrollY > 0) window.scrollBy({ top: again.getBoundingClientRect().top - where.top, behavior: "instant" });
    if (again && focused) again.focus({ preventScroll: true });
    if (changed && news) news.textContent = "Your desk has changed.";
  }

  let asking = false;
  async function look() {
    if (asking || document.hidden || inUse()) return;
    asking = true;
    try {
      const answer = await fetch(desk().dataset.address, {
        headers: { "Kept-Known": desk().dataset.stamp }, cache: "no-store", redirect: "error",
      });
      if (answer.status !== 200) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("desk");
      if (fresh && !inUse()) put(document.importNode(fresh, true));
    } catch { /* no network for a moment, or signed out: the next round asks again */
    } finally { asking = false; }
  }
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);

  // --- by keyboard ------------------------------------------------------------------------------------------------

  function move(step) {
    const all = links();
    const here = all.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
    all[next]?.focus();
    all[next]?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "?") keys?.showModal();
    else return;
    event.preventDefault();
  });

  const offer = document.querySelector("[data-keys]");
  if (offer && keys) {
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => keys.showModal());
  }
})();
