import { appendFileSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "../../../data/feeds";
import { csvLine } from "../../../data/feeds/csv";
import { retail } from "../../../data/feeds/retail";
import { Failure } from "../../kit/errors";
import type { Output } from "../../kit/output";
import type { Destination } from "../runner";

/** Prints rows as JSON lines, and malformed objects as they arrived. */
export const printed = (output: Output): Destination => ({
  name: "stdout",
  send: (events) =>
    output.write(events.map((event) => (event.kind === "deletion" ? "" : `${event.line}\n`)).join("")),
  close: async () => {},
});

const HOUR_MS = 3_600_000;

/**
 * Writes retail rows into log files as a shop's server does: lines of the Online Retail file without its header, for the
 * agent. A new file begins every hour, named by its time: 20260102-030405.log.
 */
export function logFiles(dir: string, now: () => number): Destination {
  mkdirSync(dir, { recursive: true });
  if (!statSync(dir).isDirectory()) throw new Failure(`--as-logs ${dir} is not a folder`);
  let current: { readonly hour: number; readonly path: string } | undefined;
  const file = (): string => {
    const hour = Math.floor(now() / HOUR_MS);
    if (current?.hour !== hour) current = { hour, path: join(dir, `${stamp(now())}.log`) };
    return current.path;
  };
  return {
    name: dir,
    send: async (events) => {
      const lines = events.map((event) =>
        event.kind === "row" ? logLine(event.row) : event.kind === "malformed" ? `${event.line}\n` : "",
      );
      // One write, so that the agent sees whole lines.
      appendFileSync(file(), lines.join(""));
    },
    close: async () => {},
  };
}

const stamp = (instant: number): string =>
  new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");

/** The columns in the order of the file, its dates as M/D/YYYY H:mm. */
const logLine = (row: Row): string =>
  csvLine(
    Object.keys(retail.columns).map((name) =>
      name === retail.eventTime ? fileDate(String(row[name])) : String(row[name] ?? ""),
    ),
  );

function fileDate(instant: string): string {
  const at = new Date(instant);
  const minutes = String(at.getUTCMinutes()).padStart(2, "0");
  return `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${at.getUTCHours()}:${minutes}`;
}
