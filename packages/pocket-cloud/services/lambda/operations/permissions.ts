import { randomUUID } from "node:crypto";
import type { AddPermissionRequest } from "@aws-sdk/client-lambda";
import { AwsError } from "../../../errors";
import { type Make, onFunction, qualifierOf } from "../operation";
import { conflict, type FunctionRecord, invalid, notFound, type PolicyStatement, parseName } from "../store";
import { versionOf } from "../versions";

export const AddPermission: Make<"AddPermission"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const qualifier = qualifierOf(input);
    if (qualifier === "$LATEST") throw invalid("We currently do not support adding policies for $LATEST.");
    checkQualifier(record, qualifier);
    checkPrincipal(input.Principal ?? "");
    const sid = input.StatementId ?? "";
    const policy = policyFor(record, qualifier);
    checkRevision(policy, input.RevisionId);
    if (policy.statements.some((statement) => statement.Sid === sid))
      throw conflict(
        `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    const principal = input.Principal ?? "";
    const condition = conditionOf(input);
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
      Resource: policy.resource,
      ...(Object.keys(condition).length > 0 && { Condition: condition }),
    };
    record.statements.push(statement);
    renew(record, qualifier);
    lambda.store.save(record);
    return { Statement: JSON.stringify(statement) };
  },
});

interface Policy {
  /** The function's ARN, with the qualifier that the policy is for. */
  readonly resource: string;
  readonly statements: readonly PolicyStatement[];
  readonly revision: string | undefined;
}

/** Each version and alias has a policy of its own (recorded by LocalStack's test_lambda_permission_fn_versioning). */
function policyFor(record: FunctionRecord, qualifier = ""): Policy {
  const { FunctionArn = "" } = record.configuration;
  const resource = qualifier === "" ? FunctionArn : `${FunctionArn}:${qualifier}`;
  return {
    resource,
    statements: record.statements.filter((statement) => statement.Resource === resource),
    revision: qualifier === "" ? record.policyRevision : record.qualifiedPolicyRevisions?.[qualifier],
  };
}

function renew(record: FunctionRecord, qualifier: string | undefined): void {
  if (qualifier === undefined) record.policyRevision = randomUUID();
  else record.qualifiedPolicyRevisions = { ...record.qualifiedPolicyRevisions, [qualifier]: randomUUID() };
}

function checkRevision({ revision }: Policy, given: string | undefined): void {
  if (given !== undefined && given !== revision)
    throw new AwsError(
      "PreconditionFailedException",
      "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
      412,
    );
}

/** As recorded by LocalStack's test_permission_exceptions. Aliases are not supported, so none exists. */
function checkQualifier(record: FunctionRecord, qualifier: string | undefined): void {
  if (qualifier === undefined) return;
  if (/^\d+$|\$/.test(qualifier)) versionOf(record, qualifier);
  else throw notFound(`Cannot find alias arn: ${record.configuration.FunctionArn}:${qualifier}`);
}

/** As recorded by LocalStack's test_permission_exceptions. */
function checkPrincipal(principal: string): void {
  if (principal !== "*" && !/^\d{12}$|^arn:|\.amazonaws\.com$/.test(principal))
    throw invalid("The provided principal was invalid. Please check the principal and try again.");
}

/** As recorded by LocalStack's test_add_lambda_permission_fields. */
function conditionOf(input: AddPermissionRequest): Record<string, Record<string, string>> {
  const equals = {
    "AWS:SourceAccount": input.SourceAccount,
    "lambda:EventSourceToken": input.EventSourceToken,
    "lambda:FunctionUrlAuthType": input.FunctionUrlAuthType,
    "aws:PrincipalOrgID": input.PrincipalOrgID,
  };
  const given = Object.entries(equals).filter((one): one is [string, string] => Boolean(one[1]));
  return {
    ...(given.length > 0 && { StringEquals: Object.fromEntries(given) }),
    ...(input.SourceArn && { ArnLike: { "AWS:SourceArn": input.SourceArn } }),
  };
}

const principalArn = (principal: string): string =>
  /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal;

export const GetPolicy: Make<"GetPolicy"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.functions.get(parseName(input.FunctionName).name);
    const { statements, revision } = record
      ? policyFor(record, qualifierOf(input))
      : { statements: [], revision: undefined };
    if (statements.length === 0) throw notFound("The resource you requested does not exist.");
    const policy = { Version: "2012-10-17", Id: "default", Statement: statements };
    return { Policy: JSON.stringify(policy), RevisionId: revision };
  },
});

export const RemovePermission: Make<"RemovePermission"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const { name } = parseName(input.FunctionName);
    const record = lambda.store.functions.get(name);
    if (!record) throw notFound(`No policy found for: ${lambda.store.arn(name)}`);
    const qualifier = qualifierOf(input);
    checkQualifier(record, qualifier);
    const policy = policyFor(record, qualifier);
    if (policy.statements.length === 0) throw notFound("No policy is associated with the given resource.");
    const removed = policy.statements.find((statement) => statement.Sid === input.StatementId);
    if (!removed) throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    if (input.RevisionId && input.RevisionId !== policy.revision)
      throw new AwsError(
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id.",
        412,
      );
    record.statements = record.statements.filter((statement) => statement !== removed);
    renew(record, qualifier);
    lambda.store.save(record);
    return {};
  },
});
