import { type Output, outputOf, redraws } from "../kit/output";
import { progressLine } from "../kit/progress";

const REDRAW_MS = 200;
/** Without a terminal, a line is written after this time of silence. */
const SILENCE_MS = 1500;

/**
 * Shows what a long step does, with its time: a line redrawn in place on a terminal, and elsewhere a line now and then.
 */
export class Activity {
  readonly #line: ReturnType<typeof progressLine>;
  readonly #began: number;
  #printed: number;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly text: () => string,
    private readonly output: Output = outputOf(process.stderr),
    private readonly now: () => number = Date.now,
  ) {
    this.#line = progressLine(output);
    this.#began = now();
    this.#printed = now();
    this.#timer = setInterval(() => this.tick(), REDRAW_MS);
  }

  tick(): void {
    const now = this.now();
    const line = `${this.text()}, ${Math.round((now - this.#began) / 1000)} s`;
    if (redraws(this.output)) this.#line.show(line);
    else if (now - this.#printed >= SILENCE_MS) {
      this.#printed = now;
      void this.output.write(`${line}\n`).catch(() => {});
    }
  }

  end(): void {
    clearInterval(this.#timer);
    this.#line.clear();
  }
}

/** Runs work and shows what it does meanwhile. */
export async function withActivity<T>(text: () => string, work: () => Promise<T>): Promise<T> {
  const activity = new Activity(text);
  try {
    return await work();
  } finally {
    activity.end();
  }
}
