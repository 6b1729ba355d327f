import type { ServiceFactory } from "../service";
import { kinesis } from "./kinesis";

/** Every service besides IAM, in starting order: what is written to comes before what writes to it. */
export const services: readonly ServiceFactory[] = [kinesis];
