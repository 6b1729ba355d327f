import { feeds } from "../../data/feeds";
import { feedOfStream } from "../kit/feeds";

/** Counts of one stage of the pipeline. */
export interface Stage {
  readonly name: string;
  readonly unit: string;
  count: number;
  /** The count when the measurement of rates began. */
  base: number;
  /** The cloud's time at the last count. */
  last: number | undefined;
}

/** Key prefixes of the buckets, with the name of the stage and of its objects. */
const folders: Readonly<Record<string, readonly [name: string, unit: string]>> = {
  "csv/": ["csv", "objects"],
  "raw/": ["raw", "objects"],
  "quarantine/": ["quarantine", "objects"],
  "errors/": ["errors", "objects"],
  "aws/lambda/": ["discarded", "batches"],
};

/** Counts events of the cloud by stage of the pipeline. */
export class Stages {
  readonly #stages = new Map<string, Stage>();

  constructor(private readonly now: () => number) {
    const streams = ["stream", ...Object.keys(feeds)].map((name) => [name, "writes"] as const);
    for (const [name, unit] of [...streams, ...Object.values(folders)])
      this.#stages.set(name, { name, unit, count: 0, base: 0, last: undefined });
  }

  /** A write to a stream; those of pricelake's feeds are also counted by feed. */
  streamed(streamArn: string): void {
    this.#count("stream");
    const feed = feedOfStream(streamArn.slice(streamArn.lastIndexOf("/") + 1));
    if (feed) this.#count(feed.name);
  }

  stored(key: string): void {
    const folder = Object.keys(folders).find((prefix) => key.startsWith(prefix));
    if (folder) this.#count(folders[folder]?.[0] ?? "");
  }

  /** Stages with counts, and always the three that every event passes. */
  shown(): readonly Stage[] {
    return [...this.#stages.values()].filter(
      ({ name, count }) => count > 0 || ["stream", "csv", "raw"].includes(name),
    );
  }

  /** Starts the measurement of rates. */
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

/** One line per stage: count, rate, and time since the last change. */
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
