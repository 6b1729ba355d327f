import { PolicyPack, type PolicyResource, type StackValidationPolicy } from "@pulumi/policy";
import { exemptionsFor } from "./exemptions";
import { policies } from "./policies";
import { check, type Declared, type Policy } from "./policy";

/**
 * The guardrails as a CrossGuard policy pack: `pulumi preview --policy-pack infra/guardrails`. `npm run preview` checks
 * the same policies without the CLI.
 */
new PolicyPack("pricelake-guardrails", { policies: policies.map(stackPolicy) });

/** Stack policies see what AWS will be asked for, and one resource beside the others. */
function stackPolicy(policy: Policy): StackValidationPolicy {
  return {
    name: policy.name,
    description: `${policy.description} (${policy.controls})`,
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const stack = resources[0]?.urn.split(":")[2] ?? "";
      for (const { urn, message } of check(resources.map(declared), [policy], exemptionsFor(stack)))
        report(message, urn);
    },
  };
}

const declared = ({ urn, type, name, props, opts }: PolicyResource): Declared => ({
  urn,
  type,
  name,
  props,
  protect: opts.protect,
});
