import { randomUUID } from "node:crypto";
import { AwsError } from "../../../errors";
import { type Make, onFunction, qualifierOf } from "../operation";
import { conflict, invalid, notFound, type PolicyStatement, parseName } from "../store";
import { versionOf } from "../versions";

export const AddPermission: Make<"AddPermission"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const qualifier = qualifierOf(input);
    if (qualifier === "$LATEST") throw invalid("We currently do not support adding policies for $LATEST.");
    if (qualifier !== undefined && /^\d+$|\$/.test(qualifier)) versionOf(record, qualifier);
    else if (qualifier !== undefined)
      throw notFound(`Cannot find alias arn: ${record.configuration.FunctionArn}:${qualifier}`);
    checkPrincipal(input.Principal ?? "");
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
    lambda.store.save(record);
    return { Statement: JSON.stringify(statement) };
  },
});

/** As recorded by LocalStack's test_permission_exceptions. */
function checkPrincipal(principal: string): void {
  if (principal !== "*" && !/^\d{12}$|^arn:|\.amazonaws\.com$/.test(principal))
    throw invalid("The provided principal was invalid. Please check the principal and try again.");
}

const principalArn = (principal: string): string =>
  /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal;

export const GetPolicy: Make<"GetPolicy"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const { statements, policyRevision } = lambda.store.functions.get(parseName(input.FunctionName).name) ?? {
      statements: [],
      policyRevision: "",
    };
    if (statements.length === 0) throw notFound("The resource you requested does not exist.");
    const policy = { Version: "2012-10-17", Id: "default", Statement: statements };
    return { Policy: JSON.stringify(policy), RevisionId: policyRevision };
  },
});

export const RemovePermission: Make<"RemovePermission"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const { name } = parseName(input.FunctionName);
    const record = lambda.store.functions.get(name);
    if (!record) throw notFound(`No policy found for: ${lambda.store.arn(name)}`);
    if (record.statements.length === 0) throw notFound("No policy is associated with the given resource.");
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
    lambda.store.save(record);
    return {};
  },
});
