"use client";

// A component of a Next.js application: sends the chosen scan to the route handler and shows the prediction.

import { type ChangeEvent, type ReactNode, useState } from "react";
import type { Prediction } from "brain-tumor-classification-client";

type State =
  | { step: "empty" }
  | { step: "waiting" }
  | { step: "done"; prediction: Prediction }
  | { step: "failed"; reason: string };

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

// Everything shown comes from `display`, which names a class only if the decision allows it.
function Answer({ prediction }: { prediction: Prediction }): ReactNode {
  const { prediction: named, display, heatmap, explanation, warnings, disclaimer } = prediction;
  return (
    <article>
      <h2>{display.summary}</h2>
      <p>{[display.decision, display.acquisition, display.accuracy].filter(Boolean).join(" ")}</p>
      {heatmap?.overlay && display.heatmap_title && <img src={heatmap.overlay} alt={display.heatmap_title} />}
      {named && (
        <ul>
          {display.classes.map(({ class: id, name, probability }) => (
            <li key={id}>
              {name}: {probability}
            </li>
          ))}
        </ul>
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
