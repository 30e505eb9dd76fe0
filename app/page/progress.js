// The bar that shows the progress of work on many scans, with a button that cancels it.

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
 * @param {number} total Number of scans.
 */
export function beginProgress(total) {
  running.abort();
  const mine = (running = new AbortController());
  const { signal } = mine;
  const started = performance.now();
  let done = 0;
  progress.max = total;
  /** @param {string} left */
  const show = (left) => {
    progress.value = done;
    find("count").textContent = `${done} of ${total} scans${left}`;
  };
  show("");
  bar.hidden = false;
  // Ends what is left of the work.
  const end = () => {
    mine.abort();
    if (running === mine) bar.hidden = true;
  };
  // Another scan is done.
  const step = () => {
    if (signal.aborted) return;
    done += 1;
    show(`, ${timeLeft(started, done, total)}`);
  };
  return { signal, step, end };
}

find("cancel").addEventListener("click", () => {
  running.abort();
  bar.hidden = true;
});
