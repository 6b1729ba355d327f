import { randomBytes, timingSafeEqual } from "node:crypto";
import { AwsError } from "../../errors";
import { header, type WireRequest } from "../../http/request";

/**
 * What the console's page must present with each call. The cookie is HttpOnly and SameSite=Strict. The token in the
 * header is known to scripts of the page only, and the write token only after the user has allowed changes.
 */
export class Session {
  readonly #cookie = secret();
  readonly token = secret();
  readonly writeToken = secret();

  /** Cookies ignore ports, so the name contains the port: several clouds run side by side. */
  cookie(port: number): string {
    return `${nameOf(port)}=${this.#cookie}; Path=/; HttpOnly; SameSite=Strict`;
  }

  hasCookie(request: WireRequest, port: number): boolean {
    const sent = cookiesOf(request).get(nameOf(port)) ?? "";
    return equal(sent, this.#cookie) && FROM_PAGE.has(header(request, "sec-fetch-site"));
  }

  /** Throws unless the call comes from the console's page. */
  check(request: WireRequest, port: number): void {
    if (!this.hasCookie(request, port) || !equal(header(request, TOKEN) ?? "", this.token))
      throw new AwsError(
        "ConsoleSessionExpired",
        "The console's session is not valid: the cloud was restarted. Reload the page.",
        401,
      );
  }

  mayWrite(request: WireRequest): boolean {
    return equal(header(request, WRITE_TOKEN) ?? "", this.writeToken);
  }
}

const TOKEN = "x-console-token";
const WRITE_TOKEN = "x-console-write-token";
/** "none" is a download whose address the user opens; programs and old browsers send nothing. */
const FROM_PAGE = new Set([undefined, "same-origin", "none"]);

const secret = (): string => randomBytes(24).toString("base64url");

const nameOf = (port: number): string => `pocket-cloud-${port}`;

const equal = (sent: string, expected: string): boolean =>
  sent.length === expected.length && timingSafeEqual(Buffer.from(sent), Buffer.from(expected));

const cookiesOf = (request: WireRequest): ReadonlyMap<string, string> =>
  new Map(
    (header(request, "cookie") ?? "").split(/;\s*/).map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
