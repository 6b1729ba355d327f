import type { Cloud } from "../../packages/pocket-cloud";
import { redraws } from "../kit/output";
import type { Failures } from "./failures";
import { renderStages, Stages } from "./stages";

const REDRAW_MS = 100;

/** A block of lines that is redrawn in place on a terminal. Writes nothing elsewhere. */
export class LiveView {
  #drawn = 0;
  #at = 0;

  constructor(
    private readonly stages: Stages,
    private readonly now: () => number,
    /** Lines below the stages. */
    private readonly notes: () => readonly string[] = () => [],
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  /** Draws the heading and the stages, at most ten times a second. */
  draw(heading: string, began: number): void {
    if (!redraws(this.stream) || Date.now() - this.#at < REDRAW_MS) return;
    this.#at = Date.now();
    const width = Math.max(20, this.stream.columns || 80);
    const lines = [
      heading,
      ...renderStages(this.stages.shown(), this.now(), (Date.now() - began) / 1000),
      ...this.notes().flatMap((note) => wrapped(`  ! ${note}`, width - 1)),
    ];
    this.clear();
    this.stream.write(lines.map((line) => `${line.slice(0, width - 1)}\n`).join(""));
    this.#drawn = lines.length;
  }

  rebase(): void {
    this.stages.rebase();
  }

  /** Removes the lines, so that other output can follow. */
  clear(): void {
    if (this.#drawn > 0) this.stream.write(`\r\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }
}

/** A view of the cloud's stages, with the failures below. */
export function liveView(cloud: Cloud, failures: Failures): LiveView {
  const stages = new Stages(() => cloud.clock.now());
  cloud.bus.on("kinesis:records", ({ streamArn }) => stages.streamed(streamArn));
  cloud.bus.on("s3:object-created", ({ key }) => stages.stored(key));
  return new LiveView(
    stages,
    () => cloud.clock.now(),
    () => failures.lines(),
  );
}

/** A text on as many lines as it needs, the later ones indented. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const cut = space > INDENT.length ? space : width;
    lines.push(rest.slice(0, cut));
    rest = INDENT + rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

const INDENT = "    ";
