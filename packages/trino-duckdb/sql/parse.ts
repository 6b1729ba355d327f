import type {
  ExpressionContext,
  StatementContext,
  TrinoSqlParser,
  TypeContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { QueryFailure } from "./failure";
import { Grammar } from "./listed-literal";
import { checkSize, withinStack } from "./size";

const grammar = new Grammar();

/** ANTLR's full-context prediction mode: slower, and exact where the fast SLL mode may fail. */
const LL = 1;
const END = -1;

/** Parses a single statement; a trailing semicolon is allowed. */
export const parseStatement = (sql: string): StatementContext =>
  parse(sql, (parser) => parser.singleStatement()).statement();

/** Parses a single expression, such as the value of a parameter. */
export const parseExpression = (text: string): ExpressionContext =>
  parse(text, (parser) => parser.standaloneExpression()).expression();

export const parseTypeNode = (text: string): TypeContext =>
  parse(text, (parser) => parser.standaloneType()).type();

/** Tries the fast prediction mode first, and the exact one if it fails. */
function parse<T>(text: string, read: (parser: TrinoSqlParser) => T): T {
  checkSize(text);
  return withinStack("SYNTAX_ERROR", "while parsing", () => {
    const fast = attempt(text, read, false);
    const { tree, problem } = fast.problem ? attempt(text, read, true) : fast;
    if (problem) throw problem;
    return tree;
  });
}

function attempt<T>(
  text: string,
  read: (parser: TrinoSqlParser) => T,
  exact: boolean,
): { tree: T; problem?: QueryFailure } {
  const problems: QueryFailure[] = [];
  const parser = grammar.createParser(text, (error) => {
    problems.push(
      new QueryFailure("SYNTAX_ERROR", error.message, { line: error.startLine, column: error.startColumn }),
    );
  }) as TrinoSqlParser;
  if (exact && parser.interpreter) parser.interpreter.predictionMode = LL;
  const tree = read(parser);
  const rest = parser.getCurrentToken();
  if (problems.length === 0 && rest.type !== END)
    problems.push(
      new QueryFailure("SYNTAX_ERROR", `'${rest.text}' is not valid at this position`, {
        line: rest.line,
        column: rest.column + 1,
      }),
    );
  const [problem] = problems;
  return { tree, ...(problem && { problem }) };
}

/** The source text of a node, including white space. */
export function sourceOf(node: {
  readonly start: { readonly start: number; readonly inputStream?: unknown } | null;
  readonly stop: { readonly stop: number } | null;
}): string {
  const stream = node.start?.inputStream as { getText(from: number, to: number): string } | null | undefined;
  if (!stream || !node.start || !node.stop) return "";
  return stream.getText(node.start.start, node.stop.stop);
}
