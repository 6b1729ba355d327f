import { build, type Expr, join, type make, type Part } from "../expr";
import type { Node } from "../failure";
import type { Session } from "../session";
import { duckType, type Type } from "../types";
import { parseSignature, type Signature } from "./signature";

/**
 * A function of Trino: how it is called, and how DuckDB computes it. Without `sql` it is DuckDB's function of the
 * same name, or of the name in `duckdb`, with the same arguments.
 */
interface Declaration {
  /** Several names for functions that are otherwise declared the same. */
  readonly name: string | readonly string[];
  /** Types of the parameters, in the notation of signature.ts. Parameters that end in ? are optional. */
  readonly takes: readonly string[];
  readonly returns: string;
  readonly duckdb?: string;
  readonly sql?: Compile;
}

interface ScalarDeclaration extends Omit<Declaration, "sql"> {
  /** A string holds the arguments as $1, $2, …, all of them as $*, and the result type as $type. */
  readonly sql?: string | Compile;
  /** Returns another value for each row. */
  readonly volatile?: boolean;
}

type Compile = (call: Invocation) => Expr;

export interface FunctionEntry {
  readonly signature: Signature;
  readonly kind: "scalar" | "aggregate" | "window";
  readonly sql: Compile;
  readonly volatile?: boolean;
}

/** A call whose arguments have been compiled and coerced to the signature. */
export interface Invocation {
  readonly args: readonly Expr[];
  readonly type: Type;
  /** Makes an expression of the result type: call.result`lower(${x})`. */
  readonly result: ReturnType<typeof make>;
  readonly node: Node;
  readonly session: Session;
  /** DISTINCT of an aggregate. */
  readonly prefix: readonly Part[];
  /** ORDER BY of an aggregate, IGNORE NULLS of a window function: at the end of the arguments. */
  readonly suffix: readonly Part[];
  /** FILTER and OVER, which follow the call. */
  readonly over: readonly Part[];
}

export const scalars = (declarations: readonly ScalarDeclaration[]): readonly FunctionEntry[] =>
  declarations.flatMap((one) =>
    signaturesOf(one).map((signature) => {
      const { sql = `${one.duckdb ?? signature.name}($*)`, volatile = false } = one;
      return { signature, kind: "scalar", sql: typeof sql === "string" ? fromTemplate(sql) : sql, volatile };
    }),
  );

const calls =
  (kind: "aggregate" | "window") =>
  (declarations: readonly Declaration[]): readonly FunctionEntry[] =>
    declarations.flatMap((one) =>
      signaturesOf(one).map((signature) => {
        const name = one.duckdb ?? signature.name;
        return { signature, kind, sql: one.sql ?? ((call) => callAggregate(name, join(call.args), call)) };
      }),
    );

export const aggregates = calls("aggregate");
export const windows = calls("window");

/** One signature for each name, with and without the optional parameters. */
function signaturesOf({ name, takes, returns }: Omit<Declaration, "sql">): Signature[] {
  const required = takes.filter((type) => !type.endsWith("?")).length;
  const names = typeof name === "string" ? [name] : name;
  return names.flatMap((one) =>
    Array.from({ length: takes.length - required + 1 }, (_, i) =>
      parseSignature(
        one,
        takes.slice(0, required + i).map((type) => type.replace(/\?$/, "")),
        returns,
      ),
    ),
  );
}

function fromTemplate(template: string): Compile {
  const pieces = template.split(/(\$\d|\$\*|\$type)/).filter((piece) => piece !== "");
  return (call) => {
    const parts = pieces.flatMap((piece): readonly Part[] => {
      if (piece === "$*") return join(call.args);
      if (piece === "$type") return [duckType(call.type)];
      const argument = /^\$\d$/.test(piece) ? call.args[Number(piece.slice(1)) - 1] : undefined;
      return [argument ?? piece];
    });
    return build(call.type, parts);
  };
}

/** A call of DuckDB's aggregate or window function, with DISTINCT, ORDER BY, FILTER and OVER in their places. */
export const callAggregate = (
  name: string,
  args: readonly Part[],
  call: Invocation,
  type: Type = call.type,
): Expr =>
  build(type, [`${name}(`, ...call.prefix, ...args, ...call.suffix, ")", ...call.over], aggregateFlags(call));

export const aggregateFlags = (call: Invocation): Partial<Expr> =>
  call.over.some((part) => part === " OVER ") ? { window: true, aggregate: false } : { aggregate: true };

/** An argument by position; signatures guarantee that it exists. */
export function arg(call: Invocation, index: number): Expr {
  const found = call.args[index];
  if (!found) throw new Error(`argument ${index + 1} of a function is missing`);
  return found;
}
