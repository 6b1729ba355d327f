import type { Value } from "../../packages/pulumi-local";

export interface TextChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Of a policy: only what was removed and what was added. */
  readonly isDifference?: true;
}

type Statement = Readonly<Record<string, unknown>>;
type Statements = ReadonlyMap<string, Statement>;

/** The difference of two policy documents in JSON, a line per changed statement or field; undefined for other values. */
export function policyChanges(
  path: string,
  before: Value | undefined,
  after: Value | undefined,
): TextChange[] | undefined {
  const [was, now] = [statementsOf(before), statementsOf(after)];
  return was || now ? statementChanges(path, was ?? new Map(), now ?? new Map()) : undefined;
}

/** The statements of a policy document, by Sid. */
function statementsOf(value: Value | undefined): Statements | undefined {
  if (typeof value !== "string" || !value.includes('"Statement"')) return undefined;
  try {
    const { Statement } = JSON.parse(value) as { Statement?: Statement | Statement[] };
    const statements = Array.isArray(Statement) ? Statement : Statement ? [Statement] : [];
    return new Map(statements.map((each, i) => [String(each.Sid ?? i), each]));
  } catch {
    return undefined;
  }
}

function statementChanges(path: string, was: Statements, now: Statements): TextChange[] {
  return [...new Set([...was.keys(), ...now.keys()])].flatMap((sid): TextChange[] => {
    const [old, next] = [was.get(sid), now.get(sid)];
    const change = { path: `${path} ${sid}`, isDifference: true } as const;
    if (!old || !next)
      return [{ ...change, before: old ? statementText(old) : "", after: next ? statementText(next) : "" }];
    return [...new Set([...Object.keys(old), ...Object.keys(next)])]
      .filter((field) => field !== "Sid" && JSON.stringify(old[field]) !== JSON.stringify(next[field]))
      .map((field) => {
        const [before, after] = [itemsOf(old[field]), itemsOf(next[field])];
        return {
          ...change,
          path: `${path} ${sid}.${field}`,
          before: before.filter((item) => !after.includes(item)).join(", "),
          after: after.filter((item) => !before.includes(item)).join(", "),
        };
      });
  });
}

/** "Allow s3:GetObject, s3:PutObject on arn:… to … if …". */
function statementText(statement: Statement): string {
  const of = (field: string): string => itemsOf(statement[field]).join(", ");
  const part = (word: string, ...fields: string[]): string =>
    fields.map((field) => (statement[field] === undefined ? "" : ` ${word}${of(field)}`)).join("");
  return (
    of("Effect") +
    part("", "Action") +
    part("all but ", "NotAction") +
    part("on ", "Resource") +
    part("on all but ", "NotResource") +
    part("to ", "Principal") +
    part("to all but ", "NotPrincipal") +
    part("if ", "Condition")
  );
}

const itemsOf = (value: unknown): string[] =>
  value === undefined
    ? []
    : (Array.isArray(value) ? value : [value]).map((item) =>
        typeof item === "string" ? item : JSON.stringify(item),
      );
