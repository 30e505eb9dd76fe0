import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

const CLIENT = fileURLToPath(new URL("../../", import.meta.url));

it("the packed client contains code, types, README and licence, and nothing else", () => {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--silent"], { cwd: CLIENT, encoding: "utf8" });
  const [{ files }] = JSON.parse(output);
  const modules = ["client", "errors", "events", "index", "schema"].flatMap((name) => [`dist/src/${name}.d.ts`, `dist/src/${name}.js`]);
  assert.deepEqual(
    files.map(({ path }: { path: string }) => path).toSorted(),
    ["LICENSE", "README.md", "package.json", ...modules].toSorted(),
  );
});
