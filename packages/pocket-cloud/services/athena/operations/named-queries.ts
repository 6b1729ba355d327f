import { randomUUID } from "node:crypto";
import type { NamedQuery } from "@aws-sdk/client-athena";
import { invalidRequest } from "../errors";
import { type Make, onWorkGroup, PRIMARY } from "../operation";
import { pageOf } from "../pages";
import type { NamedQueryRecord } from "../records";
import type { AthenaStore } from "../store";

const namedQuery = (record: NamedQueryRecord): NamedQuery => ({
  NamedQueryId: record.id,
  Name: record.name,
  Database: record.database,
  QueryString: record.query,
  WorkGroup: record.workGroup,
  ...(record.description !== undefined && { Description: record.description }),
});

const byId = (store: AthenaStore) => ({
  resources: (input: { readonly NamedQueryId?: string | undefined }) => [
    store.workGroupArn(store.namedQueries.get(input.NamedQueryId ?? "")?.workGroup ?? PRIMARY),
  ],
});

function find(store: AthenaStore, id: string | undefined): NamedQueryRecord {
  const found = store.namedQueries.get(id ?? "");
  if (!found) throw invalidRequest(`NamedQuery ${id} was not found`);
  return found;
}

export const createNamedQuery: Make<"CreateNamedQuery"> = (store) => ({
  ...onWorkGroup(store),
  run: (input) => {
    const workGroup = input.WorkGroup ?? PRIMARY;
    store.workGroup(workGroup);
    const token = input.ClientRequestToken;
    const before =
      token === undefined ? undefined : store.namedQueries.values().find((one) => one.token === token);
    if (before) return { NamedQueryId: before.id };
    const id = randomUUID();
    store.namedQueries.set(id, {
      id,
      name: input.Name ?? "",
      database: input.Database ?? "",
      query: input.QueryString ?? "",
      workGroup,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(token !== undefined && { token }),
    });
    return { NamedQueryId: id };
  },
});

export const getNamedQuery: Make<"GetNamedQuery"> = (store) => ({
  ...byId(store),
  run: (input) => ({ NamedQuery: namedQuery(find(store, input.NamedQueryId)) }),
});

export const batchGetNamedQuery: Make<"BatchGetNamedQuery"> = (store) => ({
  resources: (input) => [
    ...new Set((input.NamedQueryIds ?? []).flatMap((id) => byId(store).resources({ NamedQueryId: id }))),
  ],
  run: (input) => {
    const ids = input.NamedQueryIds ?? [];
    return {
      NamedQueries: ids.flatMap((id) => (store.namedQueries.get(id) ? [namedQuery(find(store, id))] : [])),
      UnprocessedNamedQueryIds: ids
        .filter((id) => !store.namedQueries.has(id))
        .map((NamedQueryId) => ({
          NamedQueryId,
          ErrorCode: "INVALID_INPUT",
          ErrorMessage: `NamedQuery ${NamedQueryId} was not found`,
        })),
    };
  },
});

export const listNamedQueries: Make<"ListNamedQueries"> = (store) => ({
  ...onWorkGroup(store),
  run: (input) => {
    const workGroup = input.WorkGroup ?? PRIMARY;
    store.workGroup(workGroup);
    const all = store.namedQueries.values().filter((one) => one.workGroup === workGroup);
    const { page, next } = pageOf(all, input.NextToken, input.MaxResults ?? 50);
    return { NamedQueryIds: page.map(({ id }) => id), ...(next && { NextToken: next }) };
  },
});

export const updateNamedQuery: Make<"UpdateNamedQuery"> = (store) => ({
  ...byId(store),
  run: (input) => {
    find(store, input.NamedQueryId);
    store.namedQueries.update(input.NamedQueryId ?? "", (record) => {
      record.name = input.Name ?? "";
      record.query = input.QueryString ?? "";
      if (input.Description !== undefined) record.description = input.Description;
    });
    return {};
  },
});

export const deleteNamedQuery: Make<"DeleteNamedQuery"> = (store) => ({
  ...byId(store),
  run: (input) => {
    find(store, input.NamedQueryId);
    store.namedQueries.delete(input.NamedQueryId ?? "");
    return {};
  },
});
