// CSV files for spreadsheets.

/** @type {(lines: unknown[][]) => Blob} */
export function spreadsheet(lines) {
  const text = lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
  return new Blob([text], { type: "text/csv" });
}

// The rule of app/services/reports/spreadsheet.py, which explains it; a test compares both.
const FORMULA = /(?:^|(?<=[;\t\r\n]))(?=[ \u00a0"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/g;

/** @param {unknown} value */
function cell(value) {
  const text = typeof value === "string" ? value.replace(FORMULA, "'") : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
