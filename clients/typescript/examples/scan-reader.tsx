"use client";

// A component of a Next.js application: a scan is chosen, sent to the route handler beside it, and its answer shown.

import { type ChangeEvent, type ReactNode, useState } from "react";
import type { Prediction } from "../src/index.js";

type State =
  | { step: "empty" }
  | { step: "reading" }
  | { step: "read"; prediction: Prediction }
  | { step: "failed"; reason: string };

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

async function read(file: File): Promise<State> {
  const body = new FormData();
  body.append("file", file, "scan");
  try {
    const response = await fetch("/api/predictions", { method: "POST", body });
    const answer = await response.json();
    return response.ok ? { step: "read", prediction: answer } : { step: "failed", reason: answer.detail };
  } catch {
    return { step: "failed", reason: "The service cannot be reached." };
  }
}

export function ScanReader(): ReactNode {
  const [state, setState] = useState<State>({ step: "empty" });

  async function choose({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const file = target.files?.[0];
    if (!file) return;
    setState({ step: "reading" });
    setState(await read(file));
  }

  return (
    <section>
      <label>
        Brain MRI <input type="file" accept="image/*" onChange={choose} />
      </label>
      {state.step === "reading" && <p role="status">The network is at work …</p>}
      {state.step === "failed" && <p role="alert">{state.reason}</p>}
      {state.step === "read" && <Answer prediction={state.prediction} />}
    </section>
  );
}

// What the decision stands for, and no more.
function headline({ decision, prediction, prediction_set: set, probabilities }: Prediction): string {
  if (decision === "answer") return `${prediction.label} (${percent(prediction.confidence)})`;
  if (decision === "outside") return "No answer: this does not look like a brain MRI that the network knows";
  const left = probabilities.filter((entry) => set?.classes.includes(entry.class)).map(({ label }) => label);
  return `Uncertain${left.length > 0 ? ` (${left.join(", ")})` : ""}: a person has to read this slice`;
}

function Answer({ prediction }: { prediction: Prediction }): ReactNode {
  const { decision, heatmap, probabilities, explanation, warnings, disclaimer } = prediction;
  return (
    <article>
      <h2>{headline(prediction)}</h2>
      {decision !== "outside" && (
        <>
          {heatmap && <img src={heatmap.overlay} alt={`Heat-map of what speaks for ${heatmap.target}`} />}
          <ul>
            {probabilities.map((entry) => (
              <li key={entry.class}>
                {entry.label}: {percent(entry.probability)}
              </li>
            ))}
          </ul>
        </>
      )}
      {warnings.map(({ code, message }) => (
        <p key={code}>{message}</p>
      ))}
      {explanation.text.split("\n\n").map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <small>{disclaimer}</small>
    </article>
  );
}
