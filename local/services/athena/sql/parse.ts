import {
  ExpressionContext,
  type ProgramContext,
  type StatementContext,
  TypeContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { TrinoSQL } from "dt-sql-parser/dist/parser/trino";
import { fail, QueryFailure } from "./failure";

const grammar = new TrinoSQL();

/** The one statement of a text; a trailing semicolon is allowed. */
export function parseStatement(sql: string): StatementContext {
  const program = parse(sql);
  const statements = program.statements();
  const [first, second] = statements.flatMap((one) => one.singleStatement() ?? []);
  if (second)
    throw new QueryFailure("SYNTAX_ERROR", "Only one sql statement is allowed", {
      line: second.start?.line ?? 1,
      column: (second.start?.column ?? 0) + 1,
    });
  const statement = first?.statement();
  if (!statement) throw new QueryFailure("SYNTAX_ERROR", "a statement is expected", { line: 1, column: 1 });
  return statement;
}

function parse(sql: string): ProgramContext {
  const problems: QueryFailure[] = [];
  const tree = grammar.parse(sql, (error) => {
    problems.push(
      new QueryFailure("SYNTAX_ERROR", error.message, { line: error.startLine, column: error.startColumn }),
    );
  });
  const [problem] = problems;
  if (problem) throw problem;
  return tree;
}

/** The text a node was read from, blanks and all. */
export function sourceOf(node: {
  readonly start: { readonly start: number; readonly inputStream?: unknown } | null;
  readonly stop: { readonly stop: number } | null;
}): string {
  const stream = node.start?.inputStream as { getText(from: number, to: number): string } | null | undefined;
  if (!stream || !node.start || !node.stop) return "";
  return stream.getText(node.start.start, node.stop.stop);
}

/** A text that is one expression, as the values of parameters are. */
export function parseExpression(text: string): ExpressionContext {
  const statement = parseStatement(`SELECT (${text}\n) AS value`);
  const found = firstExpression(statement);
  if (!found) throw new QueryFailure("SYNTAX_ERROR", `'${text}' is not an expression`);
  return found;
}

function firstExpression(node: object): ExpressionContext | undefined {
  if (node instanceof ExpressionContext) return node;
  for (const child of (node as { children?: object[] }).children ?? []) {
    const found = firstExpression(child);
    if (found) return found;
  }
  return undefined;
}

/** A type as Trino writes it, which is how the columns of a view are declared. */
export function parseType(text: string): TypeContext {
  const statement = parseStatement(`SELECT CAST(NULL AS ${text})`);
  const find = (node: object): TypeContext | undefined => {
    if (node instanceof TypeContext) return node;
    for (const child of (node as { children?: object[] }).children ?? []) {
      const found = find(child);
      if (found) return found;
    }
    return undefined;
  };
  return find(statement) ?? fail("INVALID_VIEW", `'${text}' is not a type`);
}
