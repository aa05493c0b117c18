// What the map shows and says, without drawing any of it: which ties, where around a team, in which words.
// Pure functions over the data that the page fetches: ties {provider, customer, kind, count, cases, median_wait_s,
// p90_wait_s, returns, going, tone}.

const byStrength = (a, b) =>
  b.count - a.count || a.provider.localeCompare(b.provider) || a.customer.localeCompare(b.customer);

const total = (ties) => ties.reduce((sum, tie) => sum + tie.count, 0);

/** The n ties with most hand-offs; ties of equal strength in the order of their names. */
export function strongest(ties, n) {
  return [...ties].sort(byStrength).slice(0, n);
}

/** The strongest n ties around a team: its own alone (one step), or about half its own and half its neighbours' (two). */
export function around(ties, team, steps, n) {
  const own = strongest(ties.filter((tie) => touches(tie, team)), n);
  if (steps < 2) return own;
  const near = new Set(own.slice(0, Math.ceil(n / 2)).flatMap((tie) => [tie.provider, tie.customer]));
  const beyond = ties.filter((tie) => !touches(tie, team) && (near.has(tie.provider) || near.has(tie.customer)));
  const next = strongest(beyond, Math.floor(n / 2));
  return [...own.slice(0, n - next.length), ...next];
}

export const touches = (tie, team) => tie.provider === team || tie.customer === team;

/** The names in some ties, in alphabetical order. */
export function names(ties) {
  return [...new Set(ties.flatMap((tie) => [tie.provider, tie.customer]))].sort((a, b) => a.localeCompare(b));
}

/**
 * Places around a team: who hands work to it on the left, who gets work from it on the right, both in between; what is
 * two steps away on an outer ring beside the neighbour it is closest to. Gives a Map of name -> {x, y}.
 */
export function ring(team, ties) {
  const places = new Map([[team, { x: 0, y: 0 }]]);
  const neighbours = names(ties.filter((tie) => touches(tie, team))).filter((name) => name !== team);
  const leaning = new Map(neighbours.map((name) => [name, lean(name, team, ties)]));
  const ordered = [...neighbours].sort((a, b) => leaning.get(a) - leaning.get(b) || a.localeCompare(b));
  const radius = Math.max(190, (ordered.length * 74) / (2 * Math.PI));
  ordered.forEach((name, i) => places.set(name, point(angleOf(i, ordered.length), radius)));
  placeOuter(places, ties, radius);
  return places;
}

// -1: it only hands work to the team; 1: it only gets work from it.
function lean(name, team, ties) {
  const gets = total(ties.filter((tie) => tie.provider === team && tie.customer === name));
  const gives = total(ties.filter((tie) => tie.customer === team && tie.provider === name));
  return (gets - gives) / (gets + gives);
}

// From the left (the first) to the right (the last), one above, the next below.
function angleOf(i, count) {
  const angle = Math.PI * (1 - (i + 0.5) / count);
  return i % 2 === 0 ? -angle : angle;
}

const point = (angle, radius) => ({ x: Math.cos(angle) * radius, y: Math.sin(angle) * radius });

function placeOuter(places, ties, radius) {
  const outer = names(ties).filter((name) => !places.has(name));
  const angles = outer.map((name) => {
    const link = strongest(ties.filter((tie) => touches(tie, name)), ties.length)
      .map((tie) => (tie.provider === name ? tie.customer : tie.provider))
      .find((other) => places.has(other));
    const beside = places.get(link) ?? { x: 1, y: 0 };
    return [Math.atan2(beside.y, beside.x), name];
  });
  angles.sort((a, b) => a[0] - b[0] || a[1].localeCompare(b[1]));
  const far = Math.max(radius * 1.75, (angles.length * 66) / (2 * Math.PI));
  angles.forEach(([, name], i) => places.set(name, point(-Math.PI + (2 * Math.PI * i) / angles.length, far)));
}

/** "1,088 hand-offs": a number and its word. */
export function counted(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;
}

/** A duration in seconds, in the same words as the pages' `lasting`. */
export function lasting(seconds) {
  if (seconds === null || seconds === undefined) return "unknown";
  if (seconds < 60) return "under a minute";
  if (seconds < 5400) return `${rounded(seconds / 60)} min`;
  if (seconds < 129600) return counted(rounded(seconds / 3600), "hour");
  const days = rounded(seconds / 86400);
  if (seconds < 1209600) return counted(days, "day");
  if (seconds < 5184000) return counted(rounded(seconds / 604800), "week");
  return days < 700 ? counted(rounded(days / 30.44), "month") : counted(rounded(days / 365.25), "year");
}

// Halves go to the even number, as in Python.
function rounded(number) {
  const floor = Math.floor(number);
  return number - floor === 0.5 ? floor + (floor % 2) : Math.round(number);
}

/** One tie as a sentence. */
export function tieSaid(tie) {
  if (tie.kind === "serves") return `${tie.provider} served ${tie.customer} in ${counted(tie.cases, "case")}.`;
  const back = tie.returns ? ` ${counted(tie.returns, "of them went", "of them went")} straight back.` : "";
  return `${tie.provider} handed work to ${tie.customer} ${counted(tie.count, "time")}, in ${counted(tie.cases, "case")}. ` +
    `Half of it waited less than ${lasting(tie.median_wait_s)}, nine tenths less than ${lasting(tie.p90_wait_s)}.${back}`;
}

/** What a picture shows, as a sentence: how many ties of how many, and what share of the hand-offs they are. */
export function shownSaid(shown, all, team) {
  const whole = team ? all.filter((tie) => touches(tie, team)) : all;
  const part = team ? shown.filter((tie) => touches(tie, team)) : shown;
  const share = Math.round((100 * total(part)) / Math.max(1, total(whole)));
  const whose = team ? ` of ${team}` : "";
  const what = whole.some((tie) => tie.kind === "serves") ? "hand-offs and cases served" : "hand-offs";
  const rest = shown.length > part.length ? ` ${counted(shown.length - part.length, "more tie")} beyond.` : "";
  if (part.length === whole.length) return `Shows all ${counted(whole.length, "tie")}${whose}.${rest}`;
  return `Shows the strongest ${part.length.toLocaleString("en-GB")} of ${counted(whole.length, "tie")}${whose}: ${share} % of the ${what}.${rest}`;
}
