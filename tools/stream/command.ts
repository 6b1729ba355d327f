import { KinesisClient } from "@aws-sdk/client-kinesis";
import type { Command } from "../kit/command";
import { type Connection, environmentOptions, withConnection } from "../kit/connect";
import { UsageError } from "../kit/errors";
import { interruptible } from "../kit/interrupt";
import { flag, type Options, optionsHelp, parseOptions, text, wholeNumber, wrap } from "../kit/options";
import { createStream, deleteStream } from "./create";
import { reshard } from "./reshard";
import { listStreams, type StreamContext, status } from "./status";

const json = flag("prints JSON");

/** What each subcommand takes besides the environment. */
const subcommands = {
  list: { argument: undefined, does: "all streams of the account", options: { json } },
  status: { argument: "name", does: "mode, shards, retention and encryption of a stream", options: { json } },
  create: {
    argument: "name",
    does: "creates a stream, and waits until it is active",
    options: {
      shards: wholeNumber("number of shards; without it the stream is on-demand", 1, 500),
      retention: wholeNumber("hours that records are kept", 24, 8760, 24),
    },
  },
  reshard: {
    argument: "name",
    does: "changes the shards of a stream, and waits until it is active",
    options: {
      shards: wholeNumber("new number of shards: between half and double of the present one", 1, 500),
      split: text("SHARD", "splits this shard in the middle of its keys"),
      merge: text("SHARD", "merges this shard with the next one"),
    },
  },
  delete: {
    argument: "name",
    does: "deletes a stream with all its records",
    options: { yes: flag("confirms that the records may be lost") },
  },
} as const satisfies Record<
  string,
  { readonly argument: string | undefined; readonly does: string; readonly options: Options }
>;

type Name = keyof typeof subcommands;
const names = Object.keys(subcommands) as Name[];

export const stream: Command = {
  summary: "creates, shows, reshards and deletes streams outside the program",
  help: () => {
    const usage = names.map((name) => {
      const { argument, does, options } = subcommands[name];
      const heading = `npm run stream -- ${name}${argument === undefined ? "" : ` <${argument}>`}`;
      return `${heading}\n  ${does}\n${optionsHelp(options)}`;
    });
    const about = wrap(
      "Streams of a lab or of another project. The streams of pricelake's feeds belong to its program: it refuses to change them.",
      110,
    ).join("\n");
    return `${about}\n\n${usage.join("\n")}\nEverywhere:\n${optionsHelp(environmentOptions)}`;
  },
  run: async ([first = "", ...args]) => {
    const name = names.find((each) => each === first);
    if (!name) throw new UsageError(`stream takes ${names.join(", ")}, not "${first}"; see --help`);
    const { argument, options } = subcommands[name];
    const { values, positionals } = parseOptions(args, { ...options, ...environmentOptions } as Options);
    const [target, ...extra] = positionals;
    if (argument !== undefined && target === undefined)
      throw new UsageError(`<${argument}> is missing; see --help`);
    const unexpected = argument === undefined ? target : extra[0];
    if (unexpected !== undefined) throw new UsageError(`unexpected argument "${unexpected}"; see --help`);
    const given = values as unknown as Given;
    const act = (signal: AbortSignal) => async (connection: Connection) => {
      const kinesis = new KinesisClient(connection);
      const print = (line: string) => process.stdout.write(`${line}\n`);
      try {
        await actions[name]({ kinesis, stream: target ?? "", signal, print }, given);
        return 0;
      } finally {
        kinesis.destroy();
      }
    };
    return interruptible((signal) => withConnection(given, act(signal), name === "create"));
  },
};

interface Given {
  readonly env: string;
  readonly dir: string;
  readonly json: boolean;
  readonly yes: boolean;
  readonly shards: number | undefined;
  readonly retention: number;
  readonly split: string | undefined;
  readonly merge: string | undefined;
}

const actions: Readonly<Record<Name, (context: StreamContext, given: Given) => Promise<void>>> = {
  list: (context, given) => listStreams(context, given.json),
  status: (context, given) => status(context, given.json),
  create: (context, given) => createStream(context, given),
  reshard: (context, given) => reshard(context, given),
  delete: (context, given) => deleteStream(context, given.yes),
};
