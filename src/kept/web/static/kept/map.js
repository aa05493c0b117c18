// The map page: wires the controls, the picture, the list and the words beside them. Without scripts the list stands alone.

import { around, counted, names, ring, shownSaid, strongest, tieSaid, touches } from "./map_pick.js";
import { drawing } from "./map_draw.js";

const page = document.querySelector("[data-map]");
const part = (name) => page.querySelector(`[data-map-${name}]`);
const form = part("controls");

const asked = new URLSearchParams(location.search);
const state = { team: asked.get("team") ?? "", steps: Number(asked.get("steps") ?? 1), ties: 0, outside: false, tie: null };
let data = { teams: [], ties: [] };
let map = null;

const drawable = () => data.ties.filter((tie) => state.outside || tie.kind === "handoff");
const picked = () => (state.team ? around(drawable(), state.team, state.steps, state.ties) : strongest(drawable(), state.ties));

function redraw() {
  const ties = picked();
  const places = state.team ? ring(state.team, ties) : null;
  map.show(ties, { places, chosen: state.team });
  map.name(state.tie);
  part("said").textContent = ties.length ? shownSaid(ties, drawable(), state.team) : "Nothing to show here yet.";
  tell(ties);
  filterList();
  remember();
}

function remember() {
  const url = new URL(location.href);
  for (const [key, value] of [["team", state.team], ["steps", state.team && state.steps > 1 ? state.steps : ""]]) {
    if (value) url.searchParams.set(key, value);
    else url.searchParams.delete(key);
  }
  history.replaceState(null, "", url);
}

// --- words beside the picture ---

function tell(ties) {
  const beside = part("beside");
  beside.replaceChildren();
  if (state.tie) beside.append(line(tieSaid(state.tie), "k-map__said"), goes(state.tie));
  if (!state.team) { beside.append(...overview(ties)); return; }
  beside.append(heading(state.team));
  const own = ties.filter((tie) => touches(tie, state.team));
  beside.append(
    neighbours("Hands work on to", own.filter((tie) => tie.provider === state.team), "customer"),
    neighbours("Gets work from", own.filter((tie) => tie.customer === state.team), "provider"),
  );
}

function overview(ties) {
  const look = ties.filter((tie) => tie.tone === "alarm" || tie.tone === "watch").slice(0, 6);
  const said = [line("Choose a team to see who hands work to it, on the left, and whom it hands work to, on the right.", "k-soft")];
  if (look.length) said.push(listed("Where to look first", look, (tie) => button(`${tie.provider} → ${tie.customer}`, () => chooseTie(tie))));
  return said;
}

function neighbours(title, ties, side) {
  if (ties.length) return listed(title, ties, (tie) => button(tie[side], () => focus(tie[side])));
  const section = document.createElement("section");
  section.append(Object.assign(document.createElement("h3"), { textContent: title }), line("Nobody among the ties shown.", "k-soft"));
  return section;
}

function listed(title, ties, name) {
  const section = document.createElement("section");
  const list = Object.assign(document.createElement("ul"), { className: "k-map__near" });
  for (const tie of ties) {
    const item = document.createElement("li");
    item.append(name(tie), button(amount(tie), () => chooseTie(tie), "k-map__count"), goes(tie));
    list.append(item);
  }
  section.append(Object.assign(document.createElement("h3"), { textContent: title }), list);
  return section;
}

function heading(team) {
  const head = Object.assign(document.createElement("div"), { className: "k-map__chosen" });
  head.append(Object.assign(document.createElement("h2"), { textContent: team }));
  head.append(button("Show everyone again", () => focus(""), "k-button k-button--quiet"));
  return head;
}

const amount = (tie) => (tie.kind === "serves" ? counted(tie.count, "case served", "cases served") : counted(tie.count, "hand-off"));
const line = (words, className) => Object.assign(document.createElement("p"), { textContent: words, className });

function goes(tie) {
  const word = document.createElement("span");
  word.className = `k-going k-going--${tie.tone || "plain"}`;
  word.textContent = tie.kind === "serves" ? "an outside customer" : tie.going;
  return word;
}

