import { type Make, onFunction, qualifierOf } from "../operation";
import { ACCOUNT_CONCURRENCY } from "../runtime/runtime";
import { invalid } from "../store";

/** Of the account's concurrent executions, at least this many must remain unreserved. */
const UNRESERVED = 100;

export const PutFunctionConcurrency: Make<"PutFunctionConcurrency"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    if (qualifierOf(input) !== undefined)
      throw invalid(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
      );
    const record = lambda.store.find(input.FunctionName, "$LATEST");
    const requested = input.ReservedConcurrentExecutions ?? 0;
    const others = lambda.store.functions.values().filter((other) => other !== record);
    const reserved = others.reduce((sum, other) => sum + (other.reservedConcurrency ?? 0), requested);
    if (ACCOUNT_CONCURRENCY - reserved < UNRESERVED)
      throw invalid(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED}].`,
      );
    record.reservedConcurrency = requested;
    lambda.store.save(record);
    return { ReservedConcurrentExecutions: requested };
  },
});

export const GetFunctionConcurrency: Make<"GetFunctionConcurrency"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const { reservedConcurrency } = lambda.store.find(input.FunctionName);
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },
});

export const DeleteFunctionConcurrency: Make<"DeleteFunctionConcurrency"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    delete record.reservedConcurrency;
    lambda.store.save(record);
    return {};
  },
});
