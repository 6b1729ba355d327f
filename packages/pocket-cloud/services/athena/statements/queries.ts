import { type CreateView, fail, type Node, type Statement as TrinoStatement } from "../../../../trino-duckdb";
import { writeView } from "../catalogue/views";
import { checkPrepared } from "../run/parameters";
import { bindQuery } from "../run/query";
import { explain } from "./explain";
import { findTable, glue } from "./glue";
import { NOTHING, type Statement } from "./statement";
import { createTableAs } from "./writes/create-table-as";
import { insertInto } from "./writes/insert-into";

/** Statements of Trino's grammar other than queries; undefined for those that Athena does not have. */
export function fromTrino(statement: TrinoStatement): Statement | undefined {
  switch (statement.kind) {
    case "create view":
      return createView(statement);
    case "explain":
      return explain(statement);
    case "prepare":
      return prepareStatement(statement.name, statement.text);
    case "deallocate":
      return deallocate(statement.name, statement.node);
    case "create table as":
      return createTableAs(statement);
    case "insert":
      return insertInto(statement);
    default:
      return undefined;
  }
}

function createView({ path, replace, query, node }: CreateView & { readonly node: Node }): Statement {
  return {
    kind: "CREATE_VIEW",
    type: "DDL",
    run: async (context) => {
      const { store, execution, signal } = context;
      const [Name = "", schema = execution.database] = [...path].reverse();
      const { compiled, release } = await bindQuery(store, { ...execution, scanned: 0 }, query, [], signal);
      release();
      const unnamed = compiled.columns.findIndex(({ name }) => name.startsWith("_col"));
      if (unnamed >= 0)
        fail("MISSING_COLUMN_NAME", `Column name not specified at position ${unnamed + 1}`, node);
      const TableInput = {
        Name,
        TableType: "VIRTUAL_VIEW",
        Parameters: { presto_view: "true", comment: "Presto View" },
        ViewOriginalText: writeView(query.text, execution.database, compiled.columns),
        ViewExpandedText: "/* Presto View */",
        PartitionKeys: [],
        StorageDescriptor: {
          Columns: compiled.columns.map(({ name, type }) => ({ Name: name, Type: hiveName(type.kind) })),
          SerdeInfo: {},
        },
      };
      const existing = await findTable(context, schema, Name);
      if (existing && (!replace || existing.TableType !== "VIRTUAL_VIEW"))
        fail("ALREADY_EXISTS", `View already exists: awsdatacatalog.${schema}.${Name}`, node);
      if (existing) await glue(context, "UpdateTable", { DatabaseName: schema, TableInput });
      else await glue(context, "CreateTable", { DatabaseName: schema, TableInput });
      return NOTHING;
    },
  };
}

const hiveName = (kind: string): string =>
  ({ varchar: "string", integer: "int", real: "float" })[kind] ?? kind.split(" ")[0] ?? "string";

function prepareStatement(name: string, query: string): Statement {
  return {
    kind: "PREPARE",
    type: "DDL",
    run: async ({ store, execution }) => {
      const { workGroup } = execution;
      checkPrepared(query);
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

function deallocate(name: string, node: Node): Statement {
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
