/** A query that fails, with the code and the place that Athena gives as the reason of the state change. */
export class QueryFailure extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly place?: Place,
  ) {
    super(`${code}: ${place ? `line ${place.line}:${place.column}: ` : ""}${detail}`);
  }
}

export interface Place {
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Anything of the grammar that has a first token. */
export interface Node {
  readonly start: { readonly line: number; readonly column: number } | null;
}

export const placeOf = (node: Node): Place => ({
  line: node.start?.line ?? 1,
  column: (node.start?.column ?? 0) + 1,
});

export const fail = (code: string, detail: string, node?: Node): never => {
  throw new QueryFailure(code, detail, node && placeOf(node));
};

export const notSupported = (construct: string, node?: Node): never =>
  fail("NOT_SUPPORTED", `${construct} is not supported by the embedded cloud`, node);
