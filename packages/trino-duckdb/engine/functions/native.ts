import { DuckDBScalarFunction, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";
import { LONGEST } from "../errors";

/** A DuckDB function implemented in JavaScript. It returns NULL if an argument is NULL. */
export interface Native {
  readonly name: string;
  readonly takes: readonly DuckDBType[];
  readonly gives: DuckDBType;
  readonly run: (...args: never[]) => DuckDBValue;
}

/** DuckDB takes seconds to raise an error with a value of megabytes. */
export const fail = (code: string, message: string): never => {
  throw new Error(`trino!${code}!${message.slice(0, LONGEST)}!`);
};

export const toScalarFunction = (native: Native): DuckDBScalarFunction =>
  DuckDBScalarFunction.create({
    name: native.name,
    parameterTypes: native.takes,
    returnType: native.gives,
    mainFunction: (info, chunk, output) => {
      try {
        const columns = native.takes.map((_, i) => chunk.getColumnValues(i));
        const run = native.run as (...args: DuckDBValue[]) => DuckDBValue;
        for (let row = 0; row < chunk.rowCount; row++) {
          const args = columns.map((column) => column[row] ?? null);
          output.setItem(row, args.includes(null) ? null : run(...args));
        }
        output.flush();
      } catch (error) {
        info.setError(error instanceof Error ? error.message : String(error));
      }
    },
  });
