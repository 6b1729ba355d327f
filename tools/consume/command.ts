import { setMaxListeners } from "node:events";
import { describeUnknownFields } from "../../data/records/quarantine";
import { defineCommand } from "../kit/command";
import { type Connection, withConnection } from "../kit/connect";
import { counted } from "../kit/counted";
import { ClosedPipe, Failure } from "../kit/errors";
import { interruptible } from "../kit/interrupt";
import { kinesisClient, missingStream } from "../kit/kinesis";
import { outputOf } from "../kit/output";
import { progressLine } from "../kit/progress";
import { openSink } from "./open-sink";
import { openSource } from "./open-source";
import { type ConsumePlan, type From, type Given, options, planOf } from "./options";
import { Consumed, type Source, takeInto } from "./pipeline";
import { RowLimit } from "./row-limit";
import type { Sink } from "./sinks/sink";
import { readConditions } from "./where";

const MAX_REASONS_SHOWN = 10;

export const consume = defineCommand({
  summary: "reads a stream, topic or queue: prints, searches, stores, passes on",
  usage: "npm run consume -- --stream <name> [options]",
  description:
    "Reads a stream of packed or single records, a Kafka topic or an SQS queue, and prints its rows, or those that match, or " +
    "stores them. Without --follow it reads each shard up to its tip at the start. Rows go to stdout, statistics to stderr.",
  options,
  run: async (given) => {
    const plan = planOf(given);
    const matches = readConditions(given.where, plan.feed);
    const limit = given.limit === undefined ? undefined : new RowLimit(given.limit);
    return interruptible((signal) =>
      connected(plan, given, async (connection) => {
        const ended = limit ? AbortSignal.any([signal, limit.signal]) : signal;
        // Each call in progress listens to the signal.
        setMaxListeners(0, ended);
        const progress = progressLine(undefined, { lines: !given.follow });
        const log = (what: string) => {
          progress.clear();
          process.stderr.write(`${what}\n`);
        };
        const stdout = outputOf(process.stdout);
        const counts = new Consumed();
        const { source, close } = await openSource(plan, given, connection, ended, log);
        let sink: Sink | undefined;
        const statistics = () =>
          describe(counts, source, sink, given.follow || plan.to !== undefined) +
          (limit?.isReached ? `; ended by --limit ${limit.rows}` : "");
        try {
          sink = await openSink(plan, given, connection, stdout, signal, log);
          await sink.open();
          const take = takeInto(
            {
              matches,
              sink,
              limit,
              onRefused: (place, reason) => {
                if (counts.refused <= MAX_REASONS_SHOWN) log(`invalid row: ${place} ${reason}`);
              },
              // Rows printed on the same terminal show the progress themselves.
              onProgress: () => {
                if (plan.to || !stdout.isTTY) progress.show(statistics());
              },
            },
            counts,
          );
          await source.read(take);
          log(statistics());
          return signal.aborted ? 130 : 0;
        } catch (error) {
          if (error instanceof ClosedPipe) return 0;
          if (!ended.aborted) throw await explainMissing(error, plan.from, connection);
          log(statistics());
          return signal.aborted ? 130 : 0;
        } finally {
          progress.clear();
          await sink?.close();
          await close();
        }
      }),
    );
  },
});

/** Kafka and MongoDB need no cloud. */
const connected = (
  { from, to }: ConsumePlan,
  given: Given,
  work: (connection: Connection) => Promise<number>,
): Promise<number> =>
  from.kind === "kafka" && (to === undefined || to.kind === "mongodb")
    ? work({})
    : withConnection(given, work);

function describe(
  { records, rows, matched, refused, deletions, unknown, latency }: Consumed,
  source: Source,
  sink: Sink | undefined,
  withLatency: boolean,
): string {
  const found = matched === rows ? counted(rows, "row") : `${matched} of ${counted(rows, "row")}`;
  const fields = describeUnknownFields(unknown.counts);
  return [
    `${found} in ${source.describe(records)}`,
    refused > 0 ? counted(refused, "invalid line") : "",
    deletions > 0 ? counted(deletions, "deletion") : "",
    fields === "" ? "" : `unknown fields, not stored: ${fields}`,
    sink?.describe() ?? "",
    // Records of the past have waited in the stream, which is no response time.
    withLatency ? latency.describe() : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
}

async function explainMissing(error: unknown, from: From, connection: Connection): Promise<unknown> {
  if (from.kind !== "stream" || !(error instanceof Error) || error instanceof Failure) return error;
  return /ResourceNotFound/.test(`${error.name} ${error.message}`)
    ? missingStream(kinesisClient(connection), from.stream)
    : error;
}
