import { describeUnknownFields } from "../../data/records/quarantine";
import type { TrackedFile } from "./files/tracked-file";
import type { Counts, Flow } from "./flow";

export interface FlowStatus extends Counts {
  readonly filePattern: string;
  readonly destination: string;
  readonly waiting: number;
  /** Age of the oldest waiting line, in seconds. */
  readonly waitingSeconds: number;
  readonly files: readonly FileStatus[];
  /** Bytes of the files that are not acknowledged yet. */
  readonly behind: number;
  readonly trouble: readonly string[];
  /** Lines by name of a field that no column of the destination's feed knows. */
  readonly unknownFields: Readonly<Record<string, number>>;
}

export interface FileStatus {
  readonly path: string;
  readonly acknowledged: number;
  readonly size: number;
}

const MAX_FILES_SHOWN = 3;

export function statusOf(flow: Flow, now: number): FlowStatus {
  const { config, tailer } = flow.parts;
  const present = tailer.files.filter(
    ({ id, listed, fd }) => id !== undefined && (listed || fd !== undefined),
  );
  return {
    filePattern: config.filePattern,
    destination: config.destination.name,
    ...flow.counts,
    waiting: flow.waiting,
    waitingSeconds: Math.round((now - (flow.waitingSince ?? now)) / 1000),
    files: present.map(({ path, acknowledged, size }) => ({ path, acknowledged, size })),
    behind: present.reduce((sum, file: TrackedFile) => sum + file.behind, 0),
    trouble: [...(flow.trouble === undefined ? [] : [flow.trouble]), ...tailer.troubles],
    unknownFields: flow.unknownFields.counts,
  };
}

/** One line with a flow's counts, its lag and the positions of its files. */
export function describeStatus(status: FlowStatus): string {
  const { read, sent, records, waiting, waitingSeconds, behind, refused, leftOut, unconverted, cut } = status;
  const mostBehind = [...status.files].sort((a, b) => b.size - b.acknowledged - (a.size - a.acknowledged));
  const rare: readonly (readonly [number, string])[] = [
    [refused, "records refused and sent again"],
    [leftOut, "lines left out"],
    [unconverted, "lines sent unconverted"],
    [cut, "lines cut"],
  ];
  const parts = [
    `${read} lines read, ${sent} sent in ${records} records, ${waiting} waiting${
      waiting > 0 ? `, the oldest for ${waitingSeconds} s` : ""
    }`,
    ...rare.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    status.files.length === 0
      ? `no file matches ${status.filePattern}`
      : `${behind} bytes behind in ${status.files.length} ${status.files.length === 1 ? "file" : "files"}`,
    ...mostBehind
      .slice(0, MAX_FILES_SHOWN)
      .map(({ path, acknowledged, size }) => `${path} at ${acknowledged} of ${size}`),
  ];
  const fields = describeUnknownFields(status.unknownFields);
  if (fields !== "") parts.push(`unknown fields, not stored: ${fields}`);
  const trouble = status.trouble.map((each) => `; trouble: ${each}`).join("");
  return `${status.destination}: ${parts.join(", ")}${trouble}`;
}
