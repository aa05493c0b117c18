// Sets the chosen look before the first paint, so that a dark page never flashes white. Without a choice the
// system decides (style sheets use light-dark()); without scripts too.
(() => {
  "use strict";
  let look = null;
  try { look = localStorage.getItem("kept-look"); } catch { /* storage may be closed: then the system decides */ }
  if (look === "light" || look === "dark") document.documentElement.dataset.bsTheme = look;
})();
