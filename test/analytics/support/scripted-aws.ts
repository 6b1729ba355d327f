import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** One answer of a scripted server: a JSON output, an AWS error, or an S3 body. */
export type Answer =
  | { readonly output: object }
  | { readonly error: string; readonly message?: string; readonly status?: number }
  | { readonly body: string | AsyncIterable<string>; readonly contentType?: string };

export interface AwsCall {
  /** "StartQueryExecution", or "GET /bucket/key" of S3. */
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

export interface ScriptedAws {
  readonly endpoint: string;
  readonly calls: readonly AwsCall[];
  /** Operations that were called, answered or not. */
  readonly received: readonly string[];
  close(): Promise<void>;
}

/** An AWS endpoint with scripted answers, for what a real service does rarely: failures, throttling, pages. */
export async function scriptedAws(
  answer: (call: AwsCall, before: number) => Answer | Promise<Answer>,
): Promise<ScriptedAws> {
  const calls: AwsCall[] = [];
  const received: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const text = await bodyOf(request);
      // No day of these lakes has been compacted.
      if (/^\/[^/]+\/history\/[^/]+\/_days\.json$/.test((request.url ?? "").split("?")[0] ?? ""))
        return response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
      const target = request.headers["x-amz-target"];
      const operation =
        typeof target === "string"
          ? (target.split(".")[1] ?? "")
          : `${request.method} ${decodeURIComponent((request.url ?? "").split("?")[0] ?? "")}`;
      const call = {
        operation,
        input: typeof target === "string" ? JSON.parse(text || "{}") : urlOf(request),
      };
      received.push(operation);
      const reply = await answer(call, calls.filter((earlier) => earlier.operation === operation).length);
      calls.push(call);
      if ("output" in reply) {
        response
          .writeHead(200, { "content-type": "application/x-amz-json-1.1" })
          .end(JSON.stringify(reply.output));
      } else if ("error" in reply) {
        const body = JSON.stringify({
          __type: reply.error,
          message: reply.message ?? reply.error,
          Message: reply.message,
        });
        response.writeHead(reply.status ?? 400, { "content-type": "application/x-amz-json-1.1" }).end(body);
      } else {
        response.writeHead(200, { "content-type": reply.contentType ?? "binary/octet-stream" });
        if (typeof reply.body === "string") response.end(reply.body);
        else {
          for await (const piece of reply.body)
            if (!response.write(piece)) await new Promise((drained) => response.once("drain", drained));
          response.end();
        }
      }
    })();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    received,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  return text;
}

const urlOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(new URL(request.url ?? "/", "http://localhost").searchParams);
