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

/** Every service besides IAM, in starting order: what is written to comes before what writes to it. */
export const services: readonly ServiceFactory[] = [
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
];
