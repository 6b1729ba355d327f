import { createReadStream } from "node:fs";
import { DOWNLOAD_PATH, type Downloads } from "../downloads";
import type { Answer } from "./exchange";
import { header, type WireRequest } from "./request";
import { PLAIN_HOST } from "./site";

export const isForDownload = (request: WireRequest): boolean =>
  PLAIN_HOST.test(header(request, "host") ?? "") && request.path.startsWith(DOWNLOAD_PATH);

/** Answers a link that an operation gave, such as Code.Location of GetFunction. */
export function serveDownload(request: WireRequest, downloads: Downloads): Answer {
  const headers = { "x-content-type-options": "nosniff", "cache-control": "no-store" };
  const file = downloads.find(request.path.slice(DOWNLOAD_PATH.length));
  if (request.method !== "GET" || file === undefined)
    return { status: 403, headers, body: "The link does not exist or has expired.\n" };
  return {
    status: 200,
    headers: {
      ...headers,
      "content-type": "application/zip",
      "content-disposition": 'attachment; filename="code.zip"',
    },
    body: createReadStream(file),
  };
}
