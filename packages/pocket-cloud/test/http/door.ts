import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { Bus } from "../../bus";
import { CloudClock } from "../../clock";
import { Console } from "../../console/server";
import { DeniedCalls } from "../../denied-calls";
import { Dispatcher } from "../../dispatch";
import { Downloads } from "../../downloads";
import { type FaultRule, Faults } from "../../faults";
import { DEFAULT_LIMITS, type Limits } from "../../http/front";
import { Gate } from "../../http/gate";
import { listen } from "../../http/listen";
import { readRequest } from "../../http/request";
import { canonicalRequest, hmacHex, scopeOf, sha256, signingKey } from "../../http/sigv4/canonical";
import { readSignature } from "../../http/sigv4/signature";
import type { CloudContext, Service } from "../../service";
import { type AdministratorKeys, iam } from "../../services/iam";
import { temporaryDirectory } from "../temporary";

/** The HTTP front with the test's services. */
export async function openDoor(
  services: readonly Service[],
  limits: Partial<Limits> = {},
  faultRules: FaultRule[] = [],
  administratorKeys?: AdministratorKeys,
) {
  const directory = temporaryDirectory();
  const faults = new Faults();
  faults.set(faultRules);
  const logged: string[] = [];
  const context: CloudContext = {
    clock: new CloudClock(),
    accountId: "000000000000",
    region: "us-east-1",
    dir: directory.path,
    endpoint: () => `http://127.0.0.1:${listener.port}`,
    call: () => Promise.reject(new Error("no calls in this test")),
    identities: () => identity.identities,
    s3Files: () => {
      throw new Error("no S3 files in this test");
    },
    keys: () => {
      throw new Error("no KMS keys in this test");
    },
    keysIn: () => Promise.reject(new Error("no KMS keys in this test")),
    bus: new Bus(),
    downloads: new Downloads(),
    faults,
    log: (line) => logged.push(line),
  };
  const identity = iam(context, administratorKeys);
  const dispatcher = new Dispatcher(context.identities, faults);
  for (const service of services) dispatcher.add(service);
  const deniedCalls = new DeniedCalls();
  const front = {
    gate: new Gate(),
    instance: () => ({ context, dispatcher, deniedCalls }),
    console: new Console(),
    site: () => undefined,
  };
  const listener = await listen({ port: 0, front, limits: { ...DEFAULT_LIMITS, ...limits } });
  return {
    port: listener.port,
    endpoint: context.endpoint(),
    credentials: identity.administratorKeys,
    logged,
    close: async () => {
      await listener.close();
      directory.remove();
    },
  };
}

/** An S3 that stores objects in memory once their body is complete. */
export function memoryS3() {
  const objects = new Map<string, string>();
  const service: Service<"s3"> = {
    name: "s3",
    operations: {
      PutObject: {
        run: async ({ Bucket, Key, Body }) => {
          const bytes =
            Body instanceof Readable ? Buffer.concat(await Body.toArray()) : Buffer.from(Body as Uint8Array);
          objects.set(`${Bucket}/${Key}`, bytes.toString("latin1"));
          return {};
        },
      },
      GetObject: {
        run: ({ Bucket, Key }) => ({ Body: Readable.from([objects.get(`${Bucket}/${Key}`) ?? ""]) as never }),
      },
    },
  };
  return { objects, service: service as Service };
}

export interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Headers that are left out of the signature. */
  readonly unsigned?: readonly string[];
}

interface Door {
  readonly port: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Headers that sign a request as it is, with whatever else it claims. */
export function sign(
  { port, credentials }: Door,
  service: string,
  { method = "GET", target, headers = {}, body = "", unsigned = [] }: Sent,
) {
  const timestamp = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const all: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    "x-amz-date": timestamp,
    ...(service === "s3" && { "x-amz-content-sha256": sha256(body) }),
    ...headers,
  };
  const signed = Object.keys(all)
    .filter((name) => (name === "host" || name.startsWith("x-amz-")) && !unsigned.includes(name))
    .sort();
  const scope = `${credentials.accessKeyId}/${timestamp.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const authorization = (proof: string) =>
    `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signed.join(";")}, Signature=${proof}`;
  const request = readRequest({ method, target, headers: { ...all, authorization: authorization("none") } });
  const signature = readSignature(request);
  const hash = service === "s3" ? (all["x-amz-content-sha256"] ?? "") : sha256(body);
  const text = [
    "AWS4-HMAC-SHA256",
    timestamp,
    scopeOf(signature),
    sha256(canonicalRequest(request, signature, hash)),
  ];
  return {
    ...all,
    authorization: authorization(
      hmacHex(signingKey(credentials.secretAccessKey, signature), text.join("\n")),
    ),
  };
}

/** Sends a request byte for byte as given: no URL parser in between. */
export function send(port: number, { method = "GET", target, headers = {}, body = "" }: Sent) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const length = headers["transfer-encoding"] ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const request = httpRequest(
      { host: "127.0.0.1", port, method, path: target, headers: { ...length, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

export const signedSend = (door: Door, service: string, sent: Sent) =>
  send(door.port, { ...sent, headers: sign(door, service, sent) });
