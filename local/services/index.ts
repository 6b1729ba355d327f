import type { ServiceFactory } from "../service";
import { athena } from "./athena";
import { dynamodb } from "./dynamodb";
import { firehose } from "./firehose";
import { glue } from "./glue";
import { kinesis } from "./kinesis";
import { lambda } from "./lambda";
import { logs } from "./logs";
import { s3 } from "./s3";
import { scheduler } from "./scheduler";
import { sqs } from "./sqs";
import { ssm } from "./ssm";
import { sts } from "./sts";

/** Every service besides IAM, in starting order: what is written to comes before what writes to it. */
export const services: readonly ServiceFactory[] = [sts, ssm, sqs, logs, s3, glue, kinesis, dynamodb, firehose, athena, lambda, scheduler];
