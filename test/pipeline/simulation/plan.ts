import type { MarketFault } from "../../../data/market";
import { type FaultRule, Faults } from "../../../packages/pocket-cloud";

export const SLOT = 5 * 60_000;
/** What one seed plays: faults first, then a calm in which everything has to come right. */
export const HOURS = 2;
const SLOTS = (HOURS * 3_600_000) / SLOT;
const TROUBLED = SLOTS - 8;

export type Disturbance =
  | "fires twice"
  | "split"
  | "merge"
  | "reshard"
  | "malformed"
  | "other producer"
  | "direct put"
  | "outage"
  | "slow function";

/** What happens in one slot. */
export interface Step {
  readonly faults: readonly FaultRule[];
  readonly market: readonly MarketFault[];
  readonly disturbances: readonly Disturbance[];
}

export interface Plan {
  readonly seed: number;
  readonly steps: readonly Step[];
}

const error = (service: string, operation: string, code: string, status: number): FaultRule => ({
  service,
  operation,
  fault: { kind: "error", code, status },
});
const lostAck = (service: string, operation: string): FaultRule => ({
  service,
  operation,
  fault: { kind: "lost-ack" },
});
const drop = (service: string, operation: string): FaultRule => ({
  service,
  operation,
  fault: { kind: "drop" },
});
const crash = (after: boolean): FaultRule => ({
  service: "lambda",
  operation: "Handler",
  fault: { kind: "crash", after },
});

const THROTTLED = "ProvisionedThroughputExceededException";

const faults: readonly FaultRule[] = [
  error("kinesis", "PutRecords", THROTTLED, 400),
  error("kinesis", "PutRecords", "InternalFailureException", 500),
  lostAck("kinesis", "PutRecords"),
  drop("kinesis", "PutRecords"),
  { service: "kinesis", operation: "PutRecords", fault: { kind: "partial", share: 0.5, code: THROTTLED } },
  error("kinesis", "GetRecords", "ExpiredIteratorException", 400),
  error("kinesis", "GetRecords", THROTTLED, 400),
  error("kinesis", "GetRecords", "InternalFailureException", 500),
  error("kinesis", "GetShardIterator", THROTTLED, 400),
  error("kinesis", "ListShards", "LimitExceededException", 400),
  error("s3", "PutObject", "SlowDown", 503),
  error("s3", "PutObject", "InternalError", 500),
  lostAck("s3", "PutObject"),
  drop("s3", "PutObject"),
  error("dynamodb", "PutItem", THROTTLED, 400),
  error("dynamodb", "PutItem", "InternalServerError", 500),
  error("dynamodb", "BatchGetItem", THROTTLED, 400),
  lostAck("dynamodb", "PutItem"),
  error("sns", "Publish", "InternalError", 500),
  lostAck("sns", "Publish"),
  drop("sns", "Publish"),
  crash(false),
  crash(true),
  crash(true),
  { service: "lambda", operation: "Handler", fault: { kind: "error", code: "Error", status: 500 } },
];

const marketFaults: readonly MarketFault[] = [
  { kind: "rate-limit", times: 1, retryAfter: 0 },
  { kind: "error", times: 2 },
  { kind: "html", times: 1 },
  { kind: "truncated", times: 1 },
  { kind: "redirect", times: 1 },
  { kind: "null-price", times: 1, coins: ["ethereum"] },
  { kind: "negative-price", times: 1, coins: ["bitcoin", "ethereum"] },
  { kind: "missing", times: 1, coins: ["ethereum"] },
];

/** Slots in which a coin's figures do not move: its alert is due once. */
const FROZEN = 6;
const frozen: MarketFault = { kind: "frozen", coins: ["bitcoin"] };

const disturbances: readonly Disturbance[] = [
  "fires twice",
  "fires twice",
  "malformed",
  "malformed",
  "other producer",
  "other producer",
  "direct put",
  "split",
  "split",
  "merge",
  "reshard",
];

/** What a seed does to the pipeline: the same on every machine. */
export function planOf(seed: number): Plan {
  const random = randomOf(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  // Half of all seeds have something that lasts, one in twenty a function that hangs (it costs real seconds).
  const outageAt = random() < 0.3 ? Math.floor(random() * TROUBLED) : -1;
  const slowAt = random() < 0.05 ? Math.floor(random() * TROUBLED) : -1;
  const frozenAt = random() < 0.5 ? Math.floor(random() * (TROUBLED - FROZEN)) : -FROZEN;
  const steps = Array.from({ length: SLOTS }, (_, at): Step => {
    if (at >= TROUBLED) return { faults: [], market: [], disturbances: [] };
    const struck = Array.from({ length: Math.floor(random() * 4) }, () => ({
      ...pick(faults),
      times: 1 + Math.floor(random() * 3),
      rate: random() < 0.5 ? 1 : 0.5,
    }));
    return {
      faults: struck,
      market: [
        ...(at >= frozenAt && at < frozenAt + FROZEN ? [frozen] : []),
        ...(random() < 0.3 ? [pick(marketFaults)] : []),
      ],
      disturbances: [
        ...(random() < 0.35 ? [pick(disturbances)] : []),
        ...(at === outageAt ? (["outage"] as const) : []),
        ...(at === slowAt ? (["slow function"] as const) : []),
      ],
    };
  });
  return { seed, steps };
}

export function randomOf(seed: number): () => number {
  const source = new Faults(seed * 2654435761 + 1);
  return () => source.random();
}

/** One line per slot with something in it. */
export const describePlan = ({ steps }: Plan): string =>
  steps
    .flatMap(({ faults, market, disturbances }, at) => {
      const what = [
        ...faults.map(
          ({ service, operation, fault, times, rate }) =>
            `${service} ${operation} ${JSON.stringify(fault)} x${times} at ${rate}`,
        ),
        ...market.map((fault) => `market ${fault.kind}`),
        ...disturbances,
      ];
      return what.length === 0 ? [] : [`  slot ${at}: ${what.join("; ")}`];
    })
    .join("\n");
