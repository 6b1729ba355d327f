import { type Command, type Commands, defineCommand } from "../kit/command";
import { completionScript, shells } from "../kit/completion";
import { didYouMean } from "../kit/did-you-mean";
import { UsageError } from "../kit/errors";

/** `completion <shell>`, generated from the option tables of all commands. */
export const completionOf = (commands: Commands): Command =>
  defineCommand({
    summary: "prints a completion script for bash, zsh or fish",
    usage: "npx pricelake completion <shell>",
    description:
      "Prints a script that completes commands and options of pricelake. Its first lines say how to load it.",
    options: {},
    arguments: ["shell"],
    run: async (_values, [given = ""]) => {
      const shell = shells.find((each) => each === given);
      if (!shell)
        throw new UsageError(
          `completion takes one of ${shells.join(", ")}, not "${given}"${didYouMean(given, shells)}`,
        );
      const first = Object.entries(commands).map(([name, load]) => [name, load().options ?? {}] as const);
      process.stdout.write(
        completionScript(shell, {
          program: "pricelake",
          command: "npx pricelake",
          first: new Map(first),
        }),
      );
      return 0;
    },
  });
