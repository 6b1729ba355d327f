import { useState } from "preact/hooks";
import { call } from "../kit/api";
import { Marked } from "../kit/data";
import { pretty } from "../kit/decode";
import { count, time } from "../kit/format";
import { useLive } from "../kit/live";
import { Empty, Panel } from "../kit/page";
import { Reading } from "../kit/reading";
import { useNow, useStatus } from "../kit/status";

interface LogProps {
  readonly group: string;
  /** Where to begin, in milliseconds. Without it the newest lines are shown. */
  readonly from?: number | undefined;
}

interface Line {
  readonly at: number;
  readonly message: string;
  readonly stream: string;
  readonly id: string;
}

const MINUTE = 60_000;
/** Windows in which the newest lines are looked for. */
const WINDOWS = [MINUTE, 15 * MINUTE, 3 * 60 * MINUTE, 24 * 60 * MINUTE, 14 * 24 * 60 * MINUTE];
const ENOUGH = 30;
const MOST = 1000;
const REFRESH_MS = 3000;

/** The lines of a log group, newest first, or from an instant on. Filters are CloudWatch's filter patterns. */
export function LogView({ group, from }: LogProps) {
  const ready = useStatus() !== undefined;
  const now = useNow();
  const [start, setStart] = useState(from);
  const [filter, setFilter] = useState("");
  const [sent, setSent] = useState("");
  const [follow, setFollow] = useState(true);
  const [platform, setPlatform] = useState(false);
  const read = useLive(
    `log ${group} ${start} ${sent} ${ready}`,
    async (signal) => (ready ? readLog(group, start, sent, now, signal) : undefined),
    follow ? REFRESH_MS : undefined,
  );
  const lines = (read.data?.lines ?? []).filter(({ message }) => platform || !isPlatform(message));
  const word = filter.replace(/^"|"$/g, "").toLowerCase();
  return (
    <Panel class="flush">
      <form
        class="toolbar form"
        onSubmit={(event) => {
          event.preventDefault();
          setSent(filter);
        }}
      >
        <label class="grow">
          Filter
          <input
            type="search"
            placeholder='Words, or "a phrase"'
            value={filter}
            onInput={(event) => {
              setFilter(event.currentTarget.value);
              if (event.currentTarget.value === "") setSent("");
            }}
          />
        </label>
        <label>
          From (UTC)
          <input
            type="datetime-local"
            step={1}
            value={start === undefined ? "" : new Date(start).toISOString().slice(0, 19)}
            onChange={(event) => {
              const text = event.currentTarget.value;
              setStart(text === "" ? undefined : Date.parse(`${text}Z`));
            }}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={platform}
            onChange={(event) => setPlatform(event.currentTarget.checked)}
          />
          START, END, REPORT
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={follow}
            onChange={(event) => setFollow(event.currentTarget.checked)}
          />
          Follow
        </label>
        <button type="submit" class="primary">
          Search
        </button>
      </form>
      <Reading of={read} />
      {read.data && (
        <p class="muted result" role="status">
          {count(lines.length)} {lines.length === 1 ? "line" : "lines"},{" "}
          {start === undefined ? "newest first" : "oldest first"}
        </p>
      )}
      {read.data && lines.length === 0 && <Empty>{emptyText(sent, start)}</Empty>}
      {lines.length > 0 && <Lines lines={lines} word={word} />}
    </Panel>
  );
}

function emptyText(filter: string, start: number | undefined): string {
  if (filter !== "") return `No log lines match ${filter}.`;
  if (start === undefined) return "No log lines.";
  return `No log lines since ${time(start)} UTC yet. A function with a batching window writes its lines when the window is over.`;
}

/** Lines that Lambda writes around each call. */
const isPlatform = (message: string): boolean =>
  /^(?:START|END|REPORT|INIT_START) ?/.test(message) || message.startsWith('{"_aws"');

function Lines({ lines, word }: { lines: readonly Line[]; word: string }) {
  const [open, setOpen] = useState<string>();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll log" tabIndex={0} aria-label="Log lines">
      <table>
        <thead>
          <tr>
            <th scope="col">Time (UTC)</th>
            <th scope="col">Message</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ id, at, message, stream }) => (
            <tr key={id} class={/\berror\b/i.test(message) ? "bad-line" : undefined}>
              <td class="nowrap">
                <button
                  type="button"
                  class="expand"
                  aria-expanded={open === id}
                  onClick={() => setOpen(open === id ? undefined : id)}
                >
                  {time(at, true)}
                </button>
              </td>
              <td>
                <code>
                  <Marked text={open === id ? pretty(message) : message} word={word} />
                </code>
                {open === id && <p class="muted">{stream}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Reads from an instant on, or looks for the newest lines in windows that reach further and further back. */
async function readLog(
  logGroupName: string,
  start: number | undefined,
  filterPattern: string,
  now: number,
  signal: AbortSignal,
): Promise<{ lines: Line[] }> {
  const read = async (startTime: number): Promise<{ lines: Line[]; whole: boolean }> => {
    const lines: Line[] = [];
    let nextToken: string | undefined;
    do {
      const output = await call(
        "logs",
        "FilterLogEvents",
        {
          logGroupName,
          startTime,
          ...(filterPattern !== "" && { filterPattern }),
          ...(nextToken !== undefined && { nextToken }),
        },
        signal,
      );
      for (const { timestamp = 0, message = "", logStreamName = "", eventId = "" } of output.events ?? [])
        lines.push({ at: timestamp, message: message.trimEnd(), stream: logStreamName, id: eventId });
      nextToken = output.nextToken;
      // From an instant on, the first lines are wanted; else the last ones.
      if (start !== undefined && lines.length >= MOST) break;
      if (lines.length > 20 * MOST) break;
    } while (nextToken !== undefined);
    return { lines, whole: nextToken === undefined };
  };
  if (start !== undefined) return { lines: (await read(start)).lines.slice(0, MOST) };
  let newest: Line[] = [];
  for (const window of WINDOWS) {
    const { lines, whole } = await read(now - window);
    // A window with too many lines was not read to its end, where the newest are.
    if (whole || newest.length === 0) newest = lines;
    if (!whole || newest.length >= ENOUGH) break;
  }
  return { lines: newest.slice(-MOST).reverse() };
}
