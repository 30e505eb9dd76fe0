// Starts the real service in a separate process, and makes studies for it.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BrainTumorClient } from "../src/index.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const PYTHON = `${ROOT}.venv/bin/python`;
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
  const server: ChildProcess = spawn(PYTHON, ["-m", "app", "serve"], {
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

/** A ZIP archive of DICOM objects that show a sample image. */
export async function zipOfSlices(count: number): Promise<Blob> {
  const program = `
import sys
from tests.support.dicom import sample_slice
from tests.support.images import zipped
sys.stdout.buffer.write(zipped({str(number): sample_slice(5.0 * number) for number in range(${count})}))`;
  const { stdout } = await promisify(execFile)(PYTHON, ["-c", program], { cwd: ROOT, encoding: "buffer", maxBuffer: 2 ** 24 });
  return new Blob([stdout]);
}
