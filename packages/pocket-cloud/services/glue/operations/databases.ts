import type { Database, DatabaseInput } from "@aws-sdk/client-glue";
import { unsupported } from "../../../errors";
import { alreadyExists, invalidInput } from "../errors";
import { catalogueArns, glueArn, type Make } from "../operation";
import { pageOf } from "../pages";
import { checkName, fold, type GlueStore } from "../store";

/** What a new table in the database grants by default: everything, decided by IAM alone. */
const IAM_DECIDES: NonNullable<Database["CreateTableDefaultPermissions"]> = [
  { Principal: { DataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" }, Permissions: ["ALL"] },
];

function build(store: GlueStore, input: DatabaseInput, created: Date): Database {
  if (input.FederatedDatabase) throw unsupported("federated databases");
  const { FederatedDatabase: _, ...rest } = input;
  return {
    ...rest,
    Name: checkName(input.Name, "Database"),
    CreateTableDefaultPermissions: input.CreateTableDefaultPermissions ?? IAM_DECIDES,
    CreateTime: created,
    CatalogId: store.cloud.accountId,
  };
}

export const createDatabase: Make<"CreateDatabase"> = (store) => ({
  resources: (input) => catalogueArns(store.cloud, input.DatabaseInput?.Name),
  run: ({ DatabaseInput: input, Tags }) => {
    if (!input) throw invalidInput("DatabaseInput must not be null");
    const database = build(store, input, store.now());
    const name = fold(database.Name);
    if (store.databases.has(name)) throw alreadyExists("Database already exists.");
    store.databases.set(name, database);
    if (Tags && Object.keys(Tags).length > 0) store.tags.set(glueArn(store.cloud, `database/${name}`), Tags);
    return {};
  },
});

export const updateDatabase: Make<"UpdateDatabase"> = (store) => ({
  resources: (input) => catalogueArns(store.cloud, input.Name),
  run: ({ Name, DatabaseInput: input }) => {
    const before = store.database(Name);
    if (!input) throw invalidInput("DatabaseInput must not be null");
    if (fold(input.Name) !== fold(Name)) throw invalidInput("Database name cannot be changed");
    store.databases.set(fold(Name), build(store, input, before.CreateTime ?? store.now()));
    return {};
  },
});

export const getDatabase: Make<"GetDatabase"> = (store) => ({
  resources: (input) => catalogueArns(store.cloud, input.Name),
  run: ({ Name }) => ({ Database: store.database(Name) }),
});

export const getDatabases: Make<"GetDatabases"> = (store) => ({
  resources: () => catalogueArns(store.cloud),
  run: (input) => {
    const { page, ...next } = pageOf(store.databases.values(), input);
    return { DatabaseList: page, ...next };
  },
});

export const deleteDatabase: Make<"DeleteDatabase"> = (store) => ({
  resources: (input) => catalogueArns(store.cloud, input.Name),
  run: ({ Name }) => {
    store.database(Name);
    store.dropDatabase(fold(Name));
    store.tags.delete(glueArn(store.cloud, `database/${fold(Name)}`));
    return {};
  },
});
