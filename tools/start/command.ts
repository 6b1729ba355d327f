import { type Command, parseOptions, UsageError, wholeNumber } from "../kit/command";
import { runDemo } from "./demo";

const help = `npm start -- [options]

Starts the embedded cloud, deploys the program's local stack into it, plays the sample market through the real
functions for the last hours on a simulated clock, then goes on in real time until Ctrl-C.

  --port N     port of the cloud, 127.0.0.1 only (4566; 0 takes a free one)
  --dir PATH   where its state lives; it survives a restart (.pricelake)
  --hours N    how far back the market is played, 1 to 720 (48)
  --live       polls the real CoinGecko instead of the sample market
  --once       stops after the catch-up
  --json       prints one JSON summary on stdout after the catch-up
  --help       this text
`;

export const start: Command = {
  summary: "the whole pipeline on this machine",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      port: { type: "string", default: "4566" },
      dir: { type: "string", default: ".pricelake" },
      hours: { type: "string", default: "48" },
      live: { type: "boolean", default: false },
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    });
    if (positionals.length > 0)
      throw new UsageError(`start takes no argument "${positionals[0]}"; see --help`);
    if (values.live && values.once)
      throw new UsageError("--live polls in real time; it cannot go with --once");
    if (values.live && values.json)
      throw new UsageError("--json sums up the catch-up, and --live has none; they cannot go together");
    return runDemo({
      port: wholeNumber("port", values.port, 0, 65_535),
      dir: values.dir,
      hours: wholeNumber("hours", values.hours, 1, 720),
      live: values.live,
      once: values.once,
      json: values.json,
    });
  },
};
