import { createHmac } from "node:crypto";
import { addressOf } from "../protocols/s3-routes";
import { header, type WireRequest } from "../request";
import { sameText } from "./canonical";
import { signatureMismatch, urlExpired } from "./refusals";
import type { Signature } from "./signature";

/** Query parameters that a version 2 signature covers. */
const SIGNED_PARAMETERS = new Set([
  ..."accelerate acl analytics cors delete inventory lifecycle location logging metrics notification".split(
    " ",
  ),
  ..."object-lock partNumber policy replication requestPayment restore select select-type storageClass".split(
    " ",
  ),
  ..."tagging torrent uploadId uploads versionId versioning versions website".split(" "),
  ..."response-cache-control response-content-disposition response-content-encoding".split(" "),
  ..."response-content-language response-content-type response-expires".split(" "),
]);

/** Verifies signature version 2, the default of boto3 and the aws CLI for presigned S3 URLs. */
export function verifyPresignedV2(
  request: WireRequest,
  signature: Signature,
  secret: string,
  clocks: readonly number[],
): void {
  const { expiresAt = 0 } = signature;
  if (!clocks.some((now) => now <= expiresAt * 1000))
    throw urlExpired(signature, expiresAt * 1000, clocks[0]);
  const text = stringToSign(request, expiresAt);
  if (!sameText(signature.signature, createHmac("sha1", secret).update(text).digest("base64")))
    throw signatureMismatch(signature, text);
}

function stringToSign(request: WireRequest, expires: number): string {
  const of = (name: string) => header(request, name) ?? "";
  return [
    request.method,
    of("content-md5"),
    of("content-type"),
    expires,
    amzHeaders(request) + resource(request),
  ].join("\n");
}

/** The x-amz- headers; in a presigned URL they may also be in the query. */
function amzHeaders(request: WireRequest): string {
  const found = new Map<string, string>();
  for (const name of Object.keys(request.headers))
    if (name.startsWith("x-amz-")) found.set(name, header(request, name) ?? "");
  for (const [name, value] of request.query) {
    const lower = name.toLowerCase();
    if (lower.startsWith("x-amz-")) found.set(lower, value);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
    .join("");
}

function resource(request: WireRequest): string {
  const { bucket, path } = addressOf(request);
  const parameters = request.query
    .filter(([name]) => SIGNED_PARAMETERS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  const whole = bucket === undefined ? "/" : `/${bucket}${path}`;
  return parameters.length === 0 ? whole : `${whole}?${parameters.join("&")}`;
}
