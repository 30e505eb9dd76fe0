// The bar that shows the progress of work on many scans or files, with a button that cancels it.

import { find } from "./dom.js";

const bar = find("progress-bar");
const progress = find("progress");

/** @type {AbortController} */
let running = new AbortController();

/** @type {(started: number, done: number, total: number) => string} */
function timeLeft(started, done, total) {
  const seconds = (((performance.now() - started) / done) * (total - done)) / 1000;
  return seconds < 60 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}

/**
 * Shows the bar until the work ends or is cancelled, which `signal` reports; earlier work on this page is cancelled.
 * @param {number} total
 * @param {string} noun What is counted.
 */
export function beginProgress(total, noun = "scans") {
  running.abort();
  const mine = (running = new AbortController());
  const { signal } = mine;
  let started = performance.now();
  let counted = noun;
  let done = 0;
  // So many are done.
  /** @type {(number: number, of: number, noun: string) => void} */
  const reach = (number, of, noun) => {
    if (signal.aborted) return;
    if (noun !== counted) started = performance.now();
    [done, counted, progress.max, progress.value] = [number, noun, of, number];
    const left = done && done < of ? `, ${timeLeft(started, done, of)}` : "";
    find("count").textContent = `${done} of ${of} ${noun}${left}`;
  };
  reach(0, total, noun);
  bar.hidden = false;
  // Ends what is left of the work.
  const end = () => {
    mine.abort();
    if (running === mine) bar.hidden = true;
  };
  // Another scan is done.
  const step = () => reach(done + 1, total, noun);
  return { signal, step, reach, end };
}

find("cancel").addEventListener("click", () => {
  running.abort();
  bar.hidden = true;
});
