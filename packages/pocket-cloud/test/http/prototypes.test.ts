import { strict as assert } from "node:assert";
import { CborCodec } from "@smithy/core/cbor";
import { type Cloud, startCloud } from "../../cloud";
import { modelOf } from "../../http/catalogue";
import { protocolOf } from "../../http/protocols";
import { readRequest } from "../../http/request";
import type { ServiceName } from "../../models";
import { temporaryDirectory } from "../temporary";
import { signedSend } from "./door";

const NAME = "__proto__";
/** smithy.api#Document: CBOR's own types. */
const DOCUMENT = 15;

/** The input that is parsed from a request. */
function read(
  service: ServiceName,
  headers: Record<string, string>,
  body: string | Uint8Array,
  method = "POST",
  target = "/",
): Record<string, unknown> {
  const request = readRequest({ method, target, headers });
  const model = modelOf(service);
  assert.ok(model);
  const content = typeof body === "string" ? Buffer.from(body) : body;
  return protocolOf(request, model).begin(request, model).decode(content).input as Record<string, unknown>;
}

const target = (name: string) => ({
  "x-amz-target": `X.${name}`,
  "content-type": "application/x-amz-json-1.1",
});
const form = { "content-type": "application/x-www-form-urlencoded" };

describe("The key __proto__", () => {
  const maps: Readonly<Record<string, () => unknown>> = {
    "a JSON body": () =>
      read("dynamodb", target("PutItem"), `{"TableName":"t","Item":{"${NAME}":{"S":"x"}}}`).Item,
    "a form": () =>
      read("sns", form, `Action=CreateTopic&Name=t&Attributes.entry.1.key=${NAME}&Attributes.entry.1.value=x`)
        .Attributes,
    "a REST-JSON body": () => {
      const body = `{"Role":"r","Code":{},"Environment":{"Variables":{"${NAME}":"x"}}}`;
      const { Environment } = read("lambda", {}, body, "POST", "/2015-03-31/functions");
      return (Environment as { Variables: unknown }).Variables;
    },
    headers: () =>
      read("s3", { host: "127.0.0.1", [`x-amz-meta-${NAME}`]: "x" }, "", "PUT", "/bucket/key").Metadata,
  };
  for (const [where, map] of Object.entries(maps))
    it(`in ${where} is an ordinary key`, () => {
      const found = map() as object;
      assert.deepEqual(Object.keys(found), [NAME]);
      assert.ok([Object.prototype, null].includes(Object.getPrototypeOf(found)));
    });

  it("in CBOR is refused, because the SDK's decoder makes it a prototype", () => {
    const serializer = new CborCodec().createSerializer();
    const item = Object.fromEntries([[NAME, { S: "x" }]]);
    serializer.write(DOCUMENT as never, { TableName: "t", Item: { id: { S: "a" }, ...item } });
    const headers = { "smithy-protocol": "rpc-v2-cbor" };
    const path = "/service/DynamoDB_20120810/operation/PutItem";
    assert.throws(() => read("dynamodb", headers, serializer.flush() as Uint8Array, "POST", path), {
      name: "SerializationException",
      message: 'A key named "__proto__" cannot be read from CBOR',
    });
  });

  it("is stored in a table and read back", async () => {
    const directory = temporaryDirectory();
    let cloud: Cloud | undefined;
    try {
      cloud = await startCloud({ dir: directory.path });
      const door = cloud;
      const call = async (name: string, input: string) => {
        const headers = { ...target(name), "content-type": "application/x-amz-json-1.0" };
        const { status, text } = await signedSend(door, "dynamodb", {
          method: "POST",
          target: "/",
          headers,
          body: input,
        });
        assert.equal(status, 200, text);
        return text;
      };
      await call(
        "CreateTable",
        '{"TableName":"tab","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}',
      );
      const item = `{"id":{"S":"a"},"${NAME}":{"M":{"${NAME}":{"S":"x"},"polluted":{"S":"yes"}}}}`;
      await call("PutItem", `{"TableName":"tab","Item":${item}}`);
      assert.equal(await call("GetItem", '{"TableName":"tab","Key":{"id":{"S":"a"}}}'), `{"Item":${item}}`);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    } finally {
      await cloud?.stop();
      directory.remove();
    }
  });
});
