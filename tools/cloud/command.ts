import { commandHelp, runCommand } from "../../packages/pocket-cloud";
import type { Command } from "../kit/command";

/** The defaults of `npm run cloud`: the project's state directory. */
const defaults = { name: "npm run cloud --", dir: ".pricelake" };

export const cloud: Command = {
  summary: "the embedded cloud alone, for any AWS client",
  help: () => commandHelp(defaults),
  run: (args) => runCommand(args, defaults),
};
