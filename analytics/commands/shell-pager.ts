import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Output } from "../../tools/kit/output";
import type { Console } from "../context";

export interface PagedOutput extends Output {
  /** Writes what is buffered, or waits until the user leaves the pager. */
  end(): Promise<void>;
}

/** Buffers a screenful of output. More goes through $PAGER, or less. */
export function paged(stdout: Output, { output }: Console): PagedOutput {
  const [command = "less", ...args] = (process.env.PAGER ?? "less -FRSX").split(" ");
  let buffer = "";
  let pager: { write: (text: string) => Promise<void>; end: () => Promise<void> } | undefined;
  const start = () => {
    const child = spawn(command, args, { stdio: ["pipe", "inherit", "inherit"] });
    const ended = once(child, "close").catch(() => stdout.write(buffer));
    const write = (text: string): Promise<void> =>
      new Promise((done, failed) => child.stdin.write(text, (error) => (error ? failed(error) : done())));
    child.stdin.on("error", () => {});
    return {
      write,
      end: async () => {
        child.stdin.end();
        await ended;
      },
    };
  };
  return {
    ...stdout,
    async write(text) {
      if (pager) return pager.write(text);
      buffer += text;
      if (buffer.split("\n").length <= (output.rows ?? 24)) return;
      pager = start();
      await pager.write(buffer);
    },
    async end() {
      if (pager) await pager.end();
      else await stdout.write(buffer);
    },
  };
}
