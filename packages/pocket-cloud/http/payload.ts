import { Readable } from "node:stream";
import { AwsError } from "../errors";
import { type BodyLimits, collect, streamed, tooLarge } from "./body";
import { Digests } from "./digests";
import { header, type WireRequest } from "./request";
import { scopeOf, signingKey } from "./sigv4/canonical";
import { type ChunkedOptions, decodeChunks } from "./sigv4/chunks";
import type { Signature } from "./sigv4/signature";

export interface PayloadOptions {
  readonly request: WireRequest;
  readonly source: Readable;
  readonly signature: Signature;
  readonly secret: string;
  readonly streaming: boolean;
  readonly checksummed: boolean;
  readonly limits: BodyLimits;
}

export interface Payload {
  /** With the headers of the decoded body: its length, no aws-chunked coding, trailers as headers. */
  readonly request: WireRequest;
  readonly body: Uint8Array | Readable;
}

const UNSIGNED = "UNSIGNED-PAYLOAD";
const CHUNKED = /^STREAMING-(AWS4-HMAC-SHA256-PAYLOAD|UNSIGNED-PAYLOAD)(-TRAILER)?$/;
/** Bodies up to this size are buffered and verified before the operation gets them. */
const BUFFERED_BYTES = 1024 * 1024;

/** The payload hash that an S3 request's signature covers. The body is checked against it later. */
export function declaredHash(request: WireRequest, signature: Signature): string {
  const declared = header(request, "x-amz-content-sha256");
  if (signature.presigned) return declared ?? UNSIGNED;
  if (declared !== undefined) return declared;
  throw new AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
}

/**
 * Decodes the body of an S3 request and verifies its signatures and digests. A long body streams and may fail at its
 * end, so an operation must not make anything visible before that.
 */
export async function openPayload(options: PayloadOptions): Promise<Payload> {
  const { request, source, streaming, limits } = options;
  const declared = header(request, "x-amz-content-sha256") ?? UNSIGNED;
  if (!/^[0-9a-f]{64}$/.test(declared) && declared !== UNSIGNED && !CHUNKED.test(declared))
    throw new AwsError(
      "InvalidRequest",
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING value, or a valid sha256 value.",
    );
  const chunked = CHUNKED.exec(declared);
  const length = lengthOf(request, chunked !== null);
  if (streaming && length === undefined)
    throw new AwsError("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);
  if ((length ?? 0) > limits.maxBytes) throw tooLarge(limits.maxBytes);

  const digests = new Digests(request, options.checksummed);
  const trailers: Record<string, string> = {};
  const decode = (bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
    chunked ? decodeChunks(bytes, chunkedOptions(options, chunked, length ?? 0, digests, trailers)) : bytes;

  if (streaming && (length ?? 0) > BUFFERED_BYTES)
    return {
      request: inner(request, length, trailers),
      body: Readable.from(verified(decode(streamed(source, limits)), digests)),
    };
  const raw =
    length === 0 && !chunked
      ? Buffer.alloc(0)
      : await collect(source, { ...limits, maxBytes: limits.maxBytes * 2 });
  const body = await buffered(chunked ? decode(Readable.from([raw])) : raw, digests);
  return { request: inner(request, chunked ? body.byteLength : length, trailers), body };
}

async function buffered(source: Buffer | AsyncIterable<Buffer>, digests: Digests): Promise<Buffer> {
  if (Buffer.isBuffer(source)) {
    digests.update(source);
    digests.finish();
    return source;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of verified(source, digests)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* verified(source: AsyncIterable<Buffer>, digests: Digests): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    digests.update(chunk);
    yield chunk;
  }
  digests.finish();
}

function lengthOf(request: WireRequest, chunked: boolean): number | undefined {
  const text = header(request, chunked ? "x-amz-decoded-content-length" : "content-length");
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text))
    throw new AwsError("InvalidArgument", `'${text}' is not a valid content length`);
  return Number(text);
}

function chunkedOptions(
  { request, signature, secret }: PayloadOptions,
  [, kind, trailer]: RegExpExecArray,
  decodedLength: number,
  digests: Digests,
  found: Record<string, string>,
): ChunkedOptions {
  const trailers = trailer ? namesIn(header(request, "x-amz-trailer")) : [];
  for (const name of trailers)
    if (name.startsWith("x-amz-checksum-")) digests.expect(name, () => found[name]);
  return {
    trailers,
    decodedLength,
    onTrailer: (name, value) => {
      found[name] = value;
    },
    ...(kind !== "UNSIGNED-PAYLOAD" && {
      signing: {
        key: signingKey(secret, signature),
        timestamp: signature.timestamp,
        scope: scopeOf(signature),
        seed: signature.signature,
      },
    }),
  };
}

const namesIn = (list: string | undefined): string[] =>
  (list ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");

function inner(
  request: WireRequest,
  length: number | undefined,
  trailers: Readonly<Record<string, string>>,
): WireRequest {
  const framed = request.headers["content-encoding"] !== undefined || Object.keys(trailers).length > 0;
  if (!framed && header(request, "content-length") === (length === undefined ? undefined : String(length)))
    return request;
  const { "content-encoding": coding, ...headers } = request.headers;
  const codings = namesIn(coding).filter((name) => name !== "aws-chunked");
  return {
    ...request,
    headers: {
      ...headers,
      ...trailers,
      ...(codings.length > 0 && { "content-encoding": codings.join(",") }),
      ...(length !== undefined && { "content-length": String(length) }),
    },
  };
}
