// Small helps that every page has. Each page works without them.
(() => {
  "use strict";

  const chosenLook = () => document.documentElement.dataset.bsTheme ?? "system";

  function showLook() {
    for (const button of document.querySelectorAll("[data-look-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.lookSet === chosenLook()));
    }
  }

  function setLook(look) {
    if (look === "system") delete document.documentElement.dataset.bsTheme;
    else document.documentElement.dataset.bsTheme = look;
    try {
      if (look === "system") localStorage.removeItem("kept-look");
      else localStorage.setItem("kept-look", look);
    } catch { /* storage may be closed: the choice then lasts for this page */ }
    showLook();
    document.dispatchEvent(new CustomEvent("kept:look"));
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.k-menu[open]")) if (menu !== except) menu.open = false;
  }

  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  document.addEventListener("click", (event) => {
    const look = event.target.closest("[data-look-set]");
    if (look) setLook(look.dataset.lookSet);
    closeMenus(event.target.closest("details.k-menu"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details.k-menu[open]");
      closeMenus(null);
      open?.querySelector("summary").focus();
    }
    if (event.key === "/" && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    }
  });

  for (const look of document.querySelectorAll("[data-look]")) look.hidden = false;
  showLook();
  document.querySelector("[data-error-summary]")?.focus();
})();
