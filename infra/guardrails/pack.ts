import {
  PolicyPack,
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { exemptionsFor } from "./exemptions";
import { policies } from "./policies";
import { check, type Declared, type Policy } from "./policy";

/** Checks a resource before it is created, by the inputs in the program. */
function resourcePolicy(policy: Policy): ResourceValidationPolicy {
  return {
    ...described(policy),
    validateResource: (resource, report) => {
      if (resource.type !== policy.type) return;
      const found = check([declared(resource)], [policy], exemptionsFor(stackOf(resource.urn)));
      for (const { message } of found) report(message);
    },
  };
}

/** Checks a resource beside the others, when all are known. */
function stackPolicy(policy: Policy): StackValidationPolicy {
  return {
    ...described(policy),
    validateStack: ({ resources }, report) => {
      const stack = stackOf(resources[0]?.urn ?? "");
      for (const { urn, message } of check(resources.map(declared), [policy], exemptionsFor(stack)))
        report(message, urn);
    },
  };
}

const described = (policy: Policy) =>
  ({
    name: policy.name,
    description: policy.description,
    enforcementLevel: "mandatory",
  }) as const;

const stackOf = (urn: string): string => urn.split(":")[2] ?? "";

const declared = ({ urn, type, name, props, opts }: PolicyResource | ResourceValidationArgs): Declared => ({
  urn,
  type,
  name,
  props,
  protect: opts.protect,
});

/**
 * The guardrails as a CrossGuard policy pack: `pulumi preview --policy-pack infra/guardrails`. `npm run preview` checks
 * the same policies without the CLI.
 */
new PolicyPack("pricelake-guardrails", {
  policies: policies.map((policy) => (policy.needsStack ? stackPolicy(policy) : resourcePolicy(policy))),
});
