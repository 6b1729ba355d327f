import { useEffect, useRef, useState } from "preact/hooks";
import { searchText } from "../kit/content";
import { count, time } from "../kit/format";
import { Icon } from "../kit/icons";
import { Empty, Loading, Panel, Problem } from "../kit/page";
import { type Route, replaceQuery } from "../kit/route";
import { useStatus } from "../kit/status";
import { type Found, findFrom, findNewest, type Position } from "./reader";
import { Records } from "./records";
import { shardsOf } from "./shards";

const POSITIONS = {
  newest: "Newest first",
  TRIM_HORIZON: "Trim horizon (oldest)",
  LATEST: "Latest (wait for new)",
  AT_TIMESTAMP: "At timestamp",
  AT_SEQUENCE_NUMBER: "At sequence number",
} as const;
type Choice = keyof typeof POSITIONS;

const WANTED = 50;
const MOST = 100_000;
const HOUR = 3_600_000;

interface ViewerProps {
  readonly route: Route;
  readonly stream: string;
  readonly shards: readonly string[];
  readonly retentionHours: number;
}

/** Reads records of a stream: the newest first, or from a position as in AWS's data viewer. */
export function Viewer({ route, stream, shards, retentionHours }: ViewerProps) {
  const status = useStatus();
  const { query } = route;
  const choice: Choice =
    query.from !== undefined && query.from in POSITIONS ? (query.from as Choice) : "newest";
  const [found, setFound] = useState<Found>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const control = useRef<AbortController | undefined>(undefined);
  const ready = status !== undefined;
  const now = status ? Date.parse(status.Time) : Date.now();

  const read = (wanted: number) => {
    control.current?.abort();
    const mine = new AbortController();
    control.current = mine;
    const word = (query.search ?? "").toLowerCase();
    const search = {
      shards: query.shard ? [query.shard] : shards,
      matches: (record: { data: string; partitionKey: string }) =>
        word === "" ||
        record.partitionKey.toLowerCase().includes(word) ||
        searchText(record.data).includes(word),
      wanted,
      most: MOST,
      signal: mine.signal,
      onProgress: (progress: Found) => {
        if (!mine.signal.aborted) setFound(progress);
      },
    };
    setBusy(true);
    setError(undefined);
    const reading =
      choice === "newest"
        ? findNewest(shardsOf(stream, mine.signal), { ...search, now, oldest: now - retentionHours * HOUR })
        : choice === "LATEST"
          ? follow(stream, search)
          : findFrom(shardsOf(stream, mine.signal), positionOf(choice, query), search);
    reading
      .then((result) => setFound(result), setError)
      .finally(() => {
        if (control.current === mine) setBusy(false);
      });
  };
  const asked = JSON.stringify([stream, query, shards.length > 0, ready]);
  const reader = useRef(read);
  reader.current = read;
  useEffect(() => {
    void asked;
    setFound(undefined);
    if (shards.length > 0 && ready && complete(choice, query)) reader.current(WANTED);
    return () => control.current?.abort();
  }, [asked]);

  return (
    <Panel class="flush">
      <Form
        key={stream}
        route={route}
        shards={shards}
        choice={choice}
        now={now}
        busy={busy}
        stop={() => control.current?.abort()}
        again={() => read(WANTED)}
      />
      {error && error.name !== "AbortError" && <Problem error={error} />}
      {!found && busy && <Loading />}
      {found && (
        <p class="muted result" role="status">
          {summaryOf(found, query.search ?? "", busy)}
        </p>
      )}
      {found && found.records.length === 0 && !busy && (
        <Empty>{query.search ? `No record contains “${query.search}”.` : "No records in this range."}</Empty>
      )}
      {found && found.records.length > 0 && (
        <Records
          stream={stream}
          records={choice === "LATEST" ? [...found.records].reverse() : found.records}
          word={(query.search ?? "").toLowerCase()}
        />
      )}
      {found && !busy && found.records.length >= WANTED && (
        <div class="toolbar">
          <button type="button" onClick={() => read(found.records.length + 200)}>
            Read more
          </button>
        </div>
      )}
    </Panel>
  );
}

type Query = Readonly<Record<string, string>>;

