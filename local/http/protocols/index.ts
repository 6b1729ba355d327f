import type { ServiceModel } from "../catalogue";
import type { WireRequest } from "../request";
import { jsonRpc } from "./json-rpc";
import type { Protocol } from "./protocol";

/** The format a request is in: what it says itself, else what its service's clients speak. */
export function protocolOf(request: WireRequest, _service: ServiceModel | undefined): Protocol {
  return jsonRpc(request);
}
