// The scan with its heat-map over it.

/** @import { Prediction, ClassInfo } from "./types.js" */

import { find, make } from "./dom.js";

const original = find("original");
const heat = find("heat");
const strength = find("strength");
const on = find("heat-on");
const targets = find("targets");

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
 * @param {(target: string) => unknown} choose Called with the class whose heat-map is requested.
 */
export function fillTargets(classes, choose) {
  for (const { id, name } of classes) {
    const input = make("input", { type: "radio", name: "target", value: id });
    input.addEventListener("change", () => choose(id));
    targets.append(make("label", {}, input, ` ${name}`));
  }
}

// Shows nothing if a heat-map has no meaning.
/** @param {Prediction} answer */
export function showHeat({ display, heatmap }) {
  if (!display.heatmap_title) return;
  heat.src = heatmap.overlay;
  heat.hidden = false;
  heat.alt = display.heatmap_title;
  find("heat-controls").hidden = false;
  targets.querySelector(`[value=${heatmap.target}]`).checked = true;
  shade();
  find("focus").textContent = display.heatmap;
}
