import { AwsError } from "../errors";
import type { Answer } from "./exchange";
import { header, type WireRequest } from "./request";

/** A loopback name or address with the port, optionally with a bucket as its first label. */
const LOCAL_HOST = /^(?:(?:[a-z0-9][a-z0-9._-]*\.)?(?:localhost|127\.0\.0\.1)|\[::1\]):(\d{1,5})$/i;

/**
 * Keeps web pages from reaching the cloud through the user's browser: neither under a host name that resolves to the
 * loopback address (DNS rebinding), nor with a foreign Origin.
 */
export function checkSender(request: WireRequest, port: number): void {
  const host = header(request, "host") ?? "";
  if (!isLocal(host, port))
    throw refused(`The host name ${JSON.stringify(host)} is not one of the embedded cloud's`);
  const origin = header(request, "origin");
  if (origin !== undefined && !isLocal(origin.replace(/^http:\/\//, ""), port))
    throw refused(`Requests from the origin ${JSON.stringify(origin)} are refused`);
}

/** Allowed values of Sec-Fetch-Site, which browsers send and programs do not. */
const ALLOWED_SITES = new Set([undefined, "none", "same-origin"]);

/**
 * For keys that a web page can guess, such as test/test. Links and images of such a page send no Origin, but browsers
 * always send Sec-Fetch-Site with them, and pages cannot suppress it.
 */
export function checkGuessable(request: WireRequest): void {
  const site = header(request, "sec-fetch-site");
  if (!ALLOWED_SITES.has(site))
    throw refused(
      "Requests from web pages of other sites are refused when they use keys that can be guessed",
    );
}

/** What a browser shows as a page of its own or inside one. */
const PAGES = new Set(["document", "embed", "frame", "iframe", "object"]);

export const isNavigation = (request: WireRequest): boolean =>
  PAGES.has(header(request, "sec-fetch-dest") ?? "");

/**
 * An object that is opened as a page, through a presigned URL, has the console's origin. The sandbox gives it an origin
 * of its own, so that its scripts cannot use the console's session.
 */
export const sandboxed = (answer: Answer): Answer => ({
  ...answer,
  headers: {
    ...answer.headers,
    "content-security-policy": "sandbox allow-scripts allow-popups allow-downloads",
  },
});

const isLocal = (host: string, port: number): boolean => Number(LOCAL_HOST.exec(host)?.[1]) === port;

const refused = (message: string): AwsError => new AwsError("AccessDeniedException", message, 403);
