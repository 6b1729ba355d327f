import { invalidRequest } from "./errors";

/** One page of a list. The token is the position of the next page. */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
): { page: T[]; next?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(start) || start < 0) throw invalidRequest("The NextToken is invalid");
  const end = start + size;
  return {
    page: items.slice(start, end),
    ...(end < items.length && { next: Buffer.from(String(end)).toString("base64url") }),
  };
}
