import type { ServiceModel } from "../catalogue";
import { header, type WireRequest } from "../request";
import { cborRpc } from "./cbor-rpc";
import { jsonRpc } from "./json-rpc";
import type { Protocol } from "./protocol";
import { query } from "./query";
import { restJson } from "./rest-json";
import { restXml } from "./rest-xml";

/** The protocol of a request: from its headers, else the default of its service. */
export function protocolOf(request: WireRequest, service: ServiceModel): Protocol {
  if (service.protocol === "rest-xml") return restXml;
  if (service.protocol === "rest-json") return restJson;
  if (header(request, "smithy-protocol") === "rpc-v2-cbor") return cborRpc;
  if (header(request, "x-amz-target") !== undefined) return jsonRpc;
  if (service.protocol === "query") return query;
  return jsonRpc;
}
