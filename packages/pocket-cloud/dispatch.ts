import { randomUUID } from "node:crypto";
import type { Caller } from "./caller";
import { checkConstraints } from "./constraints";
import { AwsError } from "./errors";
import type { Fault, Faults } from "./faults";
import type { ServiceName } from "./models";
import type { Call, Identities, Operation, Outcome, Service } from "./service";

type Carrier = Partial<Pick<Call, "headers" | "region" | "requestId" | "fromConsole">>;

/** Runs operations for HTTP requests and in-process calls: constraints of the model, authorization, faults, then the operation. */
export class Dispatcher {
  readonly #services = new Map<ServiceName, Service>();

  constructor(
    readonly identities: () => Identities,
    readonly faults: Faults,
    /** Given for regions other than the cloud's own: the condition key aws:RequestedRegion. */
    readonly region?: string,
  ) {}

  add(service: Service): void {
    this.#services.set(service.name, service);
  }

  service(name: string): Service | undefined {
    return this.#services.get(name as ServiceName);
  }

  operations(): Record<string, string[]> {
    return Object.fromEntries(
      [...this.#services].map(([name, { operations }]) => [name, Object.keys(operations)]),
    );
  }

  async dispatch(
    service: string,
    operation: string,
    input: object,
    caller: Caller,
    carrier: Carrier = {},
  ): Promise<object> {
    const observe = carrier.fromConsole ? undefined : this.#observer(service, operation);
    if (!observe) return this.#dispatch(service, operation, input, caller, carrier);
    const begun = performance.now();
    try {
      const output = await this.#dispatch(service, operation, input, caller, carrier);
      observe({ input, output, millis: performance.now() - begun });
      return output;
    } catch (error) {
      observe({ input, error, millis: performance.now() - begun });
      throw error;
    }
  }

  #observer(service: string, operation: string): ((outcome: Outcome<object, object>) => void) | undefined {
    const observers = this.#services.get(service as ServiceName)?.observers as
      | Record<string, ((outcome: Outcome<object, object>) => void) | undefined>
      | undefined;
    return observers?.[operation];
  }

  async #dispatch(
    service: string,
    operation: string,
    input: object,
    caller: Caller,
    carrier: Carrier,
  ): Promise<object> {
    const found = this.#find(service, operation);
    const call: Call = { caller, requestId: randomUUID(), ...carrier };
    checkConstraints(service as ServiceName, operation, input);
    const resources = found.resources?.(input, call) ?? ["*"];
    const region = this.region === undefined ? undefined : { "aws:RequestedRegion": this.region };
    const context = () => ({ ...region, ...found.context?.(input, call) });
    const policyOf = (resource: string) => this.service(service)?.policyOf?.(resource);
    const { actions = [`${service}:${operation}`] } = found;
    for (const action of typeof actions === "function" ? actions(input) : actions)
      this.identities().authorize(caller, action, resources, context, policyOf);
    const passed = found.passes?.(input).filter((role) => role !== undefined) ?? [];
    if (passed.length > 0)
      this.identities().authorize(caller, "iam:PassRole", passed, {
        ...region,
        "iam:PassedToService": `${service}.amazonaws.com`,
        "iam:AssociatedResourceArn": resources,
      });
    if (call.fromConsole) return found.run(input, call);
    return this.#withFaults(service, operation, async (fault) =>
      found.run(input, fault ? { ...call, fault } : call),
    );
  }

  #find(service: string, operation: string): Operation<object, object> {
    const operations = this.#services.get(service as ServiceName)?.operations as
      | Record<string, Operation<object, object> | undefined>
      | undefined;
    const found = operations?.[operation];
    if (!found)
      throw new AwsError(
        "NotImplementedException",
        operations
          ? `The embedded cloud does not support the operation ${operation} of ${service}`
          : `The embedded cloud does not run the service ${service}`,
        501,
      );
    return found;
  }

  async #withFaults(
    service: string,
    operation: string,
    run: (fault?: Fault) => Promise<object>,
  ): Promise<object> {
    const fault = this.faults.next(service, operation);
    if (fault) await applyBefore(fault);
    const output = await run(fault);
    if (fault?.kind === "lost-ack") throw new ConnectionDropped();
    return output;
  }
}

/** The HTTP front destroys the socket of the request. */
export class ConnectionDropped extends Error {}

async function applyBefore(fault: Fault): Promise<void> {
  if (fault.kind === "error") throw new AwsError(fault.code, fault.message ?? "injected fault", fault.status);
  if (fault.kind === "drop") throw new ConnectionDropped();
  if (fault.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.millis));
}
