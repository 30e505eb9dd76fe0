// What a user chooses or drops: the files in folders and archives, and whether they are a study.

import { site } from "./dom.js";
import { Packed, startOf, unzip } from "./unzip.js";

const PACKED = /\.zip$/i;
const VOLUME = /\.nii(\.gz)?$/i;
// A disc starts with files that are no pictures, such as its directory and a viewer.
const LOOKED_AT = 20;
const MARK_END = 132;
// The element with the number of frames, little endian, and where in an object it is.
const FRAMES = "\x28\0\x08\0";
const FRAMES_WITHIN = 65536;

/** @param {Uint8Array} bytes */
const lettersOf = (bytes) => new TextDecoder("latin1").decode(bytes);

// Whether a file has the mark of a DICOM object, or a usual ending of one.
/** @param {File | Packed} file */
async function isObject(file) {
  return /\.(dcm|ima)$/i.test(file.name) || lettersOf(await startOf(file, MARK_END)).endsWith("DICM");
}

// Whether a DICOM object has several frames; it may also say that it has one.
/** @param {File | Packed} file */
async function hasFrames(file) {
  return lettersOf(await startOf(file, FRAMES_WITHIN)).includes(FRAMES);
}

/**
 * Whether files are a study: a volume, an object with frames, or several files with an object among the first.
 * @param {(File | Packed)[]} files
 */
export async function isStudy(files) {
  if (!site.dicom) return false;
  if (files.some(({ name }) => VOLUME.test(name))) return true;
  if (files.length === 1) return (await isObject(files[0])) && hasFrames(files[0]);
  return (await Promise.all(files.slice(0, LOOKED_AT).map(isObject))).some(Boolean);
}

/**
 * Replaces ZIP archives by the files in them.
 * @param {File[]} files
 * @returns {Promise<(File | Packed)[]>}
 * @throws {import("./api.js").Problem} An archive cannot be read.
 */
export async function opened(files) {
  return (await Promise.all(files.map((file) => (PACKED.test(file.name) ? unzip(file) : [file])))).flat();
}

// Files as scans, each with its own bytes.
/** @param {(File | Packed)[]} files */
export function unpacked(files) {
  return Promise.all(files.map((file) => (file instanceof Packed ? file.unpacked() : file)));
}

// The files of a drop, with those in its folders. Call it before the drop's event ends.
/** @param {DataTransfer} drop */
export async function filesOf(drop) {
  const entries = [...drop.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some(({ isDirectory }) => isDirectory)) return [...drop.files];
  return (await Promise.all(entries.map(filesIn))).flat();
}

/**
 * @param {any} entry
 * @returns {Promise<File[]>}
 */
async function filesIn(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const files = [];
  // A reader gives a part of its folder at a time, and nothing at the end.
  for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length; ) {
    for (const each of some) files.push(...(await filesIn(each)));
  }
  return files;
}
