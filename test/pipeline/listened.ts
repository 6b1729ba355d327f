import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { loadFactor } from "../support/load";

const LONGEST_SILENCE_MS = 2000;

/** A command as a person runs it, with the longest time in which it printed nothing. */
export class Listened {
  stdout = "";
  stderr = "";
  silence = 0;
  #silent = "";
  readonly #began = Date.now();
  #heard = this.#began;
  readonly #chunks: { readonly text: string; readonly at: number }[] = [];
  #listening = true;
  /** The highest load of the machine while it was listened to. */
  #load = 1;
  #ended = Number.NaN;
  readonly #child: ChildProcess;

  constructor(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { AWS_ENDPOINT_URL: _unset, ...inherited } = process.env;
    this.#child = spawn(process.execPath, ["--require", "tsx/cjs", "tools/main.ts", ...args], {
      cwd,
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Its children may hold its output open for longer than it lives.
    this.#child.on("exit", () => {
      this.#hear();
      this.#listening = false;
      this.#ended = Date.now();
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#hear(text);
      if (this.stdout.includes("ready http")) this.#listening = false;
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#hear(text);
    });
  }

  #hear(text = ""): void {
    const now = Date.now();
    if (this.#listening) this.#load = Math.max(this.#load, loadFactor());
    if (this.#listening && now - this.#heard > this.silence) {
      this.silence = now - this.#heard;
      this.#silent = `silent for ${this.silence} ms, from ${this.#heard - this.#began} ms on`;
    }
    this.#heard = now;
    this.#chunks.push({ text, at: this.#heard });
  }

  /** Milliseconds between the first outputs that have these texts. */
  between(first: string, second: string): number {
    const [began, ended] = [first, second].map(
      (text) => this.#chunks.find((chunk) => chunk.text.includes(text))?.at,
    );
    if (began === undefined || ended === undefined)
      throw new Error(`it does not say "${first}" and "${second}":\n${this.stderr}`);
    return ended - began;
  }

  /** What is wrong with what it printed: a stack trace, or a long silence. */
  complaints(): string[] {
    const longest = LONGEST_SILENCE_MS * this.#load;
    return [
      ...(/^\s+at .*:\d+:\d+\)?$/m.test(this.stderr) ? [`a stack trace:\n${this.stderr}`] : []),
      ...(this.silence > longest ? [`${this.#silent}:\n${this.#timed()}`] : []),
    ];
  }

  /** Its output, each piece with the milliseconds since it began. */
  #timed(): string {
    return this.#chunks.map(({ text, at }) => `${at - this.#began}: ${text}`).join("");
  }

  async ready(): Promise<this> {
    while (!this.stdout.includes("ready http://127.0.0.1:")) {
      if (this.#child.exitCode !== null) throw new Error(`it ended:\n${this.stderr}`);
      await sleep(50);
    }
    return this;
  }

  /** Waits until stderr has a text. */
  async says(text: RegExp, millis: number): Promise<void> {
    for (const began = Date.now(); !text.test(this.stderr); await sleep(50)) {
      if (this.#child.exitCode !== null) throw new Error(`it ended:\n${this.stderr}`);
      if (Date.now() - began > millis) throw new Error(`it does not say ${text}:\n${this.stderr}`);
    }
  }

  /** Waits for the end and returns the exit code. */
  async end(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "close");
    return this.#child.exitCode;
  }

  /** Presses Ctrl-C, and returns the exit code and the milliseconds to the end. */
  async stop(): Promise<{ code: number | null; millis: number }> {
    const began = Date.now();
    this.#heard = began;
    this.#listening = true;
    this.#child.kill("SIGINT");
    const code = await this.end();
    return { code, millis: this.#ended - began };
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
