import { fail } from "../../../../trino-duckdb";
import { AwsError } from "../../../errors";
import { glue } from "./glue";
import { NOTHING, type RunContext, type Statement } from "./statement";
import { properties } from "./tables";
import type { Tokens } from "./tokens";

async function exists(context: RunContext, name: string): Promise<boolean> {
  try {
    await context.store.cloud.call("glue", "GetDatabase", { Name: name }, context.execution.caller);
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === "EntityNotFoundException") return false;
    if (error instanceof AwsError) return fail("PERMISSION_DENIED", error.message);
    throw error;
  }
}

export function createDatabase(tokens: Tokens): Statement {
  const ifNotExists = tokens.take("IF", "NOT", "EXISTS");
  const Name = tokens.name();
  const Description = tokens.take("COMMENT") ? tokens.text() : undefined;
  const LocationUri = tokens.take("LOCATION") ? tokens.text() : undefined;
  const Parameters = tokens.take("WITH", "DBPROPERTIES") ? properties(tokens) : undefined;
  tokens.end();
  return {
    kind: "CREATE_DATABASE",
    type: "DDL",
    run: async (context) => {
      if (ifNotExists && (await exists(context, Name))) return NOTHING;
      await glue(context, "CreateDatabase", {
        DatabaseInput: { Name, Description, LocationUri, Parameters },
      });
      return NOTHING;
    },
  };
}

export function dropDatabase(tokens: Tokens): Statement {
  const ifExists = tokens.take("IF", "EXISTS");
  const Name = tokens.name();
  const cascade = tokens.take("CASCADE");
  if (!cascade) tokens.take("RESTRICT");
  tokens.end();
  return {
    kind: "DROP_DATABASE",
    type: "DDL",
    run: async (context) => {
      if (ifExists && !(await exists(context, Name))) return NOTHING;
      const { TableList } = await glue(context, "GetTables", { DatabaseName: Name, MaxResults: 1 });
      if (!cascade && (TableList ?? []).length > 0)
        fail("HIVE_METASTORE_ERROR", `Database ${Name} is not empty. One or more tables exist.`);
      await glue(context, "DeleteDatabase", { Name });
      return NOTHING;
    },
  };
}

export function alterDatabase(tokens: Tokens): Statement {
  const Name = tokens.name();
  tokens.expect("SET", "DBPROPERTIES");
  const set = properties(tokens);
  tokens.end();
  return {
    kind: "ALTER_DATABASE",
    type: "DDL",
    run: async (context) => {
      const { Database } = await glue(context, "GetDatabase", { Name });
      await glue(context, "UpdateDatabase", {
        Name,
        DatabaseInput: {
          Name,
          Description: Database?.Description,
          LocationUri: Database?.LocationUri,
          Parameters: { ...Database?.Parameters, ...set },
        },
      });
      return NOTHING;
    },
  };
}
