// Fills the field for a date with one of the three words, and says the odds of what stands in it. The page works without it.
(() => {
  "use strict";
  const fieldOf = (place) => document.getElementById(place.dataset.field);

  document.addEventListener("click", (event) => {
    const word = event.target.closest("button[data-date]");
    const field = word && fieldOf(word.closest("[data-dates]"));
    if (!field) return;
    event.preventDefault();
    field.value = word.dataset.date;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // The odds of the date are said once they have changed, and nothing else of the panel with them.
  document.addEventListener("htmx:after:swap", () => {
    for (const place of document.querySelectorAll("[data-dates]")) {
      const said = place.querySelector("[data-dates-said]");
      const now = place.querySelector("[data-chosen]")?.textContent.trim() ?? "";
      if (said.textContent !== now) said.textContent = now;
    }
  });
})();
