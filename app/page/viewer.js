// The scan with its heat-map over it.

import { find, make } from "./dom.js";
import { focusWords } from "./result.js";

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

// A format that the browser cannot draw is seen through its heat-map, which always is a PNG.
original.addEventListener("error", () => {
  original.hidden = true;
});

export function showScan(url, name) {
  find("empty").hidden = true;
  find("heat-controls").hidden = true;
  heat.hidden = true;
  original.hidden = false;
  original.alt = `The scan ${name}`;
  original.src = url;
}

// `choose` is called with the class whose heat-map a person wants to see.
export function fillTargets(classes, choose) {
  for (const { id, name } of classes) {
    const input = make("input", { type: "radio", name: "target", value: id });
    input.addEventListener("change", () => choose(id));
    targets.append(make("label", {}, input, ` ${name}`));
  }
}

export function showHeat({ overlay, target, focus }, label) {
  heat.src = overlay;
  heat.hidden = false;
  heat.alt = `Heat-map: what in the scan speaks for ${label}`;
  find("heat-controls").hidden = false;
  targets.querySelector(`[value=${target}]`).checked = true;
  shade();
  find("focus").textContent = focusWords(focus);
}
