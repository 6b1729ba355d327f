import type { ServiceName } from "../models";
import type { ServiceFactory } from "../service";
import { athena } from "./athena";
import { budgets } from "./budgets";
import { dynamodb } from "./dynamodb";
import { firehose } from "./firehose";
import { glue } from "./glue";
import { kinesis } from "./kinesis";
import { kms } from "./kms";
import { lambda } from "./lambda";
import { logs } from "./logs";
import { monitoring } from "./monitoring";
import { s3 } from "./s3";
import { scheduler } from "./scheduler";
import { secretsmanager } from "./secretsmanager";
import { sns } from "./sns";
import { sqs } from "./sqs";
import { ssm } from "./ssm";
import { sts } from "./sts";

/** Every service besides IAM, in start order: a service comes after those it writes to. */
const services: Readonly<Record<Exclude<ServiceName, "iam">, ServiceFactory>> = {
  sts,
  kms,
  ssm,
  secretsmanager,
  budgets,
  sqs,
  sns,
  monitoring,
  logs,
  s3,
  glue,
  kinesis,
  dynamodb,
  firehose,
  athena,
  lambda,
  scheduler,
};

/** Services that another service cannot do without. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = { athena: ["glue", "s3"], firehose: ["s3"] };

class UnknownService extends Error {
  readonly exitCode = 2;
}

/** The services to start, all by default. IAM, which always runs, is not among them; STS and KMS always are. */
export function startOrder(names: readonly string[] = Object.keys(services)): ServiceFactory[] {
  const unknown = names.filter((name) => name !== "iam" && !Object.hasOwn(services, name));
  if (unknown.length > 0)
    throw new UnknownService(
      `services: there is no service ${unknown.map((name) => `"${name}"`).join(", ")}; the services are ${["iam", ...Object.keys(services)].sort().join(", ")}`,
    );
  const started = new Set(["sts", "kms", ...names, ...names.flatMap((name) => REQUIRED[name] ?? [])]);
  return Object.entries(services).flatMap(([name, factory]) => (started.has(name) ? [factory] : []));
}
