/** One row of a query's result as Athena writes it; null is SQL NULL. */
export type Cells = readonly (string | null)[];
