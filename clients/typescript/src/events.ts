/** A server-sent event of the service, with its data parsed. */
export interface ServerEvent {
  name: string;
  data: unknown;
}

/** The events of a response. Leaving the loop cancels the response, and so does a signal that aborts. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const reader = stream.getReader();
  // Cancelling a response that fetch has aborted fails; either will do.
  const cancel = () => reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", cancel);
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
        if (name && data) yield { name, data: JSON.parse(data) };
      }
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    await reader.cancel();
  }
}
