import { UsageError } from "../../kit/errors";

/**
 * The base URL of a server given as a host name or URL. Plain http and ws are only for this machine: a token or a query must
 * not cross a network in clear text.
 */
export function serverUrl(server: string, protocol: "https:" | "wss:"): URL {
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//.test(server) ? server : `${protocol}//${server}`);
  } catch {
    throw new UsageError(`--server takes a host name or a URL, not "${server}"`);
  }
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  const plain = protocol === "https:" ? "http:" : "ws:";
  if (url.protocol !== protocol && !(loopback && url.protocol === plain))
    throw new UsageError(`--server takes a host name or a ${protocol}// URL, not "${server}"`);
  return url;
}
