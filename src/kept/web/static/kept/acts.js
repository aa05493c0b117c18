// A promise's acts by keyboard: a letter opens a form, Ctrl+Enter sends it, Escape goes back. The page works without it.
(() => {
  "use strict";

  const keys = document.getElementById("keys");
  const act = () => document.getElementById("act");
  const form = () => act()?.querySelector("form");
  const typing = (element) => element.closest("input:not([type=radio], [type=checkbox], [type=file]), textarea, select, [contenteditable]") !== null;

  function intoForm() {
    const first = form()?.querySelector("input:not([type=hidden]), textarea, select, button[type=submit]:not([hidden])");
    if (first && !document.querySelector("[data-error-summary]")) first.focus();
  }

  function back(event) {
    if (keys?.open || document.querySelector("details.k-menu[open]")) return;
    const notNow = form()?.querySelector("[data-not-now]");
    if (notNow) notNow.click();
    else if (!typing(event.target)) location.assign(document.querySelector(".k-mark").href);
    else event.target.blur();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return back(event);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("#act form")) {
      event.preventDefault();
      return event.target.closest("form").requestSubmit();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("dialog") || typing(event.target)) return;
    if (event.key === "?" && keys) { event.preventDefault(); return keys.showModal(); }
    const offered = [...document.querySelectorAll("#act [data-key]")].find((link) => link.dataset.key === event.key);
    if (offered) { event.preventDefault(); offered.click(); }
  });

  // What htmx has put in place of the acts: the form, or, after "Not now", the acts again.
  document.addEventListener("htmx:after:swap", () => { if (form()) intoForm(); else act()?.focus(); });
  intoForm();

  const offer = document.querySelector("[data-keys]");
  if (offer && keys) {
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => keys.showModal());
  }
})();
