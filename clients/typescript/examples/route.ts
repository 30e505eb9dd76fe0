// app/api/predictions/route.ts of a Next.js application: forwards a scan to the service and returns its prediction or its
// problem. The address of the service is known to the server only.

import { BrainTumorClient, ProblemError, ServiceError } from "brain-tumor-classification-client";

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
