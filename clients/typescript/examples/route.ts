// app/api/predictions/route.ts of a Next.js application: hands a scan on to the service, whose address stays on the
// server's side, and its answer or its problem back.

import { BrainTumorClient, ProblemError, ServiceError } from "../src/index.js";

const client = new BrainTumorClient({ baseUrl: process.env.MRI_SERVICE_URL ?? "http://localhost:8000" });

export async function POST(request: Request): Promise<Response> {
  const file = (await request.formData()).get("file");
  if (!(file instanceof Blob)) return Response.json({ detail: "Send the scan in the field `file`." }, { status: 400 });
  try {
    return Response.json(await client.predict(file, {}, { signal: request.signal }));
  } catch (error) {
    if (error instanceof ProblemError) {
      const headers = error.retryAfter === undefined ? {} : { "Retry-After": String(error.retryAfter) };
      return Response.json(error.problem, { status: error.status, headers });
    }
    if (error instanceof ServiceError) return Response.json({ detail: error.message }, { status: 502 });
    throw error;
  }
}
