/** What the view shows of one stage of the pipeline. */
export interface Stage {
  readonly name: string;
  readonly unit: string;
  count: number;
  /** Counted before the time that rates are taken over. */
  base: number;
  /** The cloud's time at the last count. */
  last: number | undefined;
}

/** Folders of the lake, and what to call an object in them. */
const folders: Readonly<Record<string, readonly [name: string, unit: string]>> = {
  "csv/": ["csv", "objects"],
  "raw/": ["raw", "objects"],
  "quarantine/": ["quarantine", "objects"],
  "errors/": ["errors", "objects"],
  "aws/lambda/": ["given up", "batches"],
};

/** Counts what passes each stage of the pipeline, from the events of the cloud. */
export class Stages {
  readonly #stages = new Map<string, Stage>();

  constructor(private readonly now: () => number) {
    for (const [name, unit] of [["stream", "writes"], ...Object.values(folders)] as const)
      this.#stages.set(name, { name, unit, count: 0, base: 0, last: undefined });
  }

  streamed(): void {
    this.#count("stream");
  }

  stored(key: string): void {
    const folder = Object.keys(folders).find((prefix) => key.startsWith(prefix));
    if (folder) this.#count(folders[folder]?.[0] ?? "");
  }

  /** Those with nothing to say are left out, but for the three every event passes. */
  shown(): readonly Stage[] {
    return [...this.#stages.values()].filter(
      ({ name, count }) => count > 0 || ["stream", "csv", "raw"].includes(name),
    );
  }

  /** Rates count from here on. */
  rebase(): void {
    for (const stage of this.#stages.values()) stage.base = stage.count;
  }

  #count(name: string): void {
    const stage = this.#stages.get(name);
    if (!stage) return;
    stage.count++;
    stage.last = this.now();
  }
}

/** Lines of text for a terminal: per stage its count, its rate since the start, and how long ago it last moved. */
export function renderStages(stages: readonly Stage[], now: number, seconds: number): string[] {
  return stages.map(({ name, unit, count, base, last }) => {
    const rate = seconds > 0 ? `${((count - base) / seconds).toFixed(1)}/s` : "";
    const lag = last === undefined ? "" : `${age(now - last)} ago`;
    return `  ${name.padEnd(10)} ${String(count).padStart(8)} ${unit.padEnd(8)} ${rate.padStart(9)}  ${lag}`.trimEnd();
  });
}

function age(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
