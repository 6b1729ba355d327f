import { ConnectionDropped } from "../../dispatch";
import { collect } from "../../http/body";
import type { Answer, Exchange } from "../../http/exchange";
import { header, queryValue, type WireRequest } from "../../http/request";
import { Assets } from "./assets";
import { failedCall, runCalls } from "./call";
import { serveObject } from "./objects";
import { ofSameUser } from "./same-user";
import { Session } from "./session";
import type { ConsoleTarget } from "./target";

/** No bucket's name may contain an underscore, so no S3 request has such a path. */
const PREFIX = "/_console/";
/** A host without a bucket's label before it. */
const PLAIN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\]):\d+$/i;

/** Whether a request is for the console: a browser's unsigned request for the root, or a path of the console. */
export function isForConsole(request: WireRequest): boolean {
  if (!PLAIN_HOST.test(header(request, "host") ?? "")) return false;
  if (request.path.startsWith(PREFIX)) return true;
  return (
    request.path === "/" &&
    (request.method === "GET" || request.method === "HEAD") &&
    /\btext\/html\b/.test(header(request, "accept") ?? "") &&
    header(request, "authorization") === undefined &&
    queryValue(request, "X-Amz-Signature") === undefined &&
    queryValue(request, "Action") === undefined
  );
}

const NOT_BUILT =
  "The console is not built. In the repository, `node packages/pocket-cloud/console/build.mjs` builds it.\n";

/** Scripts and styles only from the console itself, and no frames around it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** The console for people. It serves its page, and runs the page's calls with the administrator's rights. */
export class Console {
  readonly #session = new Session();

  constructor(private readonly assets = new Assets()) {}

  async serve(exchange: Exchange, request: WireRequest, target: ConsoleTarget): Promise<Answer> {
    try {
      return await this.#serve(exchange, request, target);
    } catch (error) {
      if (error instanceof ConnectionDropped) throw error;
      return failure(error);
    }
  }

  async #serve(exchange: Exchange, request: WireRequest, target: ConsoleTarget): Promise<Answer> {
    const name = request.path.slice(PREFIX.length);
    if (request.path === "/") return this.#page(exchange, target);
    if (name === "calls" && request.method === "POST") {
      this.#session.check(request, target.port);
      exchange.proceed();
      const body = await collect(exchange.body, target.bodyLimits);
      return json(200, await runCalls(body, this.#session.mayWrite(request), target));
    }
    if (name === "write-token" && request.method === "POST") {
      this.#session.check(request, target.port);
      return json(200, { token: this.#session.writeToken });
    }
    if (name === "object") {
      const download = request.method === "GET" && this.#session.hasCookie(request, target.port);
      if (!download) this.#session.check(request, target.port);
      return serveObject(exchange, request, this.#session.mayWrite(request), target);
    }
    return this.#asset(name);
  }

  #page(exchange: Exchange, target: ConsoleTarget): Answer {
    const page = this.assets.page();
    if (!page) return text(503, NOT_BUILT);
    if (exchange.connection && ofSameUser(exchange.connection) === false)
      return text(403, "The console opens only for the user who runs the cloud.\n");
    return {
      status: 200,
      headers: {
        ...HEADERS,
        "content-type": page.type,
        "cache-control": "no-store",
        "set-cookie": this.#session.cookie(target.port),
      },
      body: page.content.toString("utf8").replace("__TOKEN__", this.#session.token),
    };
  }

  #asset(name: string): Answer {
    const asset = this.assets.file(name);
    if (!asset) return text(404, `The console has no /_console/${name}\n`);
    // The names contain a hash of the content.
    return {
      status: 200,
      headers: {
        ...HEADERS,
        "content-type": asset.type,
        "cache-control": "public, max-age=31536000, immutable",
      },
      body: asset.content,
    };
  }
}

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { ...HEADERS, "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(value),
});

const text = (status: number, body: string): Answer => ({
  status,
  headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  body,
});

function failure(error: unknown): Answer {
  const { status, ...described } = failedCall(error);
  return json(status, described);
}
