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
  /** True when the operation takes its body as it comes. */
  readonly streaming: boolean;
  /** True when x-amz-checksum headers speak of this body. */
  readonly checksummed: boolean;
  /** `request`: as it is after the body's framing came off, when that changed its headers. */
  decode(body: Body, request?: WireRequest): Decoded;
}

/** What an answer repeats of its request. */
export interface Asked {
  readonly request: WireRequest;
  readonly requestId: string;
}

/** A wire format: requests into inputs, outputs and errors into answers. */
export interface Protocol {
  begin(request: WireRequest, service: ServiceModel): Begun;
  encode(operation: OperationModel, output: object, asked: Asked, service: ServiceModel): Answer;
  fail(error: AwsError, asked: Asked, service: ServiceModel | undefined): Answer;
}
