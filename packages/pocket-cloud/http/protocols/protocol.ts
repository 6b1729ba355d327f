import type { AwsError } from "../../errors";
import type { OperationModel, ServiceModel } from "../catalogue";
import type { Answer, Body } from "../exchange";
import type { WireRequest } from "../request";

export interface Decoded {
  readonly operation: OperationModel;
  readonly input: object;
}

/** A request whose protocol is known, before its body is read. */
export interface Begun {
  /** Whether the operation reads its body as a stream. */
  readonly streaming: boolean;
  /** Whether x-amz-checksum headers describe this body. */
  readonly checksummed: boolean;
  /** `request` has the headers of the decoded body when decoding changed them. */
  decode(body: Body, request?: WireRequest): Decoded;
}

/** The request of an answer. */
export interface RequestInfo {
  readonly request: WireRequest;
  readonly requestId: string;
}

/** A wire format: converts requests to inputs, and outputs and errors to answers. */
export interface Protocol {
  begin(request: WireRequest, service: ServiceModel): Begun;
  encode(operation: OperationModel, output: object, info: RequestInfo, service: ServiceModel): Answer;
  fail(error: AwsError, info: RequestInfo, service: ServiceModel | undefined): Answer;
}
