import { AwsError, validationError } from "../errors";
import type { FaultRule, Faults } from "../faults";
import type { Answer } from "./exchange";
import type { WireRequest } from "./request";

/** The service name that requests to /_local are signed for: `curl --aws-sigv4 aws:amz:us-east-1:local`. */
export const ADMIN_SERVICE = "local";

const PATH = "/_local/faults";

/** GET returns the injected faults, PUT replaces them ({rules, seed?}), DELETE removes them. For administrators. */
export function administer(request: WireRequest, body: Uint8Array, faults: Faults): Answer {
  if (request.path !== PATH)
    throw new AwsError("UnknownOperationException", `There is no ${request.path}`, 404);
  if (request.method === "PUT") {
    const { rules, seed } = readRules(body);
    faults.set(rules, seed);
  } else if (request.method === "DELETE") faults.set([]);
  else if (request.method !== "GET")
    throw new AwsError("UnknownOperationException", "GET, PUT or DELETE", 405);
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ rules: faults.rules }),
  };
}

/** Reads fault rules from a request body or a file. Throws when a rule is malformed, because it would never apply. */
export function readRules(text: Uint8Array | string): { rules: FaultRule[]; seed?: number } {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text).toString("utf8"));
  } catch {
    throw validationError("Fault rules are not valid JSON");
  }
  const { rules, seed } = (Array.isArray(value) ? { rules: value } : value) as {
    rules?: unknown;
    seed?: unknown;
  };
  if (!Array.isArray(rules)) throw validationError('Fault rules have the form {"rules": […], "seed": 1}');
  rules.forEach(checkRule);
  return { rules: rules as FaultRule[], ...(typeof seed === "number" && { seed }) };
}

const KINDS = ["error", "lost-ack", "drop", "delay", "partial", "crash"];

function checkRule(rule: unknown, index: number): void {
  const { service, operation, fault, rate = 1, times = 1 } = (rule ?? {}) as Record<string, unknown>;
  const kind = (fault as { kind?: unknown } | undefined)?.kind;
  const wrong = (what: string) => validationError(`Fault rule ${index + 1}: ${what}`);
  if (typeof service !== "string" || typeof operation !== "string")
    throw wrong('service and operation must be names or "*"');
  if (!KINDS.includes(String(kind)))
    throw wrong(`kind must be one of ${KINDS.join(", ")}, not ${JSON.stringify(kind)}`);
  if (typeof rate !== "number" || rate < 0 || rate > 1)
    throw wrong(`rate must be a number from 0 to 1, not ${JSON.stringify(rate)}`);
  if (typeof times !== "number" || times < 1)
    throw wrong(`times must be a number of 1 or more, not ${JSON.stringify(times)}`);
}
