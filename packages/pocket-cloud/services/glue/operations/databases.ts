import type { Database, DatabaseInput } from "@aws-sdk/client-glue";
import { unsupported } from "../../../errors";
import { alreadyExists, invalidInput } from "../errors";
import { type Make, pageOf } from "../operation";
import { checkName, fold, type GlueStore } from "../store";

/** AWS's default: no Lake Formation restrictions on new tables, so IAM alone decides. */
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

export const CreateDatabase: Make<"CreateDatabase"> = (store) => ({
  resources: (input) => store.catalogueArns(input.DatabaseInput?.Name),
  run: ({ DatabaseInput: input, Tags }) => {
    if (!input) throw invalidInput("DatabaseInput must not be null");
    const database = build(store, input, store.now());
    const name = fold(database.Name);
    if (store.databases.has(name)) throw alreadyExists("Database already exists.");
    store.databases.set(name, database);
    if (Tags && Object.keys(Tags).length > 0) store.tags.set(store.arn(`database/${name}`), Tags);
    return {};
  },
});

export const UpdateDatabase: Make<"UpdateDatabase"> = (store) => ({
  resources: (input) => store.catalogueArns(input.Name),
  run: ({ Name, DatabaseInput: input }) => {
    const before = store.database(Name);
    if (!input) throw invalidInput("DatabaseInput must not be null");
    if (fold(input.Name) !== fold(Name)) throw invalidInput("Database name cannot be changed");
    store.databases.set(fold(Name), build(store, input, before.CreateTime ?? store.now()));
    return {};
  },
});

export const GetDatabase: Make<"GetDatabase"> = (store) => ({
  resources: (input) => store.catalogueArns(input.Name),
  run: ({ Name }) => ({ Database: store.database(Name) }),
});

export const GetDatabases: Make<"GetDatabases"> = (store) => ({
  resources: () => store.catalogueArns(),
  run: (input) => {
    const { page, ...next } = pageOf(store.databases.values(), input);
    return { DatabaseList: page, ...next };
  },
});

export const DeleteDatabase: Make<"DeleteDatabase"> = (store) => ({
  resources: (input) => store.catalogueArns(input.Name),
  run: ({ Name }) => {
    store.database(Name);
    store.dropDatabase(fold(Name));
    store.tags.delete(store.arn(`database/${fold(Name)}`));
    return {};
  },
});
