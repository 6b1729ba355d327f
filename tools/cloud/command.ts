import { commandHelp, commandOptions, runCommand } from "../../packages/pocket-cloud";
import type { Command } from "../kit/command";

/** The defaults of `npm run cloud`: the project's state directory. */
const defaults = { name: "npm run cloud --", dir: ".pricelake" };

export const cloud: Command = {
  summary: "the embedded cloud alone, for any AWS client",
  // For completion only: the package parses the options itself.
  options: Object.fromEntries(
    Object.entries(commandOptions).map(([name, option]) => [name, { ...option, read: () => undefined }]),
  ),
  help: () => commandHelp(defaults),
  run: (args) => runCommand(args, defaults),
};
