import { AwsError } from "../errors";
import { header, type WireRequest } from "./request";

/** A loopback name or address, perhaps with a bucket before it, and the port. */
const LOCAL_HOST = /^(?:(?:[a-z0-9][a-z0-9._-]*\.)?(?:localhost|127\.0\.0\.1)|\[::1\]):(\d{1,5})$/i;

/**
 * A page on the web must not reach the cloud through the browser of whoever runs it: neither under a name of its own
 * that resolves to the loopback address (DNS rebinding), nor from an origin of its own.
 */
export function checkSender(request: WireRequest, port: number): void {
  const host = header(request, "host") ?? "";
  if (!isLocal(host, port))
    throw refused(`The host name ${JSON.stringify(host)} is not one of the embedded cloud's`);
  const origin = header(request, "origin");
  if (origin !== undefined && !isLocal(origin.replace(/^http:\/\//, ""), port))
    throw refused(`Requests from the origin ${JSON.stringify(origin)} are refused`);
}

/** What a browser says of the page a request comes from; programs say nothing. */
const OWN_SITES = new Set([undefined, "none", "same-origin"]);

/**
 * Keys that anyone can guess let any page sign a request, and a link or an image carries no origin. Browsers then still
 * tell that another site made the request, and no page can make them keep silent.
 */
export function checkGuessable(request: WireRequest): void {
  const site = header(request, "sec-fetch-site");
  if (!OWN_SITES.has(site))
    throw refused("Requests of other sites' pages are refused with keys that can be guessed");
}

const isLocal = (host: string, port: number): boolean => Number(LOCAL_HOST.exec(host)?.[1]) === port;

const refused = (message: string): AwsError => new AwsError("AccessDeniedException", message, 403);
