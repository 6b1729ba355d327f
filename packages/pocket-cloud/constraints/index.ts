import { AwsError } from "../errors";
import type { ServiceName } from "../models";
import { s3Errors } from "../services/s3/errors";
import type { ServiceConstraints } from "./model";
import { type Failure, messageOf, Validators } from "./validate";

/** The constraints of each service, loaded at the first call of the service. */
const files: Readonly<Record<ServiceName, () => unknown>> = {
  athena: () => require("./data/athena.json"),
  budgets: () => require("./data/budgets.json"),
  dynamodb: () => require("./data/dynamodb.json"),
  firehose: () => require("./data/firehose.json"),
  glue: () => require("./data/glue.json"),
  iam: () => require("./data/iam.json"),
  kinesis: () => require("./data/kinesis.json"),
  kms: () => require("./data/kms.json"),
  lambda: () => require("./data/lambda.json"),
  logs: () => require("./data/logs.json"),
  monitoring: () => require("./data/monitoring.json"),
  s3: () => require("./data/s3.json"),
  scheduler: () => require("./data/scheduler.json"),
  secretsmanager: () => require("./data/secretsmanager.json"),
  sns: () => require("./data/sns.json"),
  sqs: () => require("./data/sqs.json"),
  ssm: () => require("./data/ssm.json"),
  sts: () => require("./data/sts.json"),
};

type Answer = (failures: readonly Failure[]) => AwsError;

const withCode =
  (code: string): Answer =>
  (failures) =>
    new AwsError(code, messageOf(failures));

/** Errors of the services that do not answer with a ValidationException, which is a ValidationError in query protocols. */
const answers: Readonly<Partial<Record<ServiceName, Answer>>> = {
  // The only client error in Athena's model.
  athena: withCode("InvalidRequestException"),
  iam: (failures) => withCode("ValidationException")(failures.map(withoutValues)),
  // As recorded by LocalStack's tests of metric filters.
  logs: withCode("InvalidParameterException"),
  s3: () => s3Errors.malformedXml(),
  // As recorded by LocalStack's test_empty_or_wrong_message_attributes. The model has a ValidationException too.
  sns: (failures) =>
    // As recorded by LocalStack's test_unsubscribe_wrong_arn_format.
    failures[0]?.path === "subscriptionArn" && failures[0].value === undefined
      ? new AwsError(
          "InvalidParameterException",
          "Invalid parameter: SubscriptionArn Reason: no value for required parameter",
        )
      : withCode("ValidationError")(failures),
  // As recorded by LocalStack's test_send_empty_message.
  sqs: ([first]) =>
    new AwsError("MissingParameter", `The request must contain the parameter ${nameIn(first)}.`),
};

/** IAM shows neither values nor those allowed, as recorded by LocalStack's tests of users and service credentials. */
const withoutValues = (failure: Failure): Failure => ({
  ...failure,
  constraint: failure.constraint.replace(/ enum value set: .*/, " enum value set"),
  sensitive: true,
});

/** The name of a member in a path: "MessageBody" in "entries.1.member.messageBody". */
function nameIn(failure: Failure | undefined): string {
  const name = failure?.path.split(".").at(-1) ?? "";
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const validators = new Map<string, Validators>();

/** The validators of a service's operations. */
export function validatorsOf(service: ServiceName): Validators {
  const known = validators.get(service);
  if (known) return known;
  const made = new Validators(files[service]() as ServiceConstraints);
  validators.set(service, made);
  return made;
}

/** Throws the service's error when the input breaks a constraint of its model. */
export function checkConstraints(service: ServiceName, operation: string, input: object): void {
  const failures = validatorsOf(service).of(operation)?.(input) ?? [];
  if (failures.length > 0) throw (answers[service] ?? withCode("ValidationException"))(failures);
}
