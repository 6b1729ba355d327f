import type { Changes } from "./reconcile";

/** The summary of a run as ListCrawls gives it: JSON that holds JSON, by kind and action. */
export function summaryOf(changes: Changes): string {
  const table = actions({ ADD: changes.created, UPDATE: changes.updated, DELETE: changes.deleted });
  const partition = actions({
    ADD: changes.partitionsCreated,
    UPDATE: changes.partitionsUpdated,
    DELETE: changes.partitionsDeleted,
  });
  return JSON.stringify({ ...(table && { TABLE: table }), ...(partition && { PARTITION: partition }) });
}

function actions(lists: Readonly<Record<string, readonly string[]>>): string | undefined {
  const entries = Object.entries(lists).filter(([, names]) => names.length > 0);
  if (entries.length === 0) return undefined;
  return JSON.stringify(
    Object.fromEntries(
      entries.map(([action, names]) => [action, { Count: names.length, Names: names.slice(0, 100) }]),
    ),
  );
}
