import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  open as openCallback,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import type { Digest } from "../../checksum";
import { PRIVATE_FILE } from "../../storage/private";
import { type Expected, startDigest, verify } from "./checksums";
import { s3Errors } from "./errors";
import type { Checksum } from "./records";

/** Bodies up to this size are buffered and written with one call. */
const AT_ONCE = 1 << 20;
const LARGEST = 5 * 2 ** 30;

export type Body = Readable | Uint8Array | string | undefined;

/** What the request announces about its body. */
export interface Announced {
  readonly checksum: Expected;
  /** Base64. */
  readonly md5?: string | undefined;
  readonly length?: number | undefined;
}

export interface Written {
  readonly size: number;
  readonly etag: string;
  readonly md5: Buffer;
  readonly checksum: Checksum;
}

/** Writes a body to a new file. Throws and leaves no file when the body differs from what was announced. */
export async function writeBody(path: string, body: Body, announced: Announced): Promise<Written> {
  const verifier = new BodyVerifier(announced);
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    const bytes = typeof body === "string" ? Buffer.from(body) : (body ?? new Uint8Array());
    verifier.update(bytes);
    const written = verifier.finish();
    await writeWhole(path, [bytes]);
    return written;
  }
  return writeStream(path, body, verifier);
}

async function writeStream(
  path: string,
  body: AsyncIterable<unknown>,
  verifier: BodyVerifier,
): Promise<Written> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let file: FileHandle | undefined;
  const flush = async () => {
    if (waiting.length === 0) return;
    file ??= await open(path, "wx", PRIVATE_FILE);
    await file.writev(waiting);
    waiting = [];
    bytes = 0;
  };
  try {
    for await (const chunk of body) {
      const piece = typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Uint8Array);
      verifier.update(piece);
      waiting.push(piece);
      bytes += piece.byteLength;
      if (bytes > AT_ONCE) await flush();
    }
    const written = verifier.finish();
    if (file) await flush();
    else await writeWhole(path, waiting);
    return written;
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    await file?.close();
  }
}

const openFile = promisify(openCallback);

/**
 * Creates the file in the thread pool, because ext4 is slow to create files after many deletions, and writes it
 * synchronously, which is fast. Leaves no file when the disk is full.
 */
async function writeWhole(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  const file = await openFile(path, "wx", PRIVATE_FILE);
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Counts and digests the bytes of a body. */
class BodyVerifier {
  readonly #md5 = createHash("md5");
  readonly #checksum: Digest;
  #size = 0;

  constructor(readonly announced: Announced) {
    if (announced.md5 !== undefined && Buffer.from(announced.md5, "base64").length !== 16)
      throw s3Errors.invalidDigest({ "Content-MD5": announced.md5 });
    this.#checksum = startDigest(announced.checksum.name);
  }

  update(bytes: Uint8Array): void {
    this.#size += bytes.byteLength;
    if (this.#size > LARGEST) throw s3Errors.entityTooLarge({ MaxSizeAllowed: LARGEST });
    this.#md5.update(bytes);
    this.#checksum.update(bytes);
  }

  finish(): Written {
    const { announced } = this;
    const md5 = this.#md5.digest();
    if (announced.length !== undefined && announced.length !== this.#size) throw s3Errors.incompleteBody();
    if (announced.md5 !== undefined && announced.md5 !== md5.toString("base64"))
      throw s3Errors.badDigest({ ExpectedDigest: announced.md5, CalculatedDigest: md5.toString("base64") });
    const checksum = verify(announced.checksum, this.#checksum.digest());
    return { size: this.#size, etag: md5.toString("hex"), md5, checksum };
  }
}

/** The concatenated bytes of files. */
export async function* concatenation(paths: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) yield* createReadStream(path, { highWaterMark: 1 << 18 });
}

/** Part of a file: a Buffer when it is small, else a stream, which outlives the deletion of the object. */
export function readFileRange(
  path: string,
  { start, end }: { start: number; end: number },
): Readable | Uint8Array {
  const length = end - start + 1;
  const file = openSync(path, "r");
  if (length > AT_ONCE) return createReadStream("", { fd: file, start, end, highWaterMark: 1 << 17 });
  try {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; ) {
      const got = readSync(file, bytes, at, length - at, start + at);
      if (got === 0) throw new Error(`${path} ends before byte ${start + at}`);
      at += got;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** The whole body, for in-process callers. */
export async function collect(body: unknown): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const pieces: Uint8Array[] = [];
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}
