import { keepCode, readCode } from "../code";
import { functionRules, initialConfiguration, refuseUnsupported } from "../configuration";
import type { Lambda, LambdaOperation } from "../operation";
import { ofFunction } from "../operation";
import { conflict, type FunctionRecord, invalid, parseName } from "../store";
import { publish } from "../versions";

export const createFunction = (lambda: Lambda): LambdaOperation<"CreateFunction"> => ({
  rules: functionRules,
  resources: ofFunction(lambda),
  run: async (input, call) => {
    const { cloud, store } = lambda;
    const { name } = parseName(input.FunctionName);
    if (store.functions.has(name)) throw conflict(`Function already exist: ${name}`);
    refuseUnsupported(input);
    if (!input.Runtime || !input.Handler)
      throw invalid(
        "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
      );
    checkRole(lambda, input.Role ?? "", name);
    const code = keepCode(store, await readCode(cloud, input.Code ?? {}, call.caller));
    const configuration = initialConfiguration(
      input,
      code,
      store.arn(name),
      name,
      cloud.region,
      cloud.clock.now(),
    );
    const record: FunctionRecord = {
      configuration,
      versions: [],
      tags: input.Tags ?? {},
      statements: [],
      policyRevision: "",
    };
    if (input.Publish) publish(record, cloud.clock.now());
    store.functions.set(name, record);
    return record.versions.at(-1) ?? configuration;
  },
});

export function checkRole(lambda: Lambda, role: string, name: string): void {
  try {
    lambda.cloud.identities().assume(role, name, "lambda.amazonaws.com");
  } catch {
    throw invalid("The role defined for the function cannot be assumed by Lambda.");
  }
}
