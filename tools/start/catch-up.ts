import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { readStateFile } from "./state-files";

/** The time of the simulated clock, saved in the state directory so that a restart continues from it. */
export interface Progress {
  read(): number | undefined;
  write(instant: number): void;
}

/** A fixed width: the file is overwritten in place, and a kill leaves the old or the new text. */
const WIDTH = 40;

export function progressIn(dir: string): Progress {
  const path = join(dir, "progress.json");
  return {
    read: () =>
      readStateFile<{ playedUntil: number }>(
        dir,
        "progress.json",
        "the time until which the market is played",
      )?.playedUntil,
    write: (playedUntil) => {
      const file = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
      writeSync(file, JSON.stringify({ playedUntil }).padEnd(WIDTH), 0);
      closeSync(file);
    },
  };
}

export const DEFAULT_HOURS = 48;

/** Start of the simulated clock: where it stopped, at most `hours` ago, rounded down to a minute. */
export function startOfCatchUp(now: number, hours: number, playedUntil: number | undefined): number {
  const earliest = now - hours * 3_600_000;
  const start = playedUntil === undefined || playedUntil > now ? earliest : Math.max(earliest, playedUntil);
  return Math.floor(start / 60_000) * 60_000;
}

/** Why --hours has no effect: the clock of a directory does not go back. Undefined when it has. */
export function ignoredHours(
  now: number,
  hours: number,
  playedUntil: number | undefined,
): string | undefined {
  if (playedUntil === undefined || playedUntil > now || playedUntil <= now - hours * 3_600_000)
    return undefined;
  const until = minuteOf(playedUntil);
  return (
    `--hours ${hours} is ignored: this directory is played until ${until} UTC, and time cannot go back; ` +
    "take another --dir, or --fresh to begin anew"
  );
}

export interface CatchUp {
  readonly clock: { now(): number; advanceTo(instant: number): Promise<void> };
  /** Called at each step, because real time advances during the catch-up. */
  readonly until: () => number;
  readonly stepMillis: number;
  readonly progress: Progress;
  readonly onStep: (instant: number) => void;
  readonly signal: AbortSignal;
}

/** Advances the clock to `until` in steps, and saves the progress after each. */
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

/** "2026-01-02 03:04" of an instant, UTC. */
export const minuteOf = (instant: number): string =>
  new Date(instant).toISOString().slice(0, 16).replace("T", " ");
