// CSV files for spreadsheets.

/** @type {(lines: unknown[][]) => Blob} */
export function spreadsheet(lines) {
  const text = lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
  return new Blob([text], { type: "text/csv" });
}

// A spreadsheet would run a text that begins like a formula, also in full-width characters; an apostrophe prevents that.
/** @param {unknown} value */
function cell(value) {
  const text = typeof value === "string" && /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
