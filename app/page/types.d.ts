// The API's bodies, as the scripts use them.

import type { components } from "../../clients/typescript/src/schema.js";

type Schemas = components["schemas"];

export type Prediction = Schemas["PredictionResponse"];
export type HistoryRecord = Schemas["RecordBody"];
/** What a result and a history record have in common. */
export type Displayed = Pick<Prediction, "display" | "probabilities" | "warnings">;
export type Study = Schemas["StudyResponse"];
export type StudySeries = Schemas["StudySeriesBody"];
/** An event while a study is read. */
export type StudyProgress = { doing: "headers" | "slices"; done: number; total: number };
export type ClassInfo = Schemas["ClassInfo"];
export type Feedback = Schemas["FeedbackBody"];
/** A scan that the user has chosen: a file, or the name of a sample. */
export type Scan = { source: File | string; url: string; name: string; answer?: Prediction };
