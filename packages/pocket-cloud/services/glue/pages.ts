import { invalidInput } from "./errors";

export interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** One page of a list; the token is where the next one begins. */
export function pageOf<T>(
  items: readonly T[],
  request: PageRequest,
  most = 100,
): { page: T[]; NextToken?: string } {
  const start = request.NextToken === undefined ? 0 : readToken(request.NextToken);
  const page = items.slice(start, start + Math.min(request.MaxResults ?? most, most));
  const end = start + page.length;
  return { page, ...(end < items.length && { NextToken: Buffer.from(`from ${end}`).toString("base64") }) };
}

function readToken(token: string): number {
  const match = /^from (\d+)$/.exec(Buffer.from(token, "base64").toString());
  if (!match) throw invalidInput("Invalid pagination token provided");
  return Number(match[1]);
}
