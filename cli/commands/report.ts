import { text } from "node:stream/consumers";
import { reportCommand } from "../../analytics/cli";
import { outputOf } from "../../analytics/surroundings";
import type { Command } from "../command";
import { connect } from "../connection";

export const report: Command = {
  summary: "saved analytics on the lake: list, show, run",
  help: async (args) => (await import("../../analytics/commands/help")).help(args),
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
