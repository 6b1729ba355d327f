/** A failed query, with the error code and position that Athena gives as the reason of the state change. */
export class QueryFailure extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly position?: Position,
  ) {
    super(`${code}: ${position ? `line ${position.line}:${position.column}: ` : ""}${detail}`);
  }
}

export interface Position {
  readonly line: number;
  /** Starts at 1. */
  readonly column: number;
}

/** A node of the syntax tree: its first token is the position of errors. */
export interface Node {
  readonly start: { readonly line: number; readonly column: number } | null;
}

const positionOf = (node: Node): Position => ({
  line: node.start?.line ?? 1,
  column: (node.start?.column ?? 0) + 1,
});

export const fail = (code: string, detail: string, node?: Node): never => {
  throw new QueryFailure(code, detail, node && positionOf(node));
};

export const notSupported = (construct: string, node?: Node): never =>
  fail("NOT_SUPPORTED", `${construct} is not supported by the embedded cloud`, node);
