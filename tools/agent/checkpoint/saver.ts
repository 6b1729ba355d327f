import { type Checkpoints, writeCheckpoints } from "./file";

/** Between two writes; what is acknowledged within it would be sent again after a kill. */
const PAUSE_MS = 100;

/** Writes checkpoints soon after they change, and no more often than a disk should be asked to. */
export class CheckpointSaver {
  #timer: NodeJS.Timeout | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #trouble: string | undefined;

  constructor(
    private readonly path: string,
    private readonly current: () => Checkpoints,
    private readonly say: (what: string) => void,
  ) {}

  get trouble(): string | undefined {
    return this.#trouble;
  }

  changed(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#last + PAUSE_MS - performance.now();
    if (wait <= 0) this.#save();
    else this.#timer = setTimeout(() => this.#save(), wait);
  }

  /** A last time; it throws when what was sent cannot be remembered. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    writeCheckpoints(this.path, this.current());
  }

  /** A full disk must not stop the sending: it is told, and tried again with the next change. */
  #save(): void {
    this.#timer = undefined;
    this.#last = performance.now();
    try {
      writeCheckpoints(this.path, this.current());
      this.#trouble = undefined;
    } catch (error) {
      const trouble = `checkpoints cannot be saved: ${error instanceof Error ? error.message : error}`;
      if (trouble !== this.#trouble) this.say(trouble);
      this.#trouble = trouble;
      this.#timer = setTimeout(() => this.#save(), 10 * PAUSE_MS);
    }
  }
}
