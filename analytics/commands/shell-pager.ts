import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Interface } from "node:readline";
import { ClosedPipe } from "../../tools/kit/errors";
import type { Output } from "../../tools/kit/output";
import type { Console } from "../context";

/** The keyboard of a terminal. The shell does not read it while a pager does. */
export interface Keyboard {
  lend(): void;
  takeBack(): void;
}

export interface Paging {
  readonly stdout: Output;
  /** Lines written after the first output wait for its end, so that they do not appear within it. */
  readonly stderr: Output;
  /** Writes what is buffered, or waits until the user leaves the pager; then the waiting lines. */
  end(): Promise<void>;
}

/** Buffers a screenful of output. More goes through $PAGER, or less. Without one it is written at once. */
export function paged(
  { stdout, stderr }: { readonly stdout: Output; readonly stderr: Output },
  { output }: Console,
  keyboard: Keyboard,
): Paging {
  const room = (output.rows ?? 24) - 1;
  const waiting: string[] = [];
  let buffer = "";
  let lines = 0;
  let pager: Pager | undefined;
  return {
    stdout: {
      ...stdout,
      async write(text) {
        if (pager) return pager.write(text);
        buffer += text;
        lines += text.split("\n").length - 1;
        if (lines <= room) return;
        pager = await startPager(stdout, keyboard);
        await pager.write(buffer);
      },
    },
    stderr: {
      ...stderr,
      async write(text) {
        if (buffer === "") await stderr.write(text);
        else waiting.push(text);
      },
    },
    async end() {
      if (pager) await pager.end();
      else if (buffer !== "") await stdout.write(buffer);
      for (const text of waiting) await stderr.write(text);
    },
  };
}

interface Pager {
  write(text: string): Promise<void>;
  end(): Promise<void>;
}

async function startPager(stdout: Output, keyboard: Keyboard): Promise<Pager> {
  const [command = "less", ...args] = (process.env.PAGER || "less -FRSX").split(/\s+/);
  keyboard.lend();
  const child = spawn(command, args, { stdio: ["pipe", "inherit", "inherit"] });
  const closed = once(child, "close").catch(() => {});
  try {
    await once(child, "spawn");
  } catch {
    keyboard.takeBack();
    return { write: (text) => stdout.write(text), end: async () => {} };
  }
  // The write callback reports errors.
  child.stdin.on("error", () => {});
  return {
    // The user may leave the pager before the end of the output.
    write: (text) =>
      new Promise((done, failed) =>
        child.stdin.write(text, (error) => (error ? failed(new ClosedPipe()) : done())),
      ),
    end: async () => {
      child.stdin.end();
      await closed;
      keyboard.takeBack();
    },
  };
}

/** While a pager runs, the shell does not read keys, and Ctrl-C is the pager's alone. */
export function keyboardOf(lines: Interface, input: Console["input"]): Keyboard {
  let handlers: NodeJS.SignalsListener[] = [];
  const ignore = () => {};
  return {
    lend() {
      lines.pause();
      input.setRawMode?.(false);
      handlers = process.listeners("SIGINT");
      process.removeAllListeners("SIGINT").on("SIGINT", ignore);
    },
    takeBack() {
      process.off("SIGINT", ignore);
      for (const handler of handlers) process.on("SIGINT", handler);
      input.setRawMode?.(true);
      lines.resume();
    },
  };
}
