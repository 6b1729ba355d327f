import { useEffect, useRef, useState } from "preact/hooks";
import { matcher } from "../kit/content";
import { count, time } from "../kit/format";
import { Icon } from "../kit/icons";
import { Empty, Loading, Panel, Problem } from "../kit/page";
import { type Route, replaceQuery } from "../kit/route";
import { useStatus } from "../kit/status";
import { type Found, findFrom, findNewest, follow, type Position } from "./reader";
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
const MORE = 200;
/** So many records are looked at before the user is asked whether to search on. */
const AT_ONCE = 100_000;
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
  const [wanted, setWanted] = useState(WANTED);
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const reading = useRef<Reading | undefined>(undefined);
  const ready = status !== undefined;
  const now = status ? Date.parse(status.Time) : Date.now();
  const word = (query.search ?? "").toLowerCase();

  const begin = () => {
    reading.current?.control.abort();
    const control = new AbortController();
    const search = {
      shards: query.shard ? [query.shard] : shards,
      matches: matcher(word),
      signal: control.signal,
    };
    const from = shardsOf(stream, control.signal);
    const steps =
      choice === "newest"
        ? findNewest(from, {
            ...search,
            ...{ now, oldest: now - retentionHours * HOUR, wanted: WANTED },
            // A search looks for something rare more often than not.
            fewest: word === "" ? 250 : 1000,
          })
        : choice === "LATEST"
          ? follow(from, search)
          : findFrom(from, positionOf(choice, query), search);
    reading.current = { steps, control, stopped: false };
    void advance(WANTED, choice === "LATEST" ? Number.POSITIVE_INFINITY : AT_ONCE);
  };

  /** Reads on until there are enough matching records, or so many were looked at. */
  const advance = async (enough: number, most: number) => {
    const mine = reading.current;
    if (!mine) return;
    mine.stopped = false;
    setWanted(enough);
    setBusy(true);
    setError(undefined);
    try {
      for (let done = false; !done; ) {
        const step = await mine.steps.next();
        if (reading.current !== mine || step.done) break;
        setFound(step.value);
        const { records, scanned, complete } = step.value;
        done =
          mine.stopped || complete || scanned >= most || (choice !== "LATEST" && records.length >= enough);
      }
    } catch (thrown) {
      if (reading.current === mine) setError(thrown as Error);
    }
    if (reading.current === mine) setBusy(false);
  };
  const asked = JSON.stringify([stream, query, shards.length > 0, ready]);
  const start = useRef(begin);
  start.current = begin;
  useEffect(() => {
    void asked;
    setFound(undefined);
    if (shards.length > 0 && ready && complete(choice, query)) start.current();
    return () => reading.current?.control.abort();
  }, [asked]);

  const shown = found?.records.slice(0, wanted) ?? [];
  const goOn = () => void advance(wanted + MORE, (found?.scanned ?? 0) + AT_ONCE);
  return (
    <Panel class="flush">
      <Form
        key={stream}
        route={route}
        shards={shards}
        choice={choice}
        now={now}
        busy={busy}
        stop={() => {
          if (reading.current) reading.current.stopped = true;
        }}
        again={begin}
      />
      {error && error.name !== "AbortError" && <Problem error={error} />}
      {!found && busy && <Loading />}
      {found && (
        <p class="muted result" role="status">
          {summaryOf(found, shown.length, word, busy)}
        </p>
      )}
      {found && shown.length === 0 && !busy && <Empty>{nothingIn(found, query.search ?? "")}</Empty>}
      {shown.length > 0 && <Records stream={stream} records={shown} word={word} />}
      {found && !busy && choice !== "LATEST" && (!found.complete || found.records.length > wanted) && (
        <div class="toolbar">
          <button type="button" onClick={goOn}>
            {word === ""
              ? "Read more"
              : choice === "newest"
                ? "Search older records"
                : "Search later records"}
          </button>
        </div>
      )}
    </Panel>
  );
}

/** A search that can go on where it stopped. */
interface Reading {
  readonly steps: AsyncGenerator<Found>;
  readonly control: AbortController;
  /** Set to stop after the current step. */
  stopped: boolean;
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

function summaryOf({ records, scanned, back }: Found, shown: number, word: string, busy: boolean): string {
  const noun = (number: number) => (number === 1 ? "record" : "records");
  const what =
    word === ""
      ? `${count(shown)} ${noun(shown)}`
      : `${count(records.length)} matching ${noun(records.length)} of ${count(scanned)}`;
  const range = back === undefined ? "" : `, from ${time(back)} UTC on`;
  return `${what}${range}${busy ? " …" : ""}`;
}

const nothingIn = ({ scanned, complete }: Found, search: string): string =>
  search === ""
    ? "No records in this range."
    : complete
      ? `No record contains “${search}”.`
      : `None of the ${count(scanned)} records searched so far contains “${search}”.`;

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
