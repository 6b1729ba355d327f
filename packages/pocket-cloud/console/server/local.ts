import { unsupported } from "../../errors";
import { readRules } from "../../http/admin";
import type { ConsoleTarget } from "./target";

/** The service name of what is no AWS operation: the clock, the faults, and the calls that IAM refused. */
export const LOCAL_SERVICE = "local";

const reads = {
  GetStatus: ({ context, dispatcher, siteUrl }: ConsoleTarget) => ({
    Time: new Date(context.clock.now()),
    MachineTime: new Date(),
    ...(context.clock.simulatedFrom !== undefined && {
      SimulatedFrom: new Date(context.clock.simulatedFrom),
    }),
    Region: context.region,
    AccountId: context.accountId,
    Endpoint: context.endpoint(),
    Services: Object.keys(dispatcher.operations()),
    FaultRules: context.faults.rules.length,
    ...(siteUrl !== undefined && { SiteUrl: siteUrl }),
  }),
  GetFaults: ({ context }: ConsoleTarget) => ({ Rules: context.faults.status }),
  ListOperations: ({ dispatcher }: ConsoleTarget) => ({ Operations: dispatcher.operations() }),
  ListDeniedCalls: ({ deniedCalls }: ConsoleTarget) => ({
    DeniedCalls: deniedCalls.calls.map((call) => ({ ...call, time: new Date(call.time) })).reverse(),
  }),
};

export const isLocalRead = (operation: string): boolean => Object.hasOwn(reads, operation);

export function runLocal(operation: string, input: object, target: ConsoleTarget): object {
  if (isLocalRead(operation)) return reads[operation as keyof typeof reads](target);
  if (operation !== "PutFaults") throw unsupported(`the operation ${operation} of ${LOCAL_SERVICE}`);
  const { rules, seed } = readRules(JSON.stringify(input));
  target.context.faults.set(rules, seed);
  return {};
}
