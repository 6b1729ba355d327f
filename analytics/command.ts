import { text } from "node:stream/consumers";
import type { Command } from "../tools/kit/command";
import { connect } from "../tools/kit/connect";
import { interruptible } from "../tools/kit/interrupt";
import { outputOf } from "../tools/kit/output";
import { reportCommand } from "./cli";

export const report: Command = {
  summary: "saved analytics on the lake: list, show, run",
  help: async (args) => (await import("./commands/help")).help(args),
  run: (args) =>
    interruptible((signal) =>
      reportCommand(args, {
        connect,
        stdout: outputOf(process.stdout),
        stderr: outputOf(process.stderr),
        stdin: () => text(process.stdin),
        now: Date.now,
        signal,
      }),
    ),
};
