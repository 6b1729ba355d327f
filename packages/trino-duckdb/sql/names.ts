import type { IdentifierContext, QualifiedNameContext } from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";

/** Names are case-insensitive, quoted or not. */
export function nameOf(node: IdentifierContext): string {
  const text = node.getText();
  if (node instanceof grammar.QuotedIdentifierContext)
    return text.slice(1, -1).replaceAll('""', '"').toLowerCase();
  if (node instanceof grammar.BackQuotedIdentifierContext) return text.slice(1, -1).toLowerCase();
  return text.toLowerCase();
}

export const pathOf = (node: QualifiedNameContext): string[] => node.identifier().map(nameOf);
