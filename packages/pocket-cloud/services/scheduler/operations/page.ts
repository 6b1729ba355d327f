interface Paging {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export function pageOf<T>(all: readonly T[], input: Paging): { items: T[]; NextToken?: string } {
  const from = Number(input.NextToken ?? 0);
  const until = from + (input.MaxResults ?? 100);
  const items = all.slice(from, until);
  return until < all.length ? { items, NextToken: String(until) } : { items };
}
