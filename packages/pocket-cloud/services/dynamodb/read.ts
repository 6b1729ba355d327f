import type { QueryInput, ScanInput } from "@aws-sdk/client-dynamodb";
import type { Keys, OrderedItems } from "./data/ordered-items";
import type { Condition, Parsed, Path } from "./expressions/ast";
import type { Bindings } from "./expressions/bindings";
import type { Table } from "./store";
import type { TableIndex } from "./table-indexes";

/** The table or index that a request reads. */
export interface Source {
  readonly items: OrderedItems;
  /** The attributes that an index projects; undefined for all. */
  readonly projected: ReadonlySet<string> | undefined;
  readonly index: TableIndex | undefined;
}

export type ReadInput = QueryInput & ScanInput;

/** A Query or Scan after parsing. */
export interface Read {
  readonly input: ReadInput;
  readonly table: Table;
  readonly source: Source;
  readonly keys: Keys;
  readonly bindings: Bindings;
  readonly condition: Parsed<Condition> | undefined;
  readonly filter: Parsed<Condition> | undefined;
  /** As errors name the filter. */
  readonly filterName: string;
  readonly projection: Parsed<readonly Path[]> | undefined;
}
