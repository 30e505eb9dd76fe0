/** A server-sent event of the service, with its data parsed. */
export interface ServerEvent {
  name: string;
  data: unknown;
}

/** The events of a response. Leaving the loop cancels the response. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = stream.getReader();
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
    await reader.cancel();
  }
}
