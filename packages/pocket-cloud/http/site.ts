import type { Readable } from "node:stream";
import { ofSameUser } from "../console/server/same-user";
import type { Dispatcher } from "../dispatch";
import { AwsError } from "../errors";
import type { Answer, Exchange } from "./exchange";
import { decodePercent, header, type WireRequest } from "./request";

/** A folder of a bucket that the endpoint serves as web pages, in place of a distribution of CloudFront. */
export interface PublishedSite {
  readonly bucket: string;
  /** The folder, such as "site/". */
  readonly prefix: string;
}

/** No bucket's name may contain an underscore, so no S3 request has such a path. */
export const SITE_PATH = "/_site/";

export const PLAIN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\]):\d+$/i;

export const isForSite = (request: WireRequest): boolean =>
  PLAIN_HOST.test(header(request, "host") ?? "") &&
  (request.path.startsWith(SITE_PATH) || request.path === SITE_PATH.slice(0, -1));

/** Types that a browser shows; others are downloads of unknown type. */
const SHOWN =
  /^(?:text\/(?:html|css|javascript|csv|plain)|image\/(?:svg\+xml|png)|application\/(?:feed\+)?json)\b/;

/**
 * The pages have the console's origin. The sandbox gives them an origin of their own, so that a script in the bucket
 * cannot use the console's session.
 */
const HEADERS = {
  "content-security-policy":
    "sandbox allow-scripts allow-downloads allow-popups; default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/**
 * Serves an object of the published folder without a signature: to browsers of the user who runs the cloud, and only
 * objects of that folder. Keys are no paths, so that ".." in one leads nowhere.
 */
export async function serveSite(
  exchange: Exchange,
  request: WireRequest,
  site: PublishedSite | undefined,
  dispatcher: Dispatcher,
): Promise<Answer> {
  if (request.method !== "GET" && request.method !== "HEAD") return text(405, "GET or HEAD\n");
  if (exchange.connection && ofSameUser(exchange.connection) === false)
    return text(403, "The site opens only for the user who runs the cloud.\n");
  if (!site) return text(404, "No site is published.\n");
  if (request.path === SITE_PATH.slice(0, -1))
    return { status: 301, headers: { ...HEADERS, location: SITE_PATH } };
  const name = decodePercent(request.path.slice(SITE_PATH.length)) || "index.html";
  const { administrator } = dispatcher.identities();
  try {
    const object = (await dispatcher.dispatch(
      "s3",
      request.method === "HEAD" ? "HeadObject" : "GetObject",
      { Bucket: site.bucket, Key: site.prefix + name },
      administrator,
    )) as { Body?: Readable; ContentLength?: number; ContentType?: string };
    const { Body, ContentLength = 0, ContentType = "" } = object;
    return {
      status: 200,
      headers: {
        ...HEADERS,
        "content-type": SHOWN.test(ContentType) ? ContentType : "application/octet-stream",
        "content-length": String(ContentLength),
      },
      ...(Body && { body: Body }),
    };
  } catch (error) {
    if (!(error instanceof AwsError) || error.status >= 500) throw error;
    return text(404, name === "index.html" ? "The site is not published yet.\n" : "There is no such page.\n");
  }
}

const text = (status: number, body: string): Answer => ({
  status,
  headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8" },
  body,
});
