import { createHash } from "node:crypto";
import { AwsError } from "../../errors";
import { EMPTY_SHA256, hmacHex, sameText, sha256 } from "./canonical";

/** What chunk signatures chain on: the request's own signature, its key, time and scope. */
export interface ChunkSeal {
  readonly key: Buffer;
  readonly timestamp: string;
  readonly scope: string;
  readonly seed: string;
}

export interface ChunkedOptions {
  /** Absent for STREAMING-UNSIGNED-PAYLOAD-TRAILER. */
  readonly seal?: ChunkSeal;
  /** Names announced in x-amz-trailer. */
  readonly trailers: readonly string[];
  readonly decodedLength: number;
  /** Called with each trailer once all of them are proven. */
  readonly onTrailer: (name: string, value: string) => void;
}

const MAX_LINE = 8192;
const CRLF = Buffer.from("\r\n");

/**
 * Takes the framing off an aws-chunked body. Data passes on as it comes; the end comes only when every chunk
 * signature, the announced length and the trailers hold, else an error: whoever stores it commits at the end.
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  options: ChunkedOptions,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  try {
    yield* readChunks(reader, options);
  } finally {
    await reader.release();
  }
}

async function* readChunks(reader: ByteReader, options: ChunkedOptions): AsyncGenerator<Buffer> {
  let previous = options.seal?.seed ?? "";
  let length = 0;
  for (;;) {
    const { size, signature } = parseChunkHeader(await reader.line());
    length += size;
    if (length > options.decodedLength) throw incomplete();
    const hash = options.seal ? createHash("sha256") : undefined;
    for (let left = size; left > 0; ) {
      const piece = await reader.take(left);
      left -= piece.byteLength;
      hash?.update(piece);
      yield piece;
    }
    if (options.seal && hash) previous = proveChunk(options.seal, previous, hash.digest("hex"), signature);
    if (size === 0) break;
    if ((await reader.line()) !== "") throw malformed();
  }
  await readTrailers(reader, options, previous);
  if (length !== options.decodedLength) throw incomplete();
  await reader.end();
}

function parseChunkHeader(line: string): { size: number; signature: string | undefined } {
  const [, size, signature] = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line) ?? [];
  if (size === undefined) throw malformed();
  return { size: Number.parseInt(size, 16), signature };
}

function proveChunk(seal: ChunkSeal, previous: string, hash: string, signature: string | undefined): string {
  const text = ["AWS4-HMAC-SHA256-PAYLOAD", seal.timestamp, seal.scope, previous, EMPTY_SHA256, hash].join(
    "\n",
  );
  const expected = hmacHex(seal.key, text);
  if (signature === undefined || !sameText(signature, expected)) throw forged();
  return expected;
}

async function readTrailers(reader: ByteReader, options: ChunkedOptions, previous: string): Promise<void> {
  const found = new Map<string, string>();
  for (let line = await reader.lastLine(); line !== ""; line = await reader.lastLine()) {
    const colon = line.indexOf(":");
    if (colon < 1) throw malformed();
    found.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const signature = found.get("x-amz-trailer-signature");
  found.delete("x-amz-trailer-signature");
  for (const name of found.keys()) if (!options.trailers.includes(name)) throw malformed();
  for (const name of options.trailers) if (!found.has(name)) throw malformed();
  if (options.seal && options.trailers.length > 0) {
    const canonical = [...found].map(([name, value]) => `${name}:${value}\n`).join("");
    const text = [
      "AWS4-HMAC-SHA256-TRAILER",
      options.seal.timestamp,
      options.seal.scope,
      previous,
      sha256(canonical),
    ];
    if (signature === undefined || !sameText(signature, hmacHex(options.seal.key, text.join("\n"))))
      throw forged();
  }
  for (const [name, value] of found) options.onTrailer(name, value);
}

/** Lines and exact byte counts from a stream of buffers cut anywhere. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes, at least one. */
  async take(most: number): Promise<Buffer> {
    if (this.#held.byteLength === 0 && !(await this.#more())) throw incomplete();
    const piece = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(piece.byteLength);
    return piece;
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf(CRLF);
      if (end >= 0) {
        const text = this.#held.toString("latin1", 0, end);
        this.#held = this.#held.subarray(end + CRLF.byteLength);
        return text;
      }
      if (this.#held.byteLength > MAX_LINE) throw malformed();
      if (!(await this.#more())) throw incomplete();
    }
  }

  /** As `line`, but the body's end counts as an empty one: some clients leave the last line break out. */
  async lastLine(): Promise<string> {
    if (this.#held.byteLength === 0 && !(await this.#more())) return "";
    return this.line();
  }

  /** Nothing may follow; and only a body read to its end leaves the connection free for the next request. */
  async end(): Promise<void> {
    if (this.#held.byteLength > 0 || (await this.#more())) throw malformed();
  }

  /** Lets go of a source that was not read to its end. */
  async release(): Promise<void> {
    await this.#source.return?.();
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#held = this.#held.byteLength === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }
}

const incomplete = (): AwsError =>
  new AwsError(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header.",
  );

const malformed = (): AwsError =>
  new AwsError(
    "InvalidChunkSizeError",
    "The aws-chunked body is malformed: a chunk header or trailer cannot be read.",
    403,
  );

const forged = (): AwsError =>
  new AwsError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    403,
  );
