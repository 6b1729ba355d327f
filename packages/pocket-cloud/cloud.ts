import { join, resolve } from "node:path";
import { Bus } from "./bus";
import { type Caller, DEFAULT_ACCOUNT } from "./caller";
import { CloudClock } from "./clock";
import { Dispatcher } from "./dispatch";
import { announce, withdraw } from "./endpoint";
import { type FaultRule, Faults } from "./faults";
import { type Listener, listen } from "./http/listen";
import type { CallService, CloudContext, Identities, Service } from "./service";
import { services } from "./services";
import { type AdministratorKeys, type IamService, iam } from "./services/iam";
import { lockDirectory } from "./storage/lock";

export interface CloudOptions {
  /** State directory; one process at a time. */
  readonly dir: string;
  /** 0 (the default) takes a free port. */
  readonly port?: number;
  /** Starts on a simulated clock at this instant; without it the clock is real. */
  readonly simulateFrom?: number;
  readonly region?: string;
  readonly accountId?: string;
  readonly faults?: readonly FaultRule[];
  /** Of the faults' random numbers: the same one strikes the same calls. */
  readonly faultSeed?: number;
  /** Further keys of the administrator, for clients whose keys are fixed; the cloud's own stay. */
  readonly administratorKeys?: AdministratorKeys;
  /** Throughput limits as in AWS; false turns them off, to measure what the machine can do. */
  readonly enforceLimits?: boolean;
  /** Deletion protection as in AWS; false lets a cloud that is thrown away be taken down whole. */
  readonly enforceDeletionProtection?: boolean;
  readonly log?: (line: string) => void;
}

export interface Cloud {
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  readonly clock: CloudClock;
  readonly faults: Faults;
  /** Keys of the local administrator, for any AWS client. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly call: CallService;
  /** What services tell each other, for whoever watches. */
  readonly bus: Bus;
  readonly administrator: Caller;
  /** The names of the operations of every service. */
  operations(): Readonly<Record<string, readonly string[]>>;
  /** Finishes what waits in windows and buffers, source before sink. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts every service in order; `stop` ends them in the reverse. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const dir = resolve(options.dir);
  const unlock = lockDirectory(dir);
  const log = options.log ?? (() => {});
  const clock = new CloudClock(options.simulateFrom, (error, label) => log(`${label}: ${describe(error)}`));
  const faults = new Faults();
  if (options.faults) faults.set(options.faults, options.faultSeed);
  let listener: Listener | undefined;
  let iamService: IamService | undefined;
  const identities = (): Identities => must(iamService, "identities").identities;
  const dispatcher = new Dispatcher(identities, faults);
  const call = ((service, operation, input, caller) =>
    dispatcher.dispatch(service, operation, input as object, caller)) as CallService;
  const context: CloudContext = {
    clock,
    accountId: options.accountId ?? DEFAULT_ACCOUNT,
    region: options.region ?? "us-east-1",
    dir: join(dir, "cloud"),
    endpoint: () => `http://127.0.0.1:${must(listener, "endpoint").port}`,
    call,
    identities,
    s3Files: () => must(dispatcher.service("s3")?.files, "S3 service"),
    bus: new Bus(),
    faults,
    enforceLimits: options.enforceLimits ?? true,
    enforceDeletionProtection: options.enforceDeletionProtection ?? true,
    log,
  };
  const started: Service[] = [];
  try {
    iamService = iam(context, options.administratorKeys);
    const all: Service[] = [iamService, ...services.map((factory) => factory(context))];
    for (const service of all) dispatcher.add(service);
    listener = await listen({ port: options.port ?? 0, dispatcher, context });
    for (const service of all) {
      await service.start?.();
      started.push(service);
    }
  } catch (error) {
    await stopAll(started, clock, listener);
    unlock();
    throw error;
  }
  const open = listener;
  announce(dir, open.port, context.region);
  let stopping: Promise<void> | undefined;
  return {
    endpoint: context.endpoint(),
    bus: context.bus,
    port: open.port,
    region: context.region,
    accountId: context.accountId,
    clock,
    faults,
    credentials: iamService.administratorKeys,
    call,
    administrator: identities().administrator,
    operations: () => dispatcher.operations(),
    flush: async () => {
      for (const service of started) await service.flush?.();
    },
    stop: () => {
      stopping ??= stopAll(started, clock, open).finally(() => {
        withdraw(dir);
        unlock();
      });
      return stopping;
    },
  };
}

/** Timers first, so that nothing new begins; then services, last started first; then the socket. */
async function stopAll(started: readonly Service[], clock: CloudClock, listener?: Listener): Promise<void> {
  const failures: unknown[] = [];
  const each = async (stop: () => Promise<void> | undefined) => {
    try {
      await stop();
    } catch (error) {
      failures.push(error);
    }
  };
  await each(() => clock.stop());
  for (const service of [...started].reverse()) await each(() => service.stop?.());
  // Whatever went wrong, an open socket would keep the process from ending.
  await each(() => listener?.close());
  if (failures.length > 0) throw failures[0];
}

function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the cloud's ${what} was asked for before it was there`);
  return value;
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
