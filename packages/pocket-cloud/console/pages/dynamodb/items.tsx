import type { TableDescription } from "@aws-sdk/client-dynamodb";
import { useState } from "preact/hooks";
import { call, type Json } from "../kit/api";
import { count } from "../kit/format";
import { useLive } from "../kit/live";
import { Empty, Panel } from "../kit/page";
import { Reading } from "../kit/reading";
import { Grid } from "../preview/grid";
import { type Attribute, columnsOf, plain } from "./values";

type Item = Readonly<Record<string, Attribute>>;

interface Search {
  readonly index: string;
  readonly partition: string;
  readonly sort: string;
}

const PAGE = 100;

/** The items of a table: a page of all, or those with a key. */
export function Items({ table }: { table: Json<TableDescription> }) {
  const [search, setSearch] = useState<Search>({ index: "", partition: "", sort: "" });
  const [draft, setDraft] = useState(search);
  const [pages, setPages] = useState(1);
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const schema =
    (draft.index === ""
      ? table.KeySchema
      : indexes.find(({ IndexName }) => IndexName === draft.index)?.KeySchema) ?? [];
  const keyOf = (type: string) => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const [partitionKey, sortKey] = [keyOf("HASH") ?? "", keyOf("RANGE")];
  const typeOf = (name: string) =>
    table.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? "S";
  const read = useLive(`items ${table.TableName} ${JSON.stringify(search)} ${pages}`, (signal) =>
    readItems(table.TableName ?? "", search, { partitionKey, sortKey, typeOf }, pages, signal),
  );
  const items = read.data?.items ?? [];
  const keys = (table.KeySchema ?? []).flatMap(({ AttributeName }) => AttributeName ?? []);
  const columns = columnsOf(items, keys);
  return (
    <Panel class="flush">
      <form
        class="toolbar form"
        onSubmit={(event) => {
          event.preventDefault();
          setPages(1);
          if (JSON.stringify(draft) === JSON.stringify(search)) read.reload();
          else setSearch(draft);
        }}
      >
        {indexes.length > 0 && (
          <label>
            Table or index
            <select
              value={draft.index}
              onChange={(event) => setDraft({ index: event.currentTarget.value, partition: "", sort: "" })}
            >
              <option value="">{table.TableName}</option>
              {indexes.map(({ IndexName }) => (
                <option key={IndexName}>{IndexName}</option>
              ))}
            </select>
          </label>
        )}
        <label class="grow">
          {partitionKey} =
          <input
            value={draft.partition}
            placeholder="All items"
            onInput={(event) => setDraft({ ...draft, partition: event.currentTarget.value })}
          />
        </label>
        {sortKey !== undefined && (
          <label class="grow">
            {sortKey} {typeOf(sortKey) === "S" ? "begins with" : "="}
            <input
              value={draft.sort}
              placeholder="Any"
              disabled={draft.partition === ""}
              onInput={(event) => setDraft({ ...draft, sort: event.currentTarget.value })}
            />
          </label>
        )}
        <button type="submit" class="primary">
          {draft.partition === "" ? "Scan" : "Query"}
        </button>
      </form>
      <Reading of={read} />
      {read.data && (
        <p class="muted result" role="status">
          {count(items.length)}
          {read.data.more ? " and more" : ""} item{items.length === 1 ? "" : "s"}
        </p>
      )}
      {read.data && items.length === 0 && <Empty>No items with this key.</Empty>}
      {items.length > 0 && (
        <Grid
          label="Items"
          columns={columns}
          rows={items.map((item) => columns.map((name) => (name in item ? plain(item[name]) : "")))}
        />
      )}
      {read.data?.more && (
        <div class="toolbar">
          <button type="button" onClick={() => setPages(pages + 1)}>
            Read more
          </button>
        </div>
      )}
    </Panel>
  );
}

interface Keys {
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
  readonly typeOf: (name: string) => string;
}

async function readItems(TableName: string, search: Search, keys: Keys, pages: number, signal: AbortSignal) {
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  for (let page = 0; page < pages; page++) {
    const common = {
      TableName,
      Limit: PAGE,
      ...(search.index !== "" && { IndexName: search.index }),
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    };
    const output =
      search.partition === ""
        ? await call("dynamodb", "Scan", common as never, signal)
        : await call("dynamodb", "Query", { ...common, ...conditionOf(search, keys) } as never, signal);
    items.push(...((output.Items ?? []) as Item[]));
    ExclusiveStartKey = output.LastEvaluatedKey as Item | undefined;
    if (!ExclusiveStartKey) break;
  }
  return { items, more: ExclusiveStartKey !== undefined };
}

function conditionOf({ partition, sort }: Search, { partitionKey, sortKey, typeOf }: Keys) {
  const withSort = sort !== "" && sortKey !== undefined;
  const begins = withSort && typeOf(sortKey) === "S";
  return {
    KeyConditionExpression: `#p = :p${withSort ? (begins ? " AND begins_with(#s, :s)" : " AND #s = :s") : ""}`,
    ExpressionAttributeNames: { "#p": partitionKey, ...(withSort && { "#s": sortKey }) },
    ExpressionAttributeValues: {
      ":p": { [typeOf(partitionKey)]: partition },
      ...(withSort && { ":s": { [typeOf(sortKey)]: sort } }),
    },
  };
}
