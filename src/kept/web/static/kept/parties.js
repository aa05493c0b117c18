// Suggests names while one is typed into a field that takes a party. Typing the whole name works without it.
(() => {
  "use strict";
  let waiting;

  async function suggest(input) {
    const list = document.getElementById("parties");
    if (!list || input.value.trim().length < 2) return;
    const answer = await fetch(`${list.dataset.src}?q=${encodeURIComponent(input.value.trim())}`, { credentials: "same-origin" });
    if (!answer.ok) return;
    const { names } = await answer.json();
    list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches("input[data-parties]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(event.target), 150);
  });
})();
