"use client";

// A component of a Next.js application: sends the chosen scan to the route handler and shows the prediction.

import { type ChangeEvent, type ReactNode, useState } from "react";
import type { Prediction } from "brain-tumor-classification-client";

type State =
  | { step: "empty" }
  | { step: "waiting" }
  | { step: "done"; prediction: Prediction }
  | { step: "failed"; reason: string };

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

async function classify(file: File): Promise<State> {
  const body = new FormData();
  body.append("file", file, "scan");
  try {
    const response = await fetch("/api/predictions", { method: "POST", body });
    const answer = await response.json();
    return response.ok ? { step: "done", prediction: answer } : { step: "failed", reason: answer.detail };
  } catch {
    return { step: "failed", reason: "The service cannot be reached." };
  }
}

export function ScanReader(): ReactNode {
  const [state, setState] = useState<State>({ step: "empty" });

  async function choose({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const file = target.files?.[0];
    if (!file) return;
    setState({ step: "waiting" });
    setState(await classify(file));
  }

  return (
    <section>
      <label>
        Brain MRI <input type="file" accept="image/*" onChange={choose} />
      </label>
      {state.step === "waiting" && <p role="status">Analysing the scan …</p>}
      {state.step === "failed" && <p role="alert">{state.reason}</p>}
      {state.step === "done" && <Answer prediction={state.prediction} />}
    </section>
  );
}

// A class is named only if the decision allows it.
function headline({ decision, prediction, prediction_set: set, probabilities }: Prediction): string {
  if (decision === "answer") return `${prediction.label} (${percent(prediction.confidence)})`;
  if (decision === "outside") return "No prediction: this image does not look like a brain MRI";
  const left = probabilities.filter((entry) => set?.classes.includes(entry.class)).map(({ label }) => label);
  return `Uncertain${left.length > 0 ? ` (${left.join(", ")})` : ""}: an expert has to read this slice`;
}

function Answer({ prediction }: { prediction: Prediction }): ReactNode {
  const { decision, heatmap, probabilities, explanation, warnings, disclaimer } = prediction;
  return (
    <article>
      <h2>{headline(prediction)}</h2>
      {decision !== "outside" && (
        <>
          {heatmap && <img src={heatmap.overlay} alt={`Heat-map of the evidence for ${heatmap.target}`} />}
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
