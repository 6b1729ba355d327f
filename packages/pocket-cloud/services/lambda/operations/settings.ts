import { randomUUID } from "node:crypto";
import { AwsError } from "../../../errors";
import type { Lambda, LambdaOperation } from "../operation";
import { ofFunction } from "../operation";
import { conflict, type FunctionRecord, invalid, notFound, type PolicyStatement } from "../store";

const save = (lambda: Lambda, record: FunctionRecord): void => {
  lambda.store.functions.set(record.configuration.FunctionName ?? "", record);
};

/** AWS keeps this many of an account's 1,000 executions unreserved. */
const UNRESERVED = 100;

export const putFunctionConcurrency = (lambda: Lambda): LambdaOperation<"PutFunctionConcurrency"> => ({
  rules: { ReservedConcurrentExecutions: { range: [0, 1000] } },
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const asked = input.ReservedConcurrentExecutions ?? 0;
    const others = lambda.store.functions.values().filter((other) => other !== record);
    const reserved = others.reduce((sum, other) => sum + (other.reservedConcurrency ?? 0), asked);
    if (1000 - reserved < UNRESERVED)
      throw invalid(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED}].`,
      );
    record.reservedConcurrency = asked;
    save(lambda, record);
    return { ReservedConcurrentExecutions: asked };
  },
});

export const getFunctionConcurrency = (lambda: Lambda): LambdaOperation<"GetFunctionConcurrency"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const { reservedConcurrency } = lambda.store.find(input.FunctionName);
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },
});

export const deleteFunctionConcurrency = (lambda: Lambda): LambdaOperation<"DeleteFunctionConcurrency"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    delete record.reservedConcurrency;
    save(lambda, record);
    return {};
  },
});

export const addPermission = (lambda: Lambda): LambdaOperation<"AddPermission"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const sid = input.StatementId ?? "";
    if (record.statements.some((statement) => statement.Sid === sid))
      throw conflict(
        `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    const principal = input.Principal ?? "";
    const arnLike = input.SourceArn ? { ArnLike: { "AWS:SourceArn": input.SourceArn } } : {};
    const equals = input.SourceAccount ? { StringEquals: { "AWS:SourceAccount": input.SourceAccount } } : {};
    const condition = { ...equals, ...arnLike };
    const statement: PolicyStatement = {
      Sid: sid,
      Effect: "Allow",
      Principal:
        principal === "*"
          ? "*"
          : principal.endsWith(".amazonaws.com")
            ? { Service: principal }
            : { AWS: principalArn(principal) },
      Action: input.Action ?? "",
      Resource: `${record.configuration.FunctionArn}${input.Qualifier ? `:${input.Qualifier}` : ""}`,
      ...(Object.keys(condition).length > 0 && { Condition: condition }),
    };
    record.statements.push(statement);
    record.policyRevision = randomUUID();
    save(lambda, record);
    return { Statement: JSON.stringify(statement) };
  },
});

const principalArn = (principal: string): string =>
  /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal;

export const getPolicy = (lambda: Lambda): LambdaOperation<"GetPolicy"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const { statements, policyRevision } = lambda.store.find(input.FunctionName);
    if (statements.length === 0) throw notFound("The resource you requested does not exist.");
    const policy = { Version: "2012-10-17", Id: "default", Statement: statements };
    return { Policy: JSON.stringify(policy), RevisionId: policyRevision };
  },
});

export const removePermission = (lambda: Lambda): LambdaOperation<"RemovePermission"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const left = record.statements.filter((statement) => statement.Sid !== input.StatementId);
    if (left.length === record.statements.length)
      throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    if (input.RevisionId && input.RevisionId !== record.policyRevision)
      throw new AwsError(
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id.",
        412,
      );
    record.statements = left;
    record.policyRevision = randomUUID();
    save(lambda, record);
    return {};
  },
});
