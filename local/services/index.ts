import type { ServiceFactory } from "../service";
import { firehose } from "./firehose";
import { glue } from "./glue";
import { kinesis } from "./kinesis";
import { lambda } from "./lambda";
import { s3 } from "./s3";
import { scheduler } from "./scheduler";

/** Every service besides IAM, in starting order: what is written to comes before what writes to it. */
export const services: readonly ServiceFactory[] = [s3, glue, kinesis, firehose, lambda, scheduler];
