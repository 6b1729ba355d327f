import { AwsError } from "../../errors";
import type { Input, OperationName, Output } from "../../models";
import type { CloudContext, Operation } from "../../service";
import type { Asynchronous } from "./asynchronous";
import type { Mappings } from "./polling/mappings";
import type { Runtime } from "./runtime/runtime";
import { invalid, type LambdaStore, notFound, parseName } from "./store";

/** The parts of the service that operations use. */
export interface Lambda {
  readonly cloud: CloudContext;
  readonly store: LambdaStore;
  readonly runtime: Runtime;
  readonly asynchronous: Asynchronous;
  readonly mappings: Mappings;
}

/** Makes an operation of the service. */
export type Make<O extends OperationName<"lambda">> = (
  lambda: Lambda,
) => Operation<Input<"lambda", O>, Output<"lambda", O>>;

interface NamesFunction {
  readonly FunctionName?: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** The IAM resource of an operation on a function, without its qualifier. */
export const onFunction = ({ cloud, store }: Lambda) => ({
  resources: (input: NamesFunction) => {
    checkPlace(input, cloud);
    qualifierOf(input);
    return [store.arn(parseName(input.FunctionName).name)];
  },
});

/** As recorded by LocalStack's test_get_function_wrong_region and test_function_arns: there is one account. */
export function checkPlace(
  { FunctionName = "" }: NamesFunction,
  { region, accountId }: Pick<CloudContext, "region" | "accountId">,
): void {
  const [, other, account] = /^arn:[^:]*:lambda:([^:]+):([^:]*)/.exec(FunctionName) ?? [];
  if (other !== undefined && other !== region)
    throw notFound(`Functions from '${other}' are not reachable in this region ('${region}')`);
  if (account !== undefined && account !== accountId)
    throw new AwsError(
      "AccessDeniedException",
      `No resource-based policy allows access to ${FunctionName}, a function of another account`,
      403,
    );
}

/** The version that a request names by its Qualifier or at the end of its FunctionName. */
export function qualifierOf({ FunctionName, Qualifier }: NamesFunction): string | undefined {
  const { qualifier } = parseName(FunctionName);
  // As recorded by LocalStack's test_ops_with_arn_qualifier_mismatch.
  if (Qualifier !== undefined && qualifier !== undefined && Qualifier !== qualifier)
    throw invalid("The derived qualifier from the function name does not match the specified qualifier.");
  return Qualifier ?? qualifier;
}

interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** One page of a list, under the name of its output member. */
export function pageOf<T, K extends string>(
  items: readonly T[],
  member: K,
  { Marker = "0", MaxItems = 50 }: PageRequest,
): Record<K, T[]> & { NextMarker?: string } {
  const from = Number(Marker);
  const end = from + Math.min(MaxItems, 10_000);
  const result = { [member]: items.slice(from, end) } as Record<K, T[]>;
  return end < items.length ? { ...result, NextMarker: String(end) } : result;
}
