// Packs files into a ZIP archive, without compressing them: a study has more files than a form may have.

import { CENTRAL, END, LOCAL, Packed } from "./unzip.js";

const REMAINDERS = Uint32Array.from({ length: 256 }, (_, value) => {
  let rest = value;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});
const VERSION = 20;
const STORED = 0;
// Digits of the names, so that their order is that of the files.
const DIGITS = 5;

/** @param {Uint8Array} bytes */
function checksum(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = REMAINDERS[(rest ^ byte) & 255] ^ (rest >>> 8);
  return ~rest >>> 0;
}

// Numbers as little-endian bytes, each with its size.
/** @param {[size: 2 | 4, value: number][]} fields */
function packed(fields) {
  const bytes = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
    at += size;
  }
  return bytes.buffer;
}

/**
 * What an archive needs of a file. Those of another archive stay as they are compressed.
 * @param {File | Packed} file
 */
async function entryOf(file) {
  if (file instanceof Packed) {
    const { flags, method, sum, size } = file;
    return { content: await file.packed(), flags, method, sum, size };
  }
  return { content: file, flags: 0, method: STORED, sum: checksum(new Uint8Array(await file.arrayBuffer())), size: file.size };
}

/**
 * An archive in which each file is named by its index: file names may identify the patient. One file at a time is in
 * memory.
 * @param {(File | Packed)[]} files
 * @param {AbortSignal} signal
 */
export async function pack(files, signal) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {BlobPart[]} */
  const directory = [];
  let offset = 0;
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    const name = new TextEncoder().encode(String(index).padStart(DIGITS, "0"));
    const { content, flags, method, sum, size } = await entryOf(file);
    // Version, flags, method, time, date (1980-01-01), checksum, both sizes, length of the name, no extra field.
    /** @type {[2 | 4, number][]} */
    const common = [[2, VERSION], [2, flags], [2, method], [2, 0], [2, 33], [4, sum], [4, content.size], [4, size], [2, name.length], [2, 0]];
    const local = packed([[4, LOCAL], ...common]);
    parts.push(local, name, content);
    // No comment, first disk, no attributes.
    directory.push(packed([[4, CENTRAL], [2, VERSION], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), name);
    offset += local.byteLength + name.length + content.size;
  }
  const list = new Blob(directory);
  const count = files.length;
  const end = packed([[4, END], [2, 0], [2, 0], [2, count], [2, count], [4, list.size], [4, offset], [2, 0]]);
  return new Blob([...parts, list, end], { type: "application/zip" });
}
