import type { Readable } from "node:stream";
import { AwsError } from "../../errors";
import { streamed } from "../../http/body";
import type { Answer, Exchange } from "../../http/exchange";
import { header, queryValue, type WireRequest } from "../../http/request";
import type { Input, Output } from "../../models";
import { FROM_CONSOLE, readOnly } from "./call";
import type { ConsoleTarget } from "./target";

/**
 * Bodies of objects: GET is GetObject, PUT is PutObject. The browser never shows a body as a page: it is sent as a
 * download of unknown type.
 */
export function serveObject(
  exchange: Exchange,
  request: WireRequest,
  mayWrite: boolean,
  target: ConsoleTarget,
): Promise<Answer> {
  const [Bucket, Key] = [queryValue(request, "bucket"), queryValue(request, "key")];
  if (!Bucket || !Key) throw new AwsError("ValidationException", "bucket and key are required");
  if (request.method === "GET") return get(request, { Bucket, Key }, target);
  if (request.method !== "PUT") throw new AwsError("MethodNotAllowed", "GET or PUT", 405);
  if (!mayWrite) throw readOnly("s3:PutObject");
  return put(exchange, request, { Bucket, Key }, target);
}

async function get(
  request: WireRequest,
  named: { Bucket: string; Key: string },
  target: ConsoleTarget,
): Promise<Answer> {
  const range = header(request, "range");
  const input: Input<"s3", "GetObject"> = { ...named, ...(range !== undefined && { Range: range }) };
  const output = (await run("GetObject", input, target)) as Output<"s3", "GetObject">;
  const name = named.Key.split("/").at(-1) || "object";
  return {
    status: output.ContentRange ? 206 : 200,
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(output.ContentLength ?? 0),
      ...(output.ContentRange && { "content-range": output.ContentRange }),
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, escapeMark)}`,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
    body: output.Body as unknown as Readable,
  };
}

async function put(
  exchange: Exchange,
  request: WireRequest,
  named: { Bucket: string; Key: string },
  target: ConsoleTarget,
): Promise<Answer> {
  const ContentLength = Number(header(request, "content-length") ?? Number.NaN);
  if (!(ContentLength >= 0 && ContentLength <= target.objectLimits.maxBytes))
    throw new AwsError("EntityTooLarge", `An object has at most ${target.objectLimits.maxBytes} bytes`, 413);
  const ContentType = header(request, "content-type");
  exchange.proceed();
  const Body = streamed(exchange.body, target.objectLimits) as unknown as Readable;
  const input = { ...named, ContentLength, Body, ...(ContentType && { ContentType }) };
  await run("PutObject", input as Input<"s3", "PutObject">, target);
  return { status: 204, headers: {} };
}

const run = (operation: string, input: object, { dispatcher }: ConsoleTarget): Promise<object> =>
  dispatcher.dispatch("s3", operation, input, dispatcher.identities().administrator, FROM_CONSOLE);

const escapeMark = (mark: string): string => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
