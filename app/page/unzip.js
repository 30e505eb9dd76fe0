// Reads ZIP archives: their files are sent without their names, or shown as scans.

import { Problem } from "./api.js";

export const LOCAL = 0x04034b50;
export const CENTRAL = 0x02014b50;
export const END = 0x06054b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
export const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const ENCRYPTED = 1;
const DEFLATED = 8;
// What operating systems add to folders; the service leaves the same out.
const HIDDEN = /(^|\/)(\.[^./]|__MACOSX|thumbs\.db$|desktop\.ini$)/i;

function unreadable() {
  return new Problem(
    "The ZIP archive cannot be read",
    "It is damaged, or of a kind that this page does not read.",
    "Unpack it, and drop its folder here.",
  );
}

/** A file in an archive. */
export class Packed {
  /**
   * @param {Blob} archive
   * @param {{ name: string, flags: number, method: number, sum: number, packedSize: number, size: number, at: number }} entry
   */
  constructor(archive, entry) {
    this.archive = archive;
    this.name = entry.name;
    this.flags = entry.flags & ENCRYPTED;
    this.method = entry.method;
    this.sum = entry.sum;
    this.size = entry.size;
    this.packedSize = entry.packedSize;
    this.at = entry.at;
  }

  // Its bytes as they are in the archive.
  async packed() {
    const head = await viewOf(this.archive, this.at, LOCAL_BYTES);
    if (head.byteLength < LOCAL_BYTES || head.getUint32(0, true) !== LOCAL) throw unreadable();
    const start = this.at + LOCAL_BYTES + head.getUint16(26, true) + head.getUint16(28, true);
    return this.archive.slice(start, start + this.packedSize);
  }

  /** @returns {Promise<ReadableStream<Uint8Array>>} */
  async stream() {
    const bytes = (await this.packed()).stream();
    return this.method === DEFLATED && !this.flags ? bytes.pipeThrough(new DecompressionStream("deflate-raw")) : bytes;
  }

  // As a file of its own.
  async unpacked() {
    try {
      return new File([await new Response(await this.stream()).blob()], this.name);
    } catch {
      // The service reports what is wrong with it.
      return new File([await this.packed()], this.name);
    }
  }
}

/**
 * The first bytes of a file; fewer if it is shorter or damaged.
 * @param {File | Packed} file
 * @param {number} count
 */
export async function startOf(file, count) {
  const start = new Uint8Array(count);
  let length = 0;
  const reader = (await file.stream()).getReader();
  try {
    for (let piece; length < count && !(piece = await reader.read()).done; ) {
      const part = piece.value.subarray(0, count - length);
      start.set(part, length);
      length += part.length;
    }
  } catch {
    // Damaged.
  }
  reader.cancel().catch(() => {});
  return start.subarray(0, length);
}

/** @type {(archive: Blob, at: number, count: number) => Promise<DataView<ArrayBuffer>>} */
async function viewOf(archive, at, count) {
  return new DataView(await archive.slice(at, at + count).arrayBuffer());
}

/**
 * The files in an archive, without hidden ones.
 * @param {Blob} archive
 * @throws {Problem} It cannot be read.
 */
export async function unzip(archive) {
  try {
    const tail = await viewOf(archive, Math.max(0, archive.size - END_BYTES - LONGEST_COMMENT), archive.size);
    let end = tail.byteLength - END_BYTES;
    while (tail.getUint32(end, true) !== END) end -= 1;
    const [count, length, start] = [tail.getUint16(end + 10, true), tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
    return entriesIn(await viewOf(archive, start, length), count)
      .filter(({ name }) => !name.endsWith("/") && !HIDDEN.test(name))
      .map((entry) => new Packed(archive, entry));
  } catch {
    throw unreadable();
  }
}

/** @type {(directory: DataView<ArrayBuffer>, count: number) => ConstructorParameters<typeof Packed>[1][]} */
function entriesIn(directory, count) {
  const entries = [];
  for (let at = 0; entries.length < count; ) {
    if (directory.getUint32(at, true) !== CENTRAL) throw unreadable();
    const length = directory.getUint16(at + 28, true);
    entries.push({
      // Only the page shows it, so that letters of another encoding do no harm.
      name: new TextDecoder().decode(new Uint8Array(directory.buffer, at + CENTRAL_BYTES, length)),
      flags: directory.getUint16(at + 8, true),
      method: directory.getUint16(at + 10, true),
      sum: directory.getUint32(at + 16, true),
      packedSize: directory.getUint32(at + 20, true),
      size: directory.getUint32(at + 24, true),
      at: directory.getUint32(at + 42, true),
    });
    at += CENTRAL_BYTES + length + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
  return entries;
}
