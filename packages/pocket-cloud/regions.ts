import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Bus } from "./bus";
import { Dispatcher } from "./dispatch";
import { AwsError } from "./errors";
import type { KeyAccess } from "./kms-access";
import type { CallService, ServiceName } from "./models";
import type { CloudContext, Service, ServiceFactory } from "./service";

/** Services that AWS has once for all regions. Buckets are listed everywhere, so S3 is shared as well. */
const SHARED: ReadonlySet<ServiceName> = new Set(["iam", "sts", "s3", "budgets"]);

/** Regions of the partition "aws" (AWS General Reference, "Regional endpoints"). */
const NAMES: ReadonlySet<string> = new Set([
  ...["af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
  ...["ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"],
  ...["ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1"],
  ...["eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"],
  ...["il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1"],
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2"],
]);

/** A service of the cloud's own region, with what makes another one. IAM is made once only. */
export interface MadeService {
  readonly service: Service;
  readonly factory?: ServiceFactory;
}

export const isRegion = (name: string): boolean => NAMES.has(name);

interface Region {
  readonly dispatcher: Dispatcher;
  readonly services: readonly Service[];
}

/**
 * The other regions of the cloud. As in AWS a region has its own resources. Its services start with the first request
 * that is signed for it, and again with the cloud. They share the clock, the faults, identities and buckets.
 */
export class Regions {
  readonly #open = new Map<string, Promise<Region>>();
  readonly #dir: string;

  constructor(
    readonly home: CloudContext,
    readonly dispatcher: Dispatcher,
    readonly made: readonly MadeService[],
  ) {
    this.#dir = join(home.dir, "regions");
  }

  /** Starts the regions that have state. */
  async start(): Promise<void> {
    if (existsSync(this.#dir)) for (const name of readdirSync(this.#dir)) await this.#region(name);
  }

  /** Where calls of a service in a region go. Requests without a region go to the cloud's own. */
  async dispatcherOf(region: string, service: ServiceName): Promise<Dispatcher> {
    if (region === "" || region === this.home.region || SHARED.has(service)) return this.dispatcher;
    if (!isRegion(region))
      throw new AwsError("InvalidSignatureException", "Credential should be scoped to a valid region.", 403);
    return (await this.#region(region)).dispatcher;
  }

  async keysIn(region: string): Promise<KeyAccess> {
    if (region === this.home.region) return this.home.keys();
    const keys = (await this.dispatcherOf(region, "kms")).service("kms")?.keys;
    if (!keys) throw new Error("the KMS service is not started");
    return keys;
  }

  #region(name: string): Promise<Region> {
    const open = this.#open.get(name) ?? this.#make(name);
    this.#open.set(name, open);
    return open;
  }

  async #make(region: string): Promise<Region> {
    const dispatcher = new Dispatcher(this.home.identities, this.home.faults, region);
    const context: CloudContext = {
      ...this.home,
      region,
      dir: join(this.#dir, region),
      bus: new Bus(),
      call: ((service, operation, input, caller) =>
        dispatcher.dispatch(service, operation, input as object, caller)) as CallService,
      keys: () => {
        const keys = dispatcher.service("kms")?.keys;
        if (!keys) throw new Error("the KMS service is not started");
        return keys;
      },
    };
    const services: Service[] = [];
    for (const { service, factory } of this.made) {
      const own = factory && !SHARED.has(service.name) ? factory(context) : undefined;
      dispatcher.add(own ?? service);
      if (own) services.push(own);
    }
    for (const service of services) await service.start?.();
    return { dispatcher, services };
  }

  /** The services of all open regions, in start order. */
  async services(): Promise<readonly Service[]> {
    const open = await Promise.allSettled(this.#open.values());
    return open.flatMap((region) => (region.status === "fulfilled" ? region.value.services : []));
  }
}
