// The menu of a narrow screen, which shows and hides the links of the navigation.

import { find } from "./dom.js";

const menu = find("menu");

/** @param {boolean} open */
const expand = (open) => menu.setAttribute("aria-expanded", String(open));

menu.addEventListener("click", () => expand(menu.ariaExpanded !== "true"));
menu.closest("nav").addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  expand(false);
  menu.focus();
});
