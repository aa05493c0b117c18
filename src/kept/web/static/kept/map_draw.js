// Draws the map with Cytoscape: teams as nodes, ties as arrows. Colours come from the style sheet, so that light, dark
// and the printed page agree; every colour has its word in the legend and a line style of its own.

/* global cytoscape */

const GAPS = { "": "solid", few: "dotted", watch: "solid", alarm: "dashed" };

/** Reads a colour of the style sheet as the canvas needs it (light-dark() resolved). */
function colour(name, host) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.className = `k-map__probe k-map__probe--${name}`;
  host.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function look(host) {
  const of = (name) => colour(name, host);
  const tones = { "": of("line"), few: of("faint"), watch: of("watch"), alarm: of("alarm") };
  const font = getComputedStyle(host).fontFamily;
  return [
    { selector: "node", style: {
      width: "data(size)", height: "data(size)", shape: "round-rectangle", "background-color": of("node"),
      "border-width": 1.5, "border-color": of("line"), label: "data(label)", color: of("ink"), "font-family": font,
      "font-size": 15, "font-weight": 600, "text-valign": "bottom", "text-margin-y": 5, "min-zoomed-font-size": 7,
      "text-outline-color": of("paper"), "text-outline-width": 3, "text-max-width": 150, "text-wrap": "ellipsis" } },
    { selector: "node.outside", style: { shape: "ellipse", "border-style": "dashed" } },
    { selector: "node.chosen", style: { "background-color": of("accent"), "border-color": of("accent"), "font-size": 19 } },
    { selector: "edge", style: {
      width: "data(width)", "curve-style": "bezier", "control-point-step-size": 34, "line-color": tones[""],
      "target-arrow-color": tones[""], "target-arrow-shape": "triangle", "arrow-scale": "data(arrow)", opacity: 0.85 } },
    ...Object.entries(tones).map(([tone, value]) => ({ selector: `edge[tone = "${tone}"]`, style: {
      "line-color": value, "target-arrow-color": value, "line-style": GAPS[tone], "line-dash-pattern": [9, 5] } })),
    { selector: "edge.named", style: { opacity: 1, "underlay-color": of("accent"), "underlay-opacity": 0.25, "underlay-padding": 5 } },
    { selector: ".aside", style: { opacity: 0.14 } },
  ];
}

function elements(ties, inside, chosen) {
  const loads = new Map();
  const strongest = Math.max(1, ...ties.map((tie) => tie.count));
  for (const tie of ties) {
    for (const name of [tie.provider, tie.customer]) loads.set(name, (loads.get(name) ?? 0) + tie.count);
  }
  const nodes = [...loads].sort(([a], [b]) => a.localeCompare(b)).map(([name, load]) => ({
    data: { id: name, label: name, size: 14 + 30 * Math.sqrt(load / (2 * strongest)) },
    classes: [inside.has(name) ? "" : "outside", name === chosen ? "chosen" : ""].join(" "),
  }));
  const edges = ties.map((tie) => {
    const width = 1.2 + 9 * Math.sqrt(tie.count / strongest);
    return { data: { id: `${tie.provider}\u0000${tie.customer}`, source: tie.provider, target: tie.customer,
      tone: tie.tone, width, arrow: Math.max(0.75, 1.35 - width / 16), tie } };
  });
  return [...nodes, ...edges];
}

/** Runs `work` with a seeded Math.random, so that the same ties are laid out the same way every time. */
function seeded(work) {
  const usual = Math.random;
  let state = 20;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  try { return work(); } finally { Math.random = usual; }
}

/**
 * A map in `host`. `show(ties, {places, chosen})` draws ties: at the given places, or laid out by the ties' strength.
 * `onTeam(name)` and `onTie(tie)` are called on a click or tap; `onNothing()` on the empty ground.
 */
export function drawing(host, inside, { onTeam, onTie, onNothing }) {
  const graph = cytoscape({ container: host, minZoom: 0.15, maxZoom: 3, style: look(host), boxSelectionEnabled: false, autoungrabify: true });
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  graph.on("tap", "node", (event) => onTeam(event.target.id()));
  graph.on("tap", "edge", (event) => onTie(event.target.data("tie")));
  graph.on("tap", (event) => { if (event.target === graph) onNothing(); });
  graph.on("mouseover", "node", (event) => graph.elements().difference(event.target.closedNeighborhood()).addClass("aside"));
  graph.on("mouseout", "node", () => graph.elements().removeClass("aside"));

  function move(change) {
    if (still.matches) graph.viewport(change);
    else graph.animate({ ...change, duration: 160 });
  }

  function zoom(factor) {
    const level = Math.min(graph.maxZoom(), Math.max(graph.minZoom(), graph.zoom() * factor));
    const middle = { x: graph.width() / 2, y: graph.height() / 2 };
    const pan = graph.pan();
    const at = (axis) => middle[axis] - ((middle[axis] - pan[axis]) * level) / graph.zoom();
    move({ zoom: level, pan: { x: at("x"), y: at("y") } });
  }

  // A wide picture gets a wide map: the layout knows nothing of the screen's shape.
  function spread() {
    const box = graph.nodes().boundingBox({ includeLabels: false });
    if (!box.h || !box.w) return;
    const factor = Math.min(2, Math.max(0.75, graph.width() / graph.height() / (box.w / box.h)));
    graph.nodes().positions((node) => ({ x: node.position("x") * factor, y: node.position("y") }));
  }

  const fit = () => { graph.fit(undefined, Math.min(40, graph.width() / 14)); if (graph.zoom() > 1.4) { graph.zoom(1.4); graph.center(); } };

  return {
    show(ties, { places = null, chosen = null } = {}) {
      graph.elements().remove();
      graph.add(elements(ties, inside, chosen));
      const layout = places
        ? { name: "preset", positions: (node) => places.get(node.id()), fit: false }
        : { name: "fcose", animate: false, randomize: true, quality: "proof", nodeSeparation: 110, idealEdgeLength: 115,
          nodeRepulsion: 14000, gravity: 0.35, nodeDimensionsIncludeLabels: true, packComponents: true, fit: false };
      seeded(() => graph.layout(layout).run());
      spread();
      fit();
    },
    name(tie) {
      graph.edges().removeClass("named");
      if (tie) graph.getElementById(`${tie.provider}\u0000${tie.customer}`).addClass("named");
    },
    places: () => Object.fromEntries(graph.nodes().map((node) => [node.id(), { ...node.position() }])),
    pan: (x, y) => graph.panBy({ x, y }),
    zoom,
    fit,
    restyle: () => graph.style(look(host)),
    resize: () => { graph.resize(); fit(); },
  };
}
