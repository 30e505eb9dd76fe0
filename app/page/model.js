// The evaluation report of a model, for people.

import { get } from "./api.js";
import { find, make, offerModels, percent } from "./dom.js";
import { interval, share, table } from "./figures.js";

const choice = find("model");
const SVG = "http://www.w3.org/2000/svg";
const PLOT = 240;

let names = {};

function section(title, ...children) {
  return make("section", {}, make("h2", { textContent: title }), ...children);
}

function card(title, value, remark) {
  return make(
    "div",
    { className: "card" },
    make("dt", { textContent: title }),
    make("dd", {}, make("strong", { textContent: value }), make("span", { textContent: remark })),
  );
}

function headline(report) {
  const { test, without_copies: fresh, other_source: other } = report;
  const missed = test.missed_tumors;
  const cards = [
    card("Called rightly", share(test.accuracy), `of ${test.images} test images; ${interval(test.accuracy)}`),
    card(
      "Without near-copies",
      share(fresh.accuracy),
      `of ${fresh.images} that have none in training; ${interval(fresh.accuracy)}`,
    ),
    card("Tumors called “no tumor”", String(missed.count), `of ${missed.total}; at most ${percent(missed.high)} by the interval`),
    card("Calibration error", percent(test.calibrated.ece), "expected, over 15 bins, after temperature scaling"),
  ];
  if (other) {
    const remark = `of ${other.images} tumors of the source of most “no tumor” images; ${interval(other.found)}`;
    cards.splice(3, 0, card("Other source’s tumors found", share(other.found), remark));
  }
  return make("dl", { className: "cards" }, ...cards);
}

function confusion(part, caption) {
  const classes = Object.keys(part.per_class);
  const rows = part.confusion.map((counts, row) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count, column) => {
      const cell = make("td", { className: "cell", textContent: count });
      cell.style.setProperty("--heat", `${Math.round((100 * count) / Math.max(total, 1))}%`);
      cell.classList.toggle("right", row === column);
      return cell;
    });
    return [names[classes[row]], ...cells];
  });
  return table(caption, [["Is \\ is called", ...classes.map((id) => names[id])], ...rows]);
}

function perClass(part) {
  const rows = Object.entries(part.per_class).map(([id, figures]) => [
    names[id],
    `${share(figures.sensitivity)} (${interval(figures.sensitivity)})`,
    `${share(figures.specificity)} (${interval(figures.specificity)})`,
    share(figures.ppv),
    figures.auroc === null ? "–" : figures.auroc.toFixed(4),
    figures.images,
  ]);
  return table("Each class against the others, all test images", [
    ["Class", "Sensitivity", "Specificity", "PPV", "AUROC", "Images"],
    ...rows,
  ]);
}

function draw(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// Confidence against accuracy of each bin; a dot's area is its share of the images.
function reliability({ calibrated, uncalibrated, images }) {
  const plot = draw("svg", {
    viewBox: `-44 -18 ${PLOT + 64} ${PLOT + 64}`,
    class: "plot",
    role: "img",
    "aria-label":
      `Reliability diagram: calibration error ${percent(uncalibrated.ece)} before temperature scaling, ` +
      `${percent(calibrated.ece)} after it`,
  });
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    const at = value * PLOT;
    plot.append(
      draw("line", { x1: 0, x2: PLOT, y1: PLOT - at, y2: PLOT - at, class: "grid" }),
      draw("text", { x: -8, y: PLOT - at + 4, class: "tick end" }, value),
      draw("text", { x: at, y: PLOT + 18, class: "tick middle" }, value),
    );
  }
  plot.append(draw("line", { x1: 0, y1: PLOT, x2: PLOT, y2: 0, class: "ideal" }));
  for (const [kind, { bins }] of Object.entries({ before: uncalibrated, after: calibrated })) {
    for (const bin of bins.filter(({ accuracy }) => accuracy !== null)) {
      const radius = 3 + 12 * Math.sqrt(bin.images / images);
      plot.append(
        draw("circle", { cx: bin.confidence * PLOT, cy: PLOT - bin.accuracy * PLOT, r: radius.toFixed(1), class: kind }),
      );
    }
  }
  plot.append(
    draw("text", { x: PLOT / 2, y: PLOT + 38, class: "tick middle" }, "confidence"),
    draw("text", { x: -PLOT / 2, y: -34, class: "tick middle", transform: "rotate(-90)" }, "share called rightly"),
  );
  const legend = make("figcaption", {
    className: "hint",
    textContent:
      `On the diagonal, a probability is what it says. Filled: after temperature scaling (error ${percent(calibrated.ece)}); ` +
      `hollow: before (${percent(uncalibrated.ece)}). Area: how many images.`,
  });
  return make("figure", { className: "reliability" }, plot, legend);
}

function corruptions(report) {
  const rows = report.corruptions.map(({ name, accuracy, missed_tumors: missed }) => [
    name,
    `${share(accuracy)} (${interval(accuracy)})`,
    `${missed.count} of ${missed.total}`,
  ]);
  const mean = report.corruption_mean === null ? "" : ` Mean accuracy ${percent(report.corruption_mean)}.`;
  return section(
    "Under changes of the picture",
    make("p", { className: "hint", textContent: `All test images, changed as scanners, exports and screens change them.${mean}` }),
    table("Accuracy under each change", [["Change", "Called rightly", "Tumors called “no tumor”"], ...rows]),
  );
}

function peers(report) {
  const rows = report.peers.map((peer) => [
    `${peer.name} ${peer.version}`,
    share(peer.accuracy),
    share(peer.accuracy_without_copies),
    `${peer.missed_tumors.count} of ${peer.missed_tumors.total}`,
    peer.other_source_found ? share(peer.other_source_found) : "–",
  ]);
  return section(
    "Others on the same images",
    table("Published classifiers, same images, same run", [
      ["Package", "All", "Without near-copies", "Tumors called “no tumor”", "Other source’s tumors found"],
      ...rows,
    ]),
  );
}

async function show() {
  find("problem").hidden = true;
  const model = choice.value;
  try {
    const report = await get(`/models/${encodeURIComponent(model)}/report`);
    if (model !== choice.value) return;
    find("about").textContent =
      `${report.model} ${report.version}, measured on ${report.evaluated_on}: ${report.dataset}. ` +
      `Weights ${report.sha256.slice(0, 12)}…`;
    find("report").replaceChildren(
      headline(report),
      section(
        "What is called what",
        make(
          "div",
          { className: "pair" },
          confusion(report.test, "All test images"),
          confusion(report.without_copies, "Without near-copies in training"),
        ),
      ),
      section("Each class", perClass(report.test)),
      section("Can the probabilities be believed?", reliability(report.test)),
      ...(report.corruptions.length ? [corruptions(report)] : []),
      ...(report.peers.length ? [peers(report)] : []),
    );
  } catch (problem) {
    if (!("advice" in problem)) throw problem;
    find("about").textContent = "";
    find("report").replaceChildren();
    find("problem").replaceChildren(make("strong", { textContent: problem.title }), problem.message);
    find("problem").hidden = false;
  }
}

const [{ classes }, listed] = await Promise.all([get("/classes"), get("/models")]);
names = Object.fromEntries(classes.map(({ id, name }) => [id, name]));
offerModels(listed);
choice.addEventListener("change", show);
await show();
