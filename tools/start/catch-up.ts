import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { readIfThere } from "../kit/files";

/** How far the simulated clock has come, kept in the state directory so that a restart goes on from there. */
export interface Progress {
  read(): number | undefined;
  write(instant: number): void;
}

/** Wide enough for any instant: written over in place, so that a kill leaves the old text or the new. */
const WIDTH = 40;

export function progressIn(dir: string): Progress {
  const path = join(dir, "progress.json");
  return {
    read: () => {
      const text = readIfThere(path)?.toString("utf8");
      return text ? (JSON.parse(text) as { playedUntil: number }).playedUntil : undefined;
    },
    write: (playedUntil) => {
      const file = openSync(path, constants.O_WRONLY | constants.O_CREAT);
      writeSync(file, JSON.stringify({ playedUntil }).padEnd(WIDTH), 0);
      closeSync(file);
    },
  };
}

/** Where the simulated clock starts: where it stopped, but at most `hours` back, at a whole minute. */
export function startOfCatchUp(now: number, hours: number, playedUntil: number | undefined): number {
  const earliest = now - hours * 3_600_000;
  const start = playedUntil === undefined || playedUntil > now ? earliest : Math.max(earliest, playedUntil);
  return Math.floor(start / 60_000) * 60_000;
}

export interface CatchUp {
  readonly clock: { now(): number; advanceTo(instant: number): Promise<void> };
  /** Asked again at each step: real time goes on while the past is played. */
  readonly until: () => number;
  readonly stepMillis: number;
  readonly progress: Progress;
  readonly onStep: (instant: number) => void;
  readonly signal: AbortSignal;
}

/** Plays the clock up to `until`, a step at a time, each step kept before the next begins. */
export async function catchUp({
  clock,
  until,
  stepMillis,
  progress,
  onStep,
  signal,
}: CatchUp): Promise<void> {
  while (!signal.aborted && clock.now() < until()) {
    await clock.advanceTo(Math.min(clock.now() + stepMillis, until()));
    progress.write(clock.now());
    onStep(clock.now());
  }
}
