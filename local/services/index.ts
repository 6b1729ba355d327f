import type { ServiceFactory } from "../service";
import { kinesis } from "./kinesis";
import { s3 } from "./s3";

/** Every service besides IAM, in starting order: what is written to comes before what writes to it. */
export const services: readonly ServiceFactory[] = [s3, kinesis];
