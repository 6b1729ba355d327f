import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Bus } from "./bus";
import { type Caller, type Credentials, DEFAULT_ACCOUNT } from "./caller";
import { CloudClock } from "./clock";
import { Console } from "./console/server";
import { announce, withdraw } from "./endpoint";
import { type FaultRule, Faults } from "./faults";
import { Gate } from "./http/gate";
import { listen } from "./http/listen";
import type { PublishedSite } from "./http/site";
import { Instance } from "./instance";
import type { CallService, ServiceName } from "./models";
import type { QueryTimeouts } from "./service";
import { startOrder } from "./services";
import { lockDirectory } from "./storage/lock";

export interface CloudOptions {
  /** State directory, used by one process at a time. By default a temporary one, which `stop` removes. */
  readonly dir?: string;
  /** Port of 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Services to start; all by default. IAM, STS and KMS always run, and what a service cannot do without. */
  readonly services?: readonly ServiceName[];
  /** "real", the default, or simulated from an instant on (milliseconds since the epoch). */
  readonly clock?: "real" | { readonly simulateFrom: number | Date };
  readonly region?: string;
  readonly accountId?: string;
  readonly faults?: readonly FaultRule[];
  /** Seed of the faults' random numbers: the same seed hits the same calls. */
  readonly faultSeed?: number;
  /** Keys of the administrator in addition to the generated ones, for clients whose keys are fixed. */
  readonly administratorKeys?: Credentials;
  /** Throughput limits as in AWS (the default); false turns them off, for benchmarks. */
  readonly enforceLimits?: boolean;
  /** Deletion protection as in AWS (the default); false deletes protected resources and logs a line. */
  readonly enforceDeletionProtection?: boolean;
  /** Seconds after which a statement of Athena fails; by default AWS's quotas, 1800 (DML) and 36,000 (DDL). */
  readonly queryTimeouts?: QueryTimeouts;
  /** Receives diagnostics, one line each. */
  readonly log?: (line: string) => void;
}

/** The state of a cloud at one moment, as `snapshot` returns it. Valid until the cloud stops. */
export interface Snapshot {
  readonly dir: string;
  /** The simulated time; undefined when the clock was real. */
  readonly time: number | undefined;
}

export interface Cloud {
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  readonly clock: CloudClock;
  readonly faults: Faults;
  /** Keys of the administrator, for any AWS client. */
  readonly credentials: Credentials;
  /** Calls an operation in process, without HTTP. */
  readonly call: CallService;
  /** Events of the running services. `reset` and `restore` replace it. */
  readonly bus: Bus;
  readonly administrator: Caller;
  /** Serves a folder of a bucket as web pages at /_site/, to browsers on this machine. */
  serveSite(site: PublishedSite): void;
  /** The names of the operations of every started service. */
  operations(): Readonly<Record<string, readonly string[]>>;
  /** Completes what waits in batching windows and buffers, sources before sinks. */
  flush(): Promise<void>;
  /** Deletes all state and starts over: clock and faults as at the start; endpoint and keys stay. */
  reset(): Promise<void>;
  /** Copies all state. The cloud keeps serving. */
  snapshot(): Promise<Snapshot>;
  /** Replaces all state, and the clock's time, with that of a snapshot; endpoint and keys stay. */
  restore(snapshot: Snapshot): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cloud. Several clouds live in one process, each on its own directory and port. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const factories = startOrder(options.services);
  const dir = options.dir === undefined ? temporary("pocket-cloud-") : resolve(options.dir);
  const stateDir = join(dir, "cloud");
  const log = options.log ?? (() => {});
  const startTime = startTimeOf(options.clock);
  const clock = new CloudClock(startTime, (error, label) => log(`${label}: ${describe(error)}`));
  const faults = new Faults();
  const setFaults = () => faults.set(options.faults ?? [], options.faultSeed ?? 1);
  setFaults();
  const snapshots: string[] = [];
  const unlock = lockDirectory(dir);
  const cleanUp = () => {
    unlock();
    for (const snapshot of snapshots) remove(snapshot);
    if (options.dir === undefined) remove(dir);
  };

  let port = 0;
  const create = () =>
    new Instance(factories, options.administratorKeys, {
      clock,
      faults,
      log,
      accountId: options.accountId ?? DEFAULT_ACCOUNT,
      region: options.region ?? "us-east-1",
      dir: stateDir,
      endpoint: () => `http://127.0.0.1:${port}`,
      enforceLimits: options.enforceLimits ?? true,
      enforceDeletionProtection: options.enforceDeletionProtection ?? true,
      ...(options.queryTimeouts && { queryTimeouts: options.queryTimeouts }),
    });

  const gate = new Gate();
  let site: PublishedSite | undefined;
  let instance: Instance;
  let closeListener = async () => {};
  try {
    instance = create();
    const front = { gate, instance: () => instance, console: new Console(), site: () => site };
    const listener = await listen({ port: options.port ?? 0, front });
    port = listener.port;
    closeListener = listener.close;
    await gate.hold(() => instance.start());
  } catch (error) {
    await closeListener();
    cleanUp();
    throw error;
  }
  announce(dir, port, instance.context.region);

  const replaceState = async (time: number | undefined, write: () => void) => {
    // Functions that still run may call the cloud until they end, so the gate closes only then.
    await instance.stop();
    await gate.hold(async () => {
      clear(stateDir);
      write();
      clock.restart(time);
      instance = create();
      await instance.start();
    });
  };

  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    try {
      // The open socket would keep the process alive: it closes even when a service fails to stop.
      await instance.stop().finally(closeListener);
    } finally {
      withdraw(dir);
      cleanUp();
    }
  };
  return {
    endpoint: instance.context.endpoint(),
    port,
    region: instance.context.region,
    accountId: instance.context.accountId,
    clock,
    faults,
    credentials: instance.administratorKeys,
    call: (...args) => instance.context.call(...args),
    get bus() {
      return instance.context.bus;
    },
    get administrator() {
      return instance.context.identities().administrator;
    },
    serveSite: (published) => {
      site = published;
    },
    operations: () => instance.dispatcher.operations(),
    flush: () => instance.flush(),
    reset: () => inTurn(() => replaceState(startTime, setFaults)),
    snapshot: async () => {
      const target = temporary("pocket-cloud-snapshot-");
      snapshots.push(target);
      // One synchronous copy sees what a restart after SIGKILL would see: every acknowledged change.
      cpSync(stateDir, target, { recursive: true, filter: (path) => path !== keysFile(stateDir) });
      return { dir: target, time: clock.simulated ? clock.now() : undefined };
    },
    restore: ({ dir: source, time }) =>
      inTurn(() => replaceState(time, () => cpSync(source, stateDir, { recursive: true }))),
    stop: () => {
      stopping ??= inTurn(stop);
      return stopping;
    },
  };
}

const startTimeOf = (clock: CloudOptions["clock"]): number | undefined =>
  typeof clock === "object" ? Number(clock.simulateFrom) : undefined;

const temporary = (prefix: string): string => mkdtempSync(join(tmpdir(), prefix));

const remove = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });

const keysFile = (stateDir: string): string => join(stateDir, "iam", "keys.json");

/** Deletes the state of every service. The keys stay, so that clients keep working. */
function clear(stateDir: string): void {
  for (const service of readdirSync(stateDir))
    if (service !== "iam") remove(join(stateDir, service));
    else
      for (const name of readdirSync(join(stateDir, service))) {
        const path = join(stateDir, service, name);
        if (path !== keysFile(stateDir)) remove(path);
      }
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
