import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { strToU8, unzipSync, Zip, type ZipInputFile } from "fflate";
import {
  archiveOf,
  assetOf,
  isArchive,
  isAsset,
  isObject,
  type Marked,
  membersOf,
  type Value,
} from "./values";

type Files = Map<string, Uint8Array>;

/** The bytes of an asset; paths are relative to the program's folder. */
export function assetBytes(asset: Marked, dir: string): Uint8Array {
  if (typeof asset.text === "string") return strToU8(asset.text);
  if (typeof asset.path === "string") return readFileSync(resolve(dir, asset.path));
  throw new Error(`an asset with ${membersOf(asset).join(", ")} is not supported: give it a text or a path`);
}

/** The files of an archive by name, sorted. */
function archiveFiles(archive: Marked, dir: string): Files {
  const files: Files = new Map();
  if (typeof archive.path === "string") addPath(files, "", resolve(dir, archive.path));
  else if (isObject(archive.assets)) addAssets(files, "", archive.assets, dir);
  else
    throw new Error(
      `an archive with ${membersOf(archive).join(", ")} is not supported: give it assets or a path`,
    );
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addPath(files: Files, name: string, path: string): void {
  if (statSync(path).isDirectory())
    for (const entry of readdirSync(path))
      addPath(files, name === "" ? entry : `${name}/${entry}`, join(path, entry));
  else if (name === "")
    for (const [entry, bytes] of Object.entries(unzipSync(readFileSync(path)))) files.set(entry, bytes);
  else files.set(name, readFileSync(path));
}

function addAssets(files: Files, prefix: string, assets: Marked, dir: string): void {
  for (const [name, item] of Object.entries(assets)) {
    if (isAsset(item)) files.set(prefix + name, assetBytes(item, dir));
    else if (isArchive(item))
      for (const [inner, bytes] of archiveFiles(item, dir)) files.set(`${prefix}${name}/${inner}`, bytes);
    else throw new Error(`"${name}" in an archive is neither an asset nor an archive`);
  }
}

/** Zip entries hold a local time: a fixed local date gives the same bytes in every time zone. */
const ZIP_DATE = new Date(1980, 0, 1);

/** The number of the format in a zip (APPNOTE.TXT, section 4.4.5). */
const DEFLATE = 8;

/** Compressed by zlib, which takes a third of fflate's time. */
export function zipArchive(archive: Marked, dir: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for (const [filename, bytes] of archiveFiles(archive, dir)) {
    const entry: ZipInputFile = {
      ...{ filename, mtime: ZIP_DATE, compression: DEFLATE },
      ...{ size: bytes.byteLength, crc: crc32(bytes) },
    };
    zip.add(entry);
    entry.ondata?.(null, deflateRawSync(bytes), true);
  }
  zip.end();
  return Buffer.concat(chunks);
}

/** Replaces an asset or archive by the hash of its content; other values are left to the caller. */
export function digestContent(value: Value, dir: string): Value | undefined {
  if (isAsset(value)) return assetOf(sha256([["", assetBytes(value, dir)]]));
  if (isArchive(value)) return archiveOf(sha256([...archiveFiles(value, dir)]));
  return undefined;
}

function sha256(files: readonly (readonly [string, Uint8Array])[]): string {
  const hash = createHash("sha256");
  for (const [name, bytes] of files) hash.update(`${name}\0${bytes.byteLength}\0`).update(bytes);
  return hash.digest("hex");
}
