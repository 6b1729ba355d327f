import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { decodePercent, header, type WireRequest } from "../request";
import type { Signature } from "./signature";

export const sha256 = (data: Uint8Array | string): string => hash("sha256", data);

export const EMPTY_SHA256 = sha256("");

/** Percent-encoding of RFC 3986; encodeURIComponent leaves out five of the characters. */
const encodeRfc3986 = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The canonical request of SigV4. S3 escapes the path once, other services twice. */
export function canonicalRequest(request: WireRequest, signature: Signature, payloadHash: string): string {
  const headers = signature.signedHeaders
    .map((name) => `${name}:${canonicalValue(header(request, name))}\n`)
    .join("");
  return [
    request.method,
    canonicalPath(request.path, signature.service === "s3"),
    canonicalQuery(request),
    headers,
    signature.signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

const canonicalValue = (value = ""): string => asSent(value).trim().replace(/ {2,}/g, " ");

/** Node reads the bytes of headers as Latin-1; clients sign the text whose UTF-8 they send. */
function asSent(value: string): string {
  if (/^[\0-\x7f]*$/.test(value)) return value;
  const text = Buffer.from(value, "latin1").toString("utf8");
  return text.includes("\ufffd") ? value : text;
}

function canonicalPath(path: string, once: boolean): string {
  if (path === "/" || path === "") return "/";
  return path
    .split("/")
    .map((segment) => encodeRfc3986(once ? decodePercent(segment) : segment))
    .join("/");
}

function canonicalQuery(request: WireRequest): string {
  if (request.rawQuery === "") return "";
  return request.query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [encodeRfc3986(name), encodeRfc3986(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const scopeOf = ({ date, region, service }: Signature): string =>
  `${date}/${region}/${service}/aws4_request`;

const MAX_CACHED_KEYS = 1000;
const signingKeys = new Map<string, Buffer>();

/** Derives the signing key with four HMACs. Cached, because it changes once a day. */
export function signingKey(secret: string, signature: Signature): Buffer {
  const id = `${secret}/${scopeOf(signature)}`;
  const known = signingKeys.get(id);
  if (known) return known;
  if (signingKeys.size >= MAX_CACHED_KEYS) signingKeys.clear();
  const { date, region, service } = signature;
  const key = [date, region, service, "aws4_request"].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  signingKeys.set(id, key);
  return key;
}

const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

export const hmacHex = (key: Buffer, text: string): string =>
  createHmac("sha256", key).update(text).digest("hex");

/** Compares texts of equal length in constant time. */
export function sameText(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
