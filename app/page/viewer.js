// The scan with its heat-map over it.

/** @import { Prediction, ClassInfo } from "./types.js" */

import { find, make } from "./dom.js";

const original = find("original");
const heat = find("heat");
const strength = find("strength");
const on = find("heat-on");
const targets = find("targets");
const scale = find("scale");
// The choice beside the classes: the probability of a tumor at each place belongs to none of them.
const PLACE = "place";

function shade() {
  heat.style.opacity = on.checked ? strength.value / 100 : 0;
  strength.disabled = !on.checked;
}

on.addEventListener("change", shade);
strength.addEventListener("input", shade);

// A browser may not display the format of the scan; the heat-map, always a PNG, shows the scan too.
original.addEventListener("error", () => {
  original.hidden = true;
});

/** @type {(url: string, name: string) => void} */
export function showScan(url, name) {
  find("empty").hidden = true;
  find("heat-controls").hidden = true;
  heat.hidden = true;
  original.hidden = false;
  original.alt = `The scan ${name}`;
  original.src = url;
}

export function clearScan() {
  for (const part of [original, heat, find("heat-controls")]) part.hidden = true;
  find("empty").hidden = false;
}

/**
 * @param {ClassInfo[]} classes
 * @param {(options: { target: string } | { method: string }) => unknown} choose Called with the requested heat-map.
 */
export function fillTargets(classes, choose) {
  for (const { id, name } of [...classes, { id: PLACE, name: "Place of any tumor" }]) {
    const input = make("input", { type: "radio", name: "target", value: id });
    input.addEventListener("change", () => choose(id === PLACE ? { method: id } : { target: id }));
    targets.append(make("label", {}, input, ` ${name}`));
  }
}

/**
 * Shows nothing if a heat-map has no meaning.
 * @param {Prediction} answer
 * @param {string[]} methods The heat-maps of its model.
 */
export function showHeat({ display, heatmap }, methods) {
  if (!display.heatmap_title) return;
  heat.src = heatmap.overlay;
  heat.hidden = false;
  heat.alt = display.heatmap_title;
  find("heat-controls").hidden = false;
  targets.querySelector(`[value=${heatmap.target ?? PLACE}]`).checked = true;
  targets.querySelector(`[value=${PLACE}]`).closest("label").hidden = !methods.includes(PLACE);
  const [least, most] = heatmap.target ? ["no evidence", "most"] : ["0 %", "100 %"];
  scale.replaceChildren(least, make("span", { className: "inferno", ariaHidden: "true" }), most);
  shade();
  find("focus").textContent = display.heatmap;
}
