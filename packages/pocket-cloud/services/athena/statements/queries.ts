import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { fail } from "../../../../trino-duckdb/sql/failure";
import { nameOf } from "../../../../trino-duckdb/sql/names";
import { sourceOf } from "../../../../trino-duckdb/sql/parse";
import { writeView } from "../catalogue/views";
import { bindQuery } from "../run/query";
import { explain } from "./explain";
import { findTable, glue } from "./glue";
import { NOTHING, type Statement } from "./statement";
import { createTableAs } from "./writes/create-table-as";
import { insertInto } from "./writes/insert-into";

/** Statements of Trino's own grammar that hold a query. */
export function fromTrino(statement: grammar.StatementContext): Statement | undefined {
  if (statement instanceof grammar.CreateViewContext) return createView(statement);
  if (statement instanceof grammar.ExplainContext) return explain(statement);
  if (statement instanceof grammar.PrepareContext) return prepareStatement(statement);
  if (statement instanceof grammar.DeallocateContext) return deallocate(statement);
  if (statement instanceof grammar.CreateTableAsSelectContext) return createTableAs(statement);
  if (statement instanceof grammar.InsertIntoContext) return insertInto(statement);
  return undefined;
}

function createView(node: grammar.CreateViewContext): Statement {
  const path = node
    .viewNameCreate()
    .getText()
    .replaceAll('"', "")
    .replaceAll("`", "")
    .toLowerCase()
    .split(".");
  const replace = node.KW_REPLACE() !== null;
  const query = node.rootQuery();
  return {
    kind: "CREATE_VIEW",
    type: "DDL",
    run: async (work) => {
      const { store, execution, signal } = work;
      const [Name = "", schema = execution.database] = [...path].reverse();
      const { compiled, release } = await bindQuery(
        store,
        { ...execution, scanned: 0 },
        query.query(),
        [],
        signal,
      );
      release();
      const unnamed = compiled.columns.findIndex(({ name }) => name.startsWith("_col"));
      if (unnamed >= 0)
        fail("MISSING_COLUMN_NAME", `Column name not specified at position ${unnamed + 1}`, node);
      const TableInput = {
        Name,
        TableType: "VIRTUAL_VIEW",
        Parameters: { presto_view: "true", comment: "Presto View" },
        ViewOriginalText: writeView(sourceOf(query), execution.database, compiled.columns),
        ViewExpandedText: "/* Presto View */",
        PartitionKeys: [],
        StorageDescriptor: {
          Columns: compiled.columns.map(({ name, type }) => ({ Name: name, Type: hiveName(type.kind) })),
          SerdeInfo: {},
        },
      };
      const existing = await findTable(work, schema, Name);
      if (existing && (!replace || existing.TableType !== "VIRTUAL_VIEW"))
        fail("ALREADY_EXISTS", `View already exists: awsdatacatalog.${schema}.${Name}`, node);
      if (existing) await glue(work, "UpdateTable", { DatabaseName: schema, TableInput });
      else await glue(work, "CreateTable", { DatabaseName: schema, TableInput });
      return NOTHING;
    },
  };
}

const hiveName = (kind: string): string =>
  ({ varchar: "string", integer: "int", real: "float" })[kind] ?? kind.split(" ")[0] ?? "string";

function prepareStatement(node: grammar.PrepareContext): Statement {
  const name = nameOf(node.identifier());
  const query = sourceOf(node.statement());
  return {
    kind: "PREPARE",
    type: "DDL",
    run: async ({ store, execution }) => {
      const { workGroup } = execution;
      store.prepared.set(`${workGroup}/${name}`, {
        name,
        workGroup,
        query,
        modified: store.cloud.clock.now(),
      });
      return NOTHING;
    },
  };
}

function deallocate(node: grammar.DeallocateContext): Statement {
  const name = nameOf(node.identifier());
  return {
    kind: "DEALLOCATE",
    type: "DDL",
    run: async ({ store, execution }) => {
      if (!store.prepared.delete(`${execution.workGroup}/${name}`))
        fail(
          "NOT_FOUND",
          `PreparedStatement ${name} was not found in workGroup ${execution.workGroup}`,
          node,
        );
      return NOTHING;
    },
  };
}
