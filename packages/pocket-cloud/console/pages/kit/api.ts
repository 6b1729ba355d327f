import type { Input, OperationName, Output, ServiceName } from "../../../models";

/** A value as the console's server sends it: dates as ISO 8601, bytes as base64. */
export type Json<T> = T extends Date | Uint8Array
  ? string
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Name in keyof T]: Json<T[Name]> }
      : T;

/** An error of AWS, or of the console's server. */
export class CallError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = code;
  }
}

const token = document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content ?? "";
let writeToken: string | undefined;

const headers = (): Record<string, string> => ({
  "x-console-token": token,
  ...(writeToken !== undefined && { "x-console-write-token": writeToken }),
});

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...headers(), ...init.headers } });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new CallError("ConnectionLost", "The cloud does not answer. Is it still running?", 0);
  }
  if (response.ok) return response;
  const { code = "Error", message = response.statusText } = await response.json().catch(() => ({}));
  throw new CallError(code, message, response.status);
}

interface PageCall {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

interface Waiting {
  readonly call: PageCall;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Answered =
  | { readonly output: unknown }
  | { readonly error: { readonly code: string; readonly message: string; readonly status: number } };

/** Operations that answer soon and with little. Others are sent alone, so that no call waits for them. */
const QUICK = /^(?:Get|List|Describe|Head|BatchGet)(?!Records|QueryResults)[A-Z]/;
const TOGETHER = 100;
let waiting: Waiting[] = [];

/** Calls that are made at the same time become one request. */
function post(call: PageCall, signal?: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const one: Waiting = { call, signal, resolve, reject };
    if (!QUICK.test(call.operation)) {
      void sendCalls([one]);
      return;
    }
    waiting.push(one);
    if (waiting.length === 1) setTimeout(sendWaiting);
  });
}

function sendWaiting(): void {
  const all = waiting;
  waiting = [];
  for (let from = 0; from < all.length; from += TOGETHER) void sendCalls(all.slice(from, from + TOGETHER));
}

async function sendCalls(calls: readonly Waiting[]): Promise<void> {
  const control = new AbortController();
  let left = calls.length;
  const stops = calls.map(({ signal, reject }) => {
    const stop = () => {
      reject(signal?.reason);
      left--;
      if (left === 0) control.abort();
    };
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
    return () => signal?.removeEventListener("abort", stop);
  });
  try {
    const response = await send("/_console/calls", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(calls.map(({ call }) => call)),
      signal: control.signal,
    });
    const answers = (await response.json()) as readonly Answered[];
    for (const [index, { resolve, reject }] of calls.entries()) {
      const answer = answers[index];
      if (answer && "output" in answer) resolve(answer.output);
      else if (answer) reject(new CallError(answer.error.code, answer.error.message, answer.error.status));
    }
  } catch (error) {
    for (const { reject } of calls) reject(error);
  } finally {
    for (const stop of stops) stop();
  }
}

/** Calls an operation of a service. */
export const call = <S extends ServiceName, O extends OperationName<S>>(
  service: S,
  operation: O,
  input: Json<Input<S, O>>,
  signal?: AbortSignal,
): Promise<Json<Output<S, O>>> => post({ service, operation, input }, signal) as Promise<Json<Output<S, O>>>;

/** What is no AWS operation: the clock, the faults, and the calls that IAM refused. */
export const callLocal = <T>(operation: string, input: object = {}, signal?: AbortSignal): Promise<T> =>
  post({ service: "local", operation, input }, signal) as Promise<T>;

export async function allowChanges(allowed: boolean): Promise<void> {
  if (!allowed) {
    writeToken = undefined;
    return;
  }
  const response = await send("/_console/write-token", { method: "POST" });
  ({ token: writeToken } = (await response.json()) as { token: string });
}

export const objectUrl = (bucket: string, key: string): string =>
  `/_console/object?bucket=${encodeURIComponent(bucket)}&key=${encodeURIComponent(key)}`;

/** The bytes of an object, or of the part from `start` on. */
export async function readObject(
  bucket: string,
  key: string,
  range?: { start: number; end: number },
): Promise<ArrayBuffer> {
  const response = await send(objectUrl(bucket, key), {
    ...(range && { headers: { range: `bytes=${range.start}-${range.end}` } }),
  });
  return response.arrayBuffer();
}

export const writeObject = (bucket: string, key: string, file: File): Promise<Response> =>
  send(objectUrl(bucket, key), {
    method: "PUT",
    body: file,
    headers: { "content-type": file.type || "application/octet-stream" },
  });
