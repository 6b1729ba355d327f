import { Bus } from "./bus";
import type { Credentials } from "./caller";
import type { CloudClock } from "./clock";
import { DeniedCalls } from "./denied-calls";
import { Dispatcher } from "./dispatch";
import { Downloads } from "./downloads";
import type { CallService } from "./models";
import { Regions } from "./regions";
import type { CloudContext, Service, ServiceFactory } from "./service";
import { iam } from "./services/iam";

type InstanceOptions = Omit<
  CloudContext,
  "bus" | "downloads" | "call" | "identities" | "keys" | "keysIn" | "s3Files"
> & {
  readonly clock: CloudClock;
};

/** How long a stop waits for work in flight before it aborts it. */
const STOP_GRACE_MS = 3000;

/** The services on one state directory, from start to stop. `reset` and `restore` replace the whole instance. */
export class Instance {
  readonly context: CloudContext;
  readonly dispatcher: Dispatcher;
  readonly deniedCalls = new DeniedCalls();
  /** The generated keys of the administrator. */
  readonly administratorKeys: Credentials;
  readonly #clock: CloudClock;
  readonly #services: readonly Service[];
  readonly regions: Regions;
  readonly #started: Service[] = [];

  constructor(
    factories: readonly ServiceFactory[],
    additionalKeys: Credentials | undefined,
    options: InstanceOptions,
  ) {
    this.#clock = options.clock;
    this.dispatcher = new Dispatcher(() => identities, options.faults);
    this.context = {
      ...options,
      bus: new Bus(),
      downloads: new Downloads(),
      call: ((service, operation, input, caller) =>
        this.dispatcher.dispatch(service, operation, input as object, caller)) as CallService,
      identities: () => identities,
      s3Files: () => {
        const files = this.dispatcher.service("s3")?.files;
        if (!files) throw new Error("the S3 service is not started");
        return files;
      },
      keys: () => {
        const keys = this.dispatcher.service("kms")?.keys;
        if (!keys) throw new Error("the KMS service is not started");
        return keys;
      },
      keysIn: (region) => this.regions.keysIn(region),
    };
    const iamService = iam(this.context, additionalKeys);
    const identities = this.deniedCalls.recording(iamService.identities, () => options.clock.now());
    this.administratorKeys = iamService.administratorKeys;
    const made = factories.map((factory) => ({ service: factory(this.context), factory }));
    this.#services = [iamService, ...made.map(({ service }) => service)];
    for (const service of this.#services) this.dispatcher.add(service);
    this.regions = new Regions(this.context, this.dispatcher, [{ service: iamService }, ...made]);
  }

  /** Starts the services in order. When one fails, those already started are stopped. */
  async start(): Promise<void> {
    try {
      for (const service of this.#services) {
        await service.start?.();
        this.#started.push(service);
      }
      await this.regions.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async flush(): Promise<void> {
    for (const service of [...this.#started, ...(await this.regions.services())]) await service.flush?.();
  }

  /** Stops timers first, so that no new work begins, then the services in reverse order. Throws the first error. */
  async stop(): Promise<void> {
    const errors: unknown[] = [];
    const attempt = async (stop: () => Promise<void> | undefined) => {
      try {
        await stop();
      } catch (error) {
        errors.push(error);
      }
    };
    const started = [...this.#started.splice(0), ...(await this.regions.services())].reverse();
    const abort = setTimeout(() => {
      for (const service of started) service.abort?.();
    }, STOP_GRACE_MS);
    await attempt(() => this.#clock.stop());
    for (const service of started) await attempt(() => service.stop?.());
    clearTimeout(abort);
    if (errors.length > 0) throw errors[0];
  }
}
