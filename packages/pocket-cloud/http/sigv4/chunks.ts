import { createHash } from "node:crypto";
import { AwsError } from "../../errors";
import { EMPTY_SHA256, hmacHex, sameText, sha256 } from "./canonical";

/** The start of the chain of chunk signatures: the signature of the request, its key, time and scope. */
export interface ChunkSigning {
  readonly key: Buffer;
  readonly timestamp: string;
  readonly scope: string;
  readonly seed: string;
}

export interface ChunkedOptions {
  /** Absent for STREAMING-UNSIGNED-PAYLOAD-TRAILER. */
  readonly signing?: ChunkSigning;
  /** Names announced in x-amz-trailer. */
  readonly trailers: readonly string[];
  readonly decodedLength: number;
  /** Called with each trailer after all of them are verified. */
  readonly onTrailer: (name: string, value: string) => void;
}

const MAX_LINE = 8192;
const CRLF = Buffer.from("\r\n");

/**
 * Decodes an aws-chunked body. Data is yielded before its chunk signature is verified; an invalid signature, length
 * or trailer throws before the end. Consumers must not commit anything before the end.
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
  let previous = options.signing?.seed ?? "";
  let length = 0;
  for (;;) {
    const { size, signature } = parseChunkHeader(await reader.line());
    length += size;
    if (length > options.decodedLength) throw incomplete();
    const hash = options.signing ? createHash("sha256") : undefined;
    for (let left = size; left > 0; ) {
      const piece = await reader.take(left);
      left -= piece.byteLength;
      hash?.update(piece);
      yield piece;
    }
    if (options.signing && hash)
      previous = verifyChunk(options.signing, previous, hash.digest("hex"), signature);
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

function verifyChunk(
  signing: ChunkSigning,
  previous: string,
  hash: string,
  signature: string | undefined,
): string {
  const text = [
    "AWS4-HMAC-SHA256-PAYLOAD",
    signing.timestamp,
    signing.scope,
    previous,
    EMPTY_SHA256,
    hash,
  ].join("\n");
  const expected = hmacHex(signing.key, text);
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
  if (options.signing && options.trailers.length > 0) {
    const canonical = [...found].map(([name, value]) => `${name}:${value}\n`).join("");
    const text = [
      "AWS4-HMAC-SHA256-TRAILER",
      options.signing.timestamp,
      options.signing.scope,
      previous,
      sha256(canonical),
    ];
    if (signature === undefined || !sameText(signature, hmacHex(options.signing.key, text.join("\n"))))
      throw forged();
  }
  for (const [name, value] of found) options.onTrailer(name, value);
}

/** Reads lines and byte counts from a stream of buffers. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes, at least one. */
  async take(most: number): Promise<Buffer> {
    if (this.#buffer.byteLength === 0 && !(await this.#more())) throw incomplete();
    const piece = this.#buffer.subarray(0, most);
    this.#buffer = this.#buffer.subarray(piece.byteLength);
    return piece;
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf(CRLF);
      if (end >= 0) {
        const text = this.#buffer.toString("latin1", 0, end);
        this.#buffer = this.#buffer.subarray(end + CRLF.byteLength);
        return text;
      }
      if (this.#buffer.byteLength > MAX_LINE) throw malformed();
      if (!(await this.#more())) throw incomplete();
    }
  }

  /** Like `line`, but the end of the body counts as an empty line: some clients omit the last line break. */
  async lastLine(): Promise<string> {
    if (this.#buffer.byteLength === 0 && !(await this.#more())) return "";
    return this.line();
  }

  /** Throws when more data follows. Reading to the end also frees the connection for the next request. */
  async end(): Promise<void> {
    if (this.#buffer.byteLength > 0 || (await this.#more())) throw malformed();
  }

  /** Releases a source that was not read to its end. */
  async release(): Promise<void> {
    await this.#source.return?.();
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#buffer = this.#buffer.byteLength === 0 ? next.value : Buffer.concat([this.#buffer, next.value]);
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
