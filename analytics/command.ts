import { text } from "node:stream/consumers";
import type { Command } from "../tools/kit/command";
import { connect } from "../tools/kit/connect";
import { reportCommand } from "./cli";
import { outputOf } from "./surroundings";

export const report: Command = {
  summary: "saved analytics on the lake: list, show, run",
  help: async (args) => (await import("./commands/help")).help(args),
  run: async (args) => {
    const interrupted = new AbortController();
    const stop = () => interrupted.abort();
    process.once("SIGINT", stop);
    try {
      return await reportCommand(args, {
        connect,
        stdout: outputOf(process.stdout),
        stderr: outputOf(process.stderr),
        stdin: () => text(process.stdin),
        now: Date.now,
        signal: interrupted.signal,
      });
    } finally {
      process.off("SIGINT", stop);
    }
  },
};
