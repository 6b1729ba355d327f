import type { ServiceModel } from "../catalogue";
import { header, type WireRequest } from "../request";
import { cborRpc } from "./cbor-rpc";
import { jsonRpc } from "./json-rpc";
import type { Protocol } from "./protocol";
import { query } from "./query";
import { restJson } from "./rest-json";
import { restXml } from "./rest-xml";

/** The format a request is in: what it says itself, else what its service's clients speak. */
export function protocolOf(request: WireRequest, service: ServiceModel): Protocol {
  if (service.protocol === "rest-xml") return restXml;
  if (service.protocol === "rest-json") return restJson;
  if (header(request, "smithy-protocol") === "rpc-v2-cbor") return cborRpc;
  if (header(request, "x-amz-target") !== undefined) return jsonRpc;
  if (service.protocol === "query") return query;
  return jsonRpc;
}
