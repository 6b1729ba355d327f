import type { FeedDefinition } from "../../data/feeds";
import { Failure } from "../kit/errors";

/** One message of a source. */
export type Received =
  | {
      readonly kind: "object";
      /** The object of the source, or its text when it is no JSON. */
      readonly value: unknown;
      /** When it happened, for sources whose objects do not say; the time of reading otherwise. */
      readonly at?: number;
      /** Position to resume after this message. */
      readonly cursor?: string;
    }
  | {
      /** The source's author deleted an event that was sent before. */
      readonly kind: "deletion";
      /** Natural key of the deleted event. */
      readonly id: string;
      readonly cursor?: string;
    }
  /** Anything that is no event of the feed: keep-alives, account changes, other collections. */
  | { readonly kind: "other"; readonly cursor?: string };

export interface Source {
  readonly feed: FeedDefinition;
  /** Where the messages come from, for the status line: "sample", "jetstream2.us-west.bsky.network". */
  readonly origin: string;
  /**
   * Reads messages after a cursor until the source ends or the signal aborts. Throws a {@link ConnectionLost} for
   * failures that a new connection may cure.
   */
  readonly read: (cursor: string | undefined, signal: AbortSignal) => AsyncIterable<readonly Received[]>;
  /** The source itself keeps the rate. */
  readonly paced?: boolean;
  /** How a cursor reads in the message that a run resumes; absent when resuming needs no mention. */
  readonly describeCursor?: (cursor: string) => string;
}

/** The network or the server failed: worth another try. */
export class ConnectionLost extends Error {}

/** The source's quota is used up until a time, which is undefined when the source does not say it. */
export class QuotaExceeded extends Error {
  constructor(
    message: string,
    readonly resetsAt: number | undefined,
  ) {
    super(message);
  }
}

/** The key is missing, wrong or has no access. Another try does not help. */
export class KeyRefused extends Failure {}

export interface Clock {
  readonly now: () => number;
  /** Resolves at the instant, or rejects when the signal aborts. */
  readonly until: (instant: number, signal: AbortSignal) => Promise<void>;
}
