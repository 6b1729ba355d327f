import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { FeedDefinition } from "../../data/feeds";
import type { Connection } from "../kit/connect";
import type { Output } from "../kit/output";
import type { ConsumePlan, Given } from "./options";
import { printed } from "./sinks/print";
import type { Sink } from "./sinks/sink";
import type { Target } from "./sinks/target";

interface Opening {
  readonly name: string;
  /** Present for the kinds that need a feed's key: the options are checked before. */
  readonly feed: FeedDefinition | undefined;
  readonly given: Given;
  readonly connection: Connection;
  readonly signal: AbortSignal;
  readonly log: (what: string) => void;
}

/** Each is loaded on use: the clients take a while to load. */
const sinks: Readonly<Record<Target["kind"], (opening: Opening) => Promise<Sink>>> = {
  dynamodb: async ({ name, feed, connection, signal }) => {
    const { DynamoSink } = require("./sinks/dynamodb") as typeof import("./sinks/dynamodb");
    return new DynamoSink(new DynamoDBClient(connection), name, feed as FeedDefinition, signal);
  },
  kinesis: async ({ name, feed, connection, signal, log }) => {
    const { streamSink } = require("./sinks/stream") as typeof import("./sinks/stream");
    let refusals = 0;
    return streamSink(name, feed, connection, signal, (reason) => {
      if (refusals++ === 0) log(`${name} refuses records, which are sent again: ${reason}`);
    });
  },
  sns: async ({ name, feed, connection, signal, log }) => {
    const { SnsSink } = require("./sinks/sns") as typeof import("./sinks/sns");
    return new SnsSink(name, feed, connection, signal, log);
  },
  mongodb: async ({ name, feed, given, signal, log }) => {
    const { MONGODB_URL } = require("./sinks/mongodb/client") as typeof import("./sinks/mongodb/client");
    const { MongoSink } = require("./sinks/mongodb/sink") as typeof import("./sinks/mongodb/sink");
    const url = given.mongo ?? (process.env.MONGODB_URL || MONGODB_URL);
    return new MongoSink(url, name, feed as FeedDefinition, signal, log);
  },
};

export const openSink = async (
  { to, feed, format }: ConsumePlan,
  given: Given,
  connection: Connection,
  stdout: Output,
  signal: AbortSignal,
  log: (what: string) => void,
): Promise<Sink> =>
  to
    ? sinks[to.kind]({ name: to.name, feed, given, connection, signal, log })
    : printed(stdout, format, feed);
