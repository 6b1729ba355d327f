import { renderStages, type Stages } from "./stages";

const REDRAW_MS = 100;

/** A block of lines that rewrites itself on a terminal; nothing at all elsewhere. */
export class LiveView {
  #drawn = 0;
  #at = 0;

  constructor(
    private readonly stages: Stages,
    private readonly now: () => number,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  /** Draws the heading and the stages, at most ten times a second. */
  draw(heading: string, began: number): void {
    if (!this.stream.isTTY || Date.now() - this.#at < REDRAW_MS) return;
    this.#at = Date.now();
    const lines = [heading, ...renderStages(this.stages.shown(), this.now(), (Date.now() - began) / 1000)];
    const width = this.stream.columns;
    this.clear();
    this.stream.write(lines.map((line) => `${line.slice(0, Math.max(1, width - 1))}\n`).join(""));
    this.#drawn = lines.length;
  }

  rebase(): void {
    this.stages.rebase();
  }

  /** Gives the lines back, so that other output stands where they were. */
  clear(): void {
    if (this.#drawn > 0) this.stream.write(`\r\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }
}
