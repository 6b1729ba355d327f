import type { Report } from "../../sql/library/model";
import type { RenderColumn } from "./model";

/** A result's columns with what the report's header says of them. */
export const describeColumns = (
  report: Report,
  columns: readonly Pick<RenderColumn, "name" | "type">[],
): RenderColumn[] =>
  columns.map((column) => ({
    ...report.columns.find(({ name }) => name === column.name),
    ...column,
    ...keyRankOf(report, column.name),
  }));

function keyRankOf({ keyColumns }: Report, column: string): { keyRank?: number } {
  const keyRank = keyColumns.indexOf(column);
  return keyRank < 0 ? {} : { keyRank };
}
