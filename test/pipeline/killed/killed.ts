import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Reconciliation } from "../../../tools/reconcile/reconcile";
import { pricelake } from "../command";

const root = join(__dirname, "../../..");

export interface Killed {
  /** How far each run had come when it was killed, 0 to 1. */
  readonly at: readonly number[];
  readonly slots: number;
  readonly reconciliations: readonly Reconciliation[];
  readonly said: string;
}

/**
 * Catches up, killed with SIGKILL again and again at random points, started again each time; then counts. `early` kills
 * come first, in the seconds in which the cloud starts and the program is deployed.
 */
export async function catchUpKilled(
  dir: string,
  hours: number,
  kills: number,
  random: () => number,
  early = 0,
): Promise<Killed> {
  const at: number[] = [];
  const args = ["start", "--once", "--json", "--hours", String(hours), "--port", "0", "--dir", dir];
  const began = Date.now();
  const first = Math.floor((began - hours * 3_600_000) / 60_000) * 60_000;
  for (let kill = -early; kill < kills; kill++) {
    const share = (kill + random()) / (kills + 1);
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "tools/main.ts", ...args], {
      cwd: root,
      stdio: "ignore",
    });
    if (kill < 0) await sleep(LONGEST_START * random());
    else await reached(child, dir, first + share * hours * 3_600_000);
    await sleep(random() * 150);
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    at.push(((playedUntil(dir) ?? first) - first) / (hours * 3_600_000));
  }
  const last = await pricelake(args);
  if (last.code !== 0) throw new Error(`the last run failed: ${last.stderr}`);
  const counted = await pricelake([
    ...["reconcile", "--json", "--dir", dir],
    ...["--from", "2005-01-01", "--to", "2099-12-31"],
  ]);
  return {
    at,
    slots: slotsWithin(first, playedUntil(dir) ?? first),
    reconciliations: JSON.parse(counted.stdout || "[]") as Reconciliation[],
    said: last.stderr + counted.stderr,
  };
}

/** Waits until the run has played so far, or has ended. */
async function reached(child: ChildProcess, dir: string, instant: number): Promise<void> {
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  while (!ended() && (playedUntil(dir) ?? 0) < instant) await sleep(10);
}

/** What the process's own record says; nothing yet, or a record half written, is nothing. */
function playedUntil(dir: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(join(dir, "progress.json"), "utf8")) as { playedUntil: number })
      .playedUntil;
  } catch {
    return undefined;
  }
}

const LONGEST_START = 8000;
const SLOT = 300_000;
const slotsWithin = (from: number, to: number): number => Math.floor(to / SLOT) - Math.ceil(from / SLOT) + 1;
