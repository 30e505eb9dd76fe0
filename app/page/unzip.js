// Unpacks ZIP archives of pictures, so that each picture is one of several scans.

const ARCHIVE = /\.zip$/i;
const PICTURE = /\.(bmp|gif|jpe?g|png|tiff?|webp)$/i;
// The files of a study often have no ending.
const OF_STUDY = /(\.(dcm|ima|nii|nii\.gz)|(^|\/)[^./]+)$/i;
// Folders, hidden files, and what operating systems add to folders.
const HIDDEN = /\/$|(^|\/)(\.|__MACOSX|thumbs\.db$|desktop\.ini$)/i;
const END = 0x06054b50;
// Bytes of the end of an archive, without and with the longest comment, of an entry, and of the header before a file.
const [END_BYTES, TAIL_BYTES, ENTRY_BYTES, LOCAL_BYTES] = [22, 65557, 46, 30];
const [STORED, DEFLATED] = [0, 8];

/**
 * The pictures in a ZIP archive, with their paths as names. Any other file is returned as it is: an archive without
 * pictures or with a study, and one that cannot be unpacked, which the server rejects.
 * @param {File} file
 */
export async function unpacked(file) {
  if (!ARCHIVE.test(file.name)) return [file];
  try {
    const entries = (await entriesOf(file)).filter(({ name }) => !HIDDEN.test(name));
    const isBatch = entries.some(({ name }) => PICTURE.test(name)) && !entries.some(({ name }) => OF_STUDY.test(name));
    if (!isBatch) return [file];
    const files = [];
    for (const entry of entries) files.push(new File([await contentOf(file, entry)], entry.name));
    return files;
  } catch (problem) {
    // Beyond the end of the file, a damaged content, or a method that is not known.
    if (problem instanceof RangeError || problem instanceof TypeError) return [file];
    throw problem;
  }
}

/** @param {Blob} blob */
const view = async (blob) => new DataView(await blob.arrayBuffer());

/** @param {File} file */
async function entriesOf(file) {
  const tail = await view(file.slice(-TAIL_BYTES));
  let end = tail.byteLength - END_BYTES;
  while (tail.getUint32(end, true) !== END) end -= 1;
  const start = tail.getUint32(end + 16, true);
  const directory = await view(file.slice(start, start + tail.getUint32(end + 12, true)));
  const entries = [];
  let at = 0;
  for (let left = tail.getUint16(end + 10, true); left > 0; left -= 1) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => directory.getUint16(at + field, true));
    entries.push({
      name: new TextDecoder().decode(new Uint8Array(directory.buffer, at + ENTRY_BYTES, nameBytes)),
      encrypted: (directory.getUint16(at + 8, true) & 1) === 1,
      method: directory.getUint16(at + 10, true),
      bytes: directory.getUint32(at + 20, true),
      start: directory.getUint32(at + 42, true),
    });
    at += ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

/** @type {(file: File, entry: Awaited<ReturnType<typeof entriesOf>>[number]) => Promise<Blob>} */
async function contentOf(file, { encrypted, method, bytes, start }) {
  if (encrypted || ![STORED, DEFLATED].includes(method)) throw new RangeError();
  const local = await view(file.slice(start, start + LOCAL_BYTES));
  const first = start + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  const content = file.slice(first, first + bytes);
  if (method === STORED) return content;
  return new Response(content.stream().pipeThrough(new DecompressionStream("deflate-raw"))).blob();
}
