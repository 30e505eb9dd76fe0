// Writes src/schema.ts from docs/openapi.json; with --check, fails if the file is out of date.

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const DOCUMENT = new URL("../../docs/openapi.json", import.meta.url);
const TYPES = new URL("src/schema.ts", import.meta.url);

// OpenAPI describes files as strings; browsers and Node send them as Blob.
const BLOB = ts.factory.createTypeReferenceNode("Blob");
const isFile = ({ format, contentMediaType }) => format === "binary" || contentMediaType === "application/octet-stream";

// Examples contain measured times, which change with every run of `make docs`.
const withoutExample = (key, value) => (key === "example" ? undefined : value);
const document = JSON.parse(await readFile(DOCUMENT, "utf8"), withoutExample);

const types = astToString(await openapiTS(document, { transform: (schema) => (isFile(schema) ? BLOB : undefined) }));
const text = `// Generated from docs/openapi.json: npm run generate\n\n${types}`;

if (!process.argv.includes("--check")) {
  await writeFile(TYPES, text);
} else if ((await readFile(TYPES, "utf8")) !== text) {
  console.error("src/schema.ts differs from docs/openapi.json: npm run generate");
  process.exitCode = 1;
}
