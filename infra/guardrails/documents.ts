/** One statement of a policy document. */
export interface DocumentStatement {
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  /** Whether it has a NotAction, NotResource or NotPrincipal. */
  readonly excluding: boolean;
  readonly condition: unknown;
}

/** Statements of a policy document, given as text or as an object. An unknown document has none. */
export function statementsOf(document: unknown): readonly DocumentStatement[] {
  const parsed = typeof document === "string" ? parse(document) : document;
  const statements = (parsed as { Statement?: unknown } | undefined)?.Statement;
  return list(statements).map((statement, at) => {
    const from = statement as Record<string, unknown>;
    return {
      sid: typeof from.Sid === "string" ? from.Sid : `number ${at + 1}`,
      effect: String(from.Effect),
      actions: list(from.Action).map(String),
      resources: list(from.Resource).map(String),
      principals: principalsOf(from.Principal),
      excluding: ["NotAction", "NotResource", "NotPrincipal"].some((key) => from[key] !== undefined),
      condition: from.Condition,
    };
  });
}

/** Whether it allows everybody: by "*" or by a Not… member. */
export const isOpen = ({ effect, principals, excluding }: DocumentStatement): boolean =>
  effect === "Allow" && (excluding || principals.includes("*"));

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const list = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const principalsOf = (principal: unknown): readonly string[] =>
  typeof principal === "object" && principal !== null
    ? Object.values(principal).flatMap((value) => list(value).map(String))
    : list(principal).map(String);
