import { outsideLiterals } from "./tokens";

/** A query for Athena. Values in its WHERE clauses are literals for its question marks; others are in its text. */
export interface BoundQuery {
  readonly query: string;
  readonly parameters: readonly string[];
}

/**
 * AWS documents: "? parameters can be placed only in the WHERE clause. Syntax like SELECT ? FROM table is not supported"
 * (Athena User Guide, "Use parameterized queries"). A question mark outside becomes its literal, which was rendered from
 * a validated value. Where this cannot tell, it takes the literal, which is valid everywhere.
 */
export interface Placed extends BoundQuery {
  /** The literals that are now in the query. */
  readonly inlined: readonly string[];
}

interface Level {
  inWhere: boolean;
  /** The parentheses of an aggregate's FILTER: its WHERE is not the query's. */
  readonly isFilter: boolean;
}

export function keepInWhere(query: string, literals: readonly string[]): Placed {
  const parameters: string[] = [];
  const inlined: string[] = [];
  const levels: Level[] = [{ inWhere: false, isFilter: false }];
  let next = 0;
  let previous = "";
  const text = query.replace(parts, (token) => {
    const level = levels.at(-1) ?? { inWhere: false, isFilter: false };
    const word = token.toUpperCase();
    if (token === "?") {
      const literal = literals[next++] ?? token;
      (level.inWhere ? parameters : inlined).push(literal);
      return level.inWhere ? token : inlineLiteral(literal);
    }
    if (token === "(") levels.push({ inWhere: level.inWhere, isFilter: previous === "FILTER" });
    else if (token === ")") levels.pop();
    else if (word === "WHERE") level.inWhere = !level.isFilter;
    else if (otherClauses.has(word)) level.inWhere = false;
    if (!token.startsWith("--") && !token.startsWith("/*")) previous = word;
    return token;
  });
  return { query: text, parameters, inlined };
}

const parts = outsideLiterals(/\?/, /[()]/, /[\p{L}_][\p{L}\p{N}_$.]*/u);

const otherClauses: ReadonlySet<string> = new Set(
  "SELECT GROUP HAVING ORDER LIMIT OFFSET FETCH WINDOW UNION INTERSECT EXCEPT VALUES".split(" "),
);

/** The parentheses keep the sign of a negative number apart from a minus before it: "--" would begin a comment. */
const inlineLiteral = (literal: string): string => (literal.startsWith("-") ? `(${literal})` : literal);
