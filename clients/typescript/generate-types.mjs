// Writes src/schema.ts from the API's committed description; with --check says whether it is up to date.

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const DOCUMENT = new URL("../../docs/openapi.json", import.meta.url);
const TYPES = new URL("src/schema.ts", import.meta.url);

// Files are strings in the description; here they are what a browser and Node call a file.
const BLOB = ts.factory.createTypeReferenceNode("Blob");
const isFile = ({ format, contentMediaType }) => format === "binary" || contentMediaType === "application/octet-stream";

// Examples are left out: they hold measured times, and are other ones whenever the documentation is made.
const withoutExample = (key, value) => (key === "example" ? undefined : value);
const document = JSON.parse(await readFile(DOCUMENT, "utf8"), withoutExample);

const types = astToString(await openapiTS(document, { transform: (schema) => (isFile(schema) ? BLOB : undefined) }));
const text = `// Generated from docs/openapi.json: npm run generate\n\n${types}`;

if (!process.argv.includes("--check")) {
  await writeFile(TYPES, text);
} else if ((await readFile(TYPES, "utf8")) !== text) {
  console.error("src/schema.ts is not what docs/openapi.json gives: npm run generate");
  process.exitCode = 1;
}