const complete = (choice: Choice, { at = "", sequence = "", shard = "" }: Query): boolean =>
  choice === "AT_TIMESTAMP"
    ? at !== ""
    : choice === "AT_SEQUENCE_NUMBER"
      ? sequence !== "" && shard !== ""
      : true;

function positionOf(choice: Exclude<Choice, "newest">, { at = "", sequence = "" }: Query): Position {
  if (choice === "AT_TIMESTAMP") return { kind: choice, at: Date.parse(`${at}Z`) };
  if (choice === "AT_SEQUENCE_NUMBER") return { kind: choice, sequence };
  return { kind: choice };
}

const FOLLOW_MS = 1000;

/** Waits for new records, until the search is aborted. */
async function follow(
  stream: string,
  search: Omit<Parameters<typeof findFrom>[2], "wanted">,
): Promise<Found> {
  const shards = shardsOf(stream, search.signal);
  const cursors = await Promise.all(
    search.shards.map(async (shard) => ({ shard, next: await shards.iterator(shard, { kind: "LATEST" }) })),
  );
  let found: Found = { records: [], scanned: 0, back: undefined };
  search.onProgress?.(found);
  while (!search.signal.aborted) {
    for (const cursor of cursors) {
      if (cursor.next === undefined) continue;
      const batch = await shards.records(cursor.shard, cursor.next);
      cursor.next = batch.next;
      if (batch.records.length === 0) continue;
      const records = [...found.records, ...batch.records.filter(search.matches)].slice(-500);
      found = { records, scanned: found.scanned + batch.records.length, back: undefined };
      search.onProgress?.(found);
    }
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
  }
  return found;
}

function summaryOf({ records, scanned, back }: Found, search: string, busy: boolean): string {
  const noun = records.length === 1 ? "record" : "records";
  const what =
    search === ""
      ? `${count(records.length)} ${noun}`
      : `${count(records.length)} matching ${noun} of ${count(scanned)}`;
  const range = back === undefined ? "" : `, from ${time(back)} UTC on`;
  return `${what}${range}${busy ? " …" : ""}`;
}

interface FormProps {
  readonly route: Route;
  readonly shards: readonly string[];
  readonly choice: Choice;
  readonly now: number;
  readonly busy: boolean;
  readonly stop: () => void;
  readonly again: () => void;
}

function Form({ route, shards, choice, now, busy, stop, again }: FormProps) {
  const { query } = route;
  const [search, setSearch] = useState(query.search ?? "");
  const set = (changes: Readonly<Record<string, string | undefined>>) => replaceQuery(route, changes);
  const submit = (event: Event) => {
    event.preventDefault();
    if (search === (query.search ?? "")) again();
    else set({ search });
  };
  return (
    <form class="toolbar form" onSubmit={submit}>
      <label>
        Shard
        <select value={query.shard ?? ""} onChange={(event) => set({ shard: event.currentTarget.value })}>
          <option value="">All shards</option>
          {shards.map((shard) => (
            <option key={shard} value={shard}>
              {shard}
            </option>
          ))}
        </select>
      </label>
      <label>
        Starting position
        <select
          value={choice}
          onChange={(event) =>
            set({
              from: event.currentTarget.value,
              at:
                event.currentTarget.value === "AT_TIMESTAMP"
                  ? new Date(now - HOUR).toISOString().slice(0, 19)
                  : undefined,
            })
          }
        >
          {Object.entries(POSITIONS).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {choice === "AT_TIMESTAMP" && (
        <label>
          Timestamp (UTC)
          <input
            type="datetime-local"
            step={1}
            value={query.at ?? ""}
            onChange={(event) => set({ at: event.currentTarget.value })}
          />
        </label>
      )}
      {choice === "AT_SEQUENCE_NUMBER" && (
        <label>
          Sequence number{query.shard ? "" : " (choose a shard)"}
          <input
            value={query.sequence ?? ""}
            onChange={(event) => set({ sequence: event.currentTarget.value.trim() })}
          />
        </label>
      )}
      <label class="grow">
        Search
        <input
          type="search"
          placeholder="Text in the data or the partition key"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </label>
      {busy ? (
        <button type="button" onClick={stop}>
          <Icon name="stop" /> Stop
        </button>
      ) : (
        <button type="submit" class="primary">
          Get records
        </button>
      )}
    </form>
  );
}
