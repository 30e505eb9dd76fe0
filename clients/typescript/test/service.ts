// Starts the real service in a separate process.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { BrainTumorClient } from "../src/index.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const START_MS = 120_000;

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export async function startService(): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { ...process.env, PORT: String(port), MAX_BATCH_FILES: "3", LOG_LEVEL: "warning" };
  const server: ChildProcess = spawn(`${ROOT}.venv/bin/python`, ["-m", "app", "serve"], {
    cwd: ROOT,
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const client = new BrainTumorClient({ baseUrl: url });
  for (const deadline = Date.now() + START_MS; ; ) {
    if (server.exitCode !== null) throw new Error(`the service ended with ${server.exitCode}`);
    if (await client.ready().catch(() => false)) break;
    if (Date.now() > deadline) throw new Error("the service did not become ready");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    stop: async () => {
      server.kill("SIGTERM");
      await once(server, "exit");
    },
  };
}
