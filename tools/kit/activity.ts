import { type Output, outputOf, redraws } from "./output";
import { progressLine, SILENCE_MS } from "./progress";

const REDRAW_MS = 200;

/**
 * When the last line was written; before the first line, when the program began. All steps share it: several short steps
 * in a row, each too short for a line of its own, would be a long silence otherwise.
 */
export interface Said {
  last: number;
}

const said: Said = { last: performance.timeOrigin };

/** Shows what a long step does: a line redrawn in place on a terminal, and elsewhere a line now and then. */
export class Activity {
  readonly #line: ReturnType<typeof progressLine>;
  readonly #began: number;
  readonly #timer: NodeJS.Timeout;

  constructor(
    /** The line, from the seconds since the begin; the empty text shows nothing. */
    private readonly text: (seconds: number) => string,
    private readonly output: Output = outputOf(process.stderr),
    private readonly now: () => number = Date.now,
    private readonly lines: Said = said,
  ) {
    this.#line = progressLine(output);
    this.#began = now();
    this.#timer = setInterval(() => this.tick(), REDRAW_MS);
  }

  tick(): void {
    const now = this.now();
    const line = this.text((now - this.#began) / 1000);
    if (line === "") return;
    if (redraws(this.output)) this.#line.show(line);
    else if (now - this.lines.last >= SILENCE_MS) {
      this.lines.last = now;
      void this.output.write(`${line}\n`).catch(() => {});
    }
  }

  end(): void {
    clearInterval(this.#timer);
    this.#line.clear();
  }
}

/** Runs work and shows what it does meanwhile, with the time it takes. */
export async function withActivity<T>(text: () => string, work: () => Promise<T>): Promise<T> {
  const activity = new Activity((seconds) => `${text()}, ${Math.round(seconds)} s`);
  try {
    return await work();
  } finally {
    activity.end();
  }
}
