// Builds a Next.js application with Turbopack from the packed client and the files of examples/.

import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CLIENT = fileURLToPath(new URL("..", import.meta.url));
const LAYOUT = `import type { ReactNode } from "react";

export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`;
const PAGE = `import { ScanReader } from "./scan-reader";

export default function Page() {
  return <ScanReader />;
}
`;

const application = await mkdtemp(join(tmpdir(), "next-"));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" } });

try {
  const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--silent", "--pack-destination", application], CLIENT));
  await mkdir(join(application, "app/api/predictions"), { recursive: true });
  await Promise.all([
    writeFile(join(application, "package.json"), '{ "name": "front-end", "private": true }\n'),
    writeFile(join(application, "app/layout.tsx"), LAYOUT),
    writeFile(join(application, "app/page.tsx"), PAGE),
    copyFile(join(CLIENT, "examples/scan-reader.tsx"), join(application, "app/scan-reader.tsx")),
    copyFile(join(CLIENT, "examples/route.ts"), join(application, "app/api/predictions/route.ts")),
  ]);
  const packages = ["next@16", "react@19", "react-dom@19", "typescript@5.9", "@types/react@19", "@types/node@20"];
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", `./${filename}`, ...packages], application);
  console.log(run("npx", ["next", "build", "--turbopack"], application));
} catch (error) {
  console.error(error.stdout, error.stderr);
  process.exitCode = 1;
} finally {
  await rm(application, { recursive: true });
}