function button(words, press, className = "k-map__name") {
  const made = Object.assign(document.createElement("button"), { type: "button", className, textContent: words });
  made.addEventListener("click", press);
  return made;
}

// --- what the controls do ---

function focus(team) {
  Object.assign(state, { team, tie: null });
  form.elements.team.value = team;
  part("steps").hidden = !team;
  redraw();
}

function chooseTie(tie) {
  state.tie = tie;
  map.name(tie);
  tell(picked());
}

function typed() {
  const words = form.elements.team.value.trim().toLowerCase();
  const known = names(drawable());
  const found = known.find((name) => name.toLowerCase() === words) ?? onlyOne(known.filter((name) => name.toLowerCase().includes(words)));
  part("unknown").hidden = !words || Boolean(found);
  if (!words) focus("");
  else if (found) focus(found);
}

const onlyOne = (found) => (found.length === 1 ? found[0] : undefined);

function filterList() {
  for (const row of page.querySelectorAll("[data-tie]")) {
    row.hidden = Boolean(state.team) && row.dataset.provider !== state.team && row.dataset.customer !== state.team;
  }
}

function view(which) {
  page.dataset.view = which;
  for (const choice of page.querySelectorAll("[data-map-view]")) choice.setAttribute("aria-pressed", String(choice.dataset.mapView === which));
  if (which === "map") map?.resize();
}

function limits() {
  const most = drawable().length;
  const usual = matchMedia("(max-width: 40rem)").matches ? 30 : 60;
  const slider = form.elements.ties;
  Object.assign(slider, { min: Math.min(10, most), max: Math.min(most, 400) });
  slider.value = String(state.ties || Math.min(most, usual));
  state.ties = Number(slider.value);
  part("count").textContent = slider.value;
  part("ties").hidden = most <= 10;
}

const KEYS = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };

function keyed(event) {
  if (KEYS[event.key]) map.pan(...KEYS[event.key]);
  else if (event.key === "+" || event.key === "=") map.zoom(1.3);
  else if (event.key === "-") map.zoom(1 / 1.3);
  else if (event.key === "0") map.fit();
  else return;
  event.preventDefault();
}

function wire() {
  form.addEventListener("submit", (event) => { event.preventDefault(); typed(); });
  form.elements.team.addEventListener("change", typed);
  for (const steps of form.elements.steps) steps.addEventListener("change", () => { state.steps = Number(steps.value); redraw(); });
  form.elements.ties.addEventListener("input", () => { part("count").textContent = form.elements.ties.value; });
  form.elements.ties.addEventListener("change", () => { state.ties = Number(form.elements.ties.value); redraw(); });
  form.elements.outside?.addEventListener("change", (event) => { state.outside = event.target.checked; limits(); redraw(); });
  for (const choice of page.querySelectorAll("[data-map-view]")) choice.addEventListener("click", () => view(choice.dataset.mapView));
  for (const [name, press] of [["in", () => map.zoom(1.3)], ["out", () => map.zoom(1 / 1.3)], ["fit", () => map.fit()]]) {
    part(`zoom-${name}`).addEventListener("click", press);
  }
  part("picture").addEventListener("keydown", keyed);
  document.addEventListener("kept:look", () => map.restyle());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.restyle());
}

async function start() {
  page.classList.add("k-map--live");
  view("map");
  const answer = await fetch(page.dataset.src, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The map's figures did not come (${answer.status}).`);
  data = await answer.json();
  const inside = new Set(data.teams.map((team) => team.name));
  map = drawing(part("canvas"), inside, { onTeam: focus, onTie: chooseTie, onNothing: () => chooseTie(null) });
  part("waiting").hidden = true;
  form.elements.team.value = state.team;
  for (const steps of form.elements.steps) steps.checked = Number(steps.value) === state.steps;
  part("steps").hidden = !state.team;
  limits();
  wire();
  redraw();
  page.keptMap = map;
  page.dataset.ready = "yes";
}

start().catch((error) => {
  part("waiting").hidden = false;
  part("waiting").textContent = `${error.message} The list below says the same.`;
  view("list");
});
