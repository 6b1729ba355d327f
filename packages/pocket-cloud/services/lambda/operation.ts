import type { Input, OperationName, Output } from "../../models";
import type { CloudContext, Operation } from "../../service";
import type { Asynchronous } from "./asynchronous";
import type { Mappings } from "./polling/mappings";
import type { Runtime } from "./runtime/runtime";
import { type LambdaStore, parseName } from "./store";

/** What operations of Lambda work with. */
export interface Lambda {
  readonly cloud: CloudContext;
  readonly store: LambdaStore;
  readonly runtime: Runtime;
  readonly asynchronous: Asynchronous;
  readonly mappings: Mappings;
}

export type LambdaOperation<O extends OperationName<"lambda">> = Operation<
  Input<"lambda", O>,
  Output<"lambda", O>
>;

/** The ARN of the function an input names, for IAM. */
export const ofFunction = (lambda: Lambda) => (input: { FunctionName?: string | undefined }) => [
  lambda.store.arn(parseName(input.FunctionName).name),
];

/** The same with its qualifier, where the input has one: whoever may invoke only the one ARN may not invoke by the other. */
export const ofQualified =
  (lambda: Lambda) => (input: { FunctionName?: string | undefined; Qualifier?: string | undefined }) => {
    const { name, qualifier } = parseName(input.FunctionName);
    return [[lambda.store.arn(name), input.Qualifier ?? qualifier].filter(Boolean).join(":")];
  };
