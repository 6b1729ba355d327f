/** One page of a list. The token is the index at which the next page begins; the last page has none. */
export function pageOf<T>(
  all: readonly T[],
  token: string | undefined,
  size: number,
): { items: T[]; next: { NextToken?: string } } {
  const from = Number(token ?? 0);
  const until = from + size;
  return { items: all.slice(from, until), next: until < all.length ? { NextToken: String(until) } : {} };
}
