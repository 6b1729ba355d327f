import { strict as assert } from "node:assert";
import { temporaryDirectory } from "../support/temporary";
import { type Finished, pricelake } from "./command";

export const HOURS = 3;

export interface CaughtUp {
  readonly dir: string;
  /** The minute in which the played time begins. */
  readonly from: number;
  readonly finished: Finished;
}

const directory = temporaryDirectory();
let run: Promise<CaughtUp> | undefined;

/** `npm start -- --once --json` of three hours, made once for all suites of a file. */
export function caughtUp(): Promise<CaughtUp> {
  run ??= start();
  return run;
}

async function start(): Promise<CaughtUp> {
  const from = Math.floor(Date.now() / 60_000) * 60_000 - HOURS * 3_600_000;
  const options = ["--once", "--json", "--hours", String(HOURS), "--port", "0", "--dir", directory.path];
  const finished = await pricelake(["start", ...options]);
  assert.equal(finished.code, 0, finished.stderr);
  return { dir: directory.path, from, finished };
}

export const removeCatchUp = (): void => directory.remove();
