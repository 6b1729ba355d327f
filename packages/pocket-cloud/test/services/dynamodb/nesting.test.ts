import { strict as assert } from "node:assert";
import { signedSend } from "../../http/door";
import { type Lab, lab } from "../lambda/lab";

const nested = (levels: number): string => `${'{"L":['.repeat(levels)}{"S":"a"}${"]}".repeat(levels)}`;
const TOO_DEEP =
  "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

describe("A nested DynamoDB value", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
    await call("CreateTable", {
      TableName: "coins",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    });
  });
  after(() => at.end());

  /** Sends JSON text: the SDK itself overflows its stack on deep values. */
  async function call(operation: string, body: object | string) {
    const { port, credentials } = at.cloud;
    const { status, text } = await signedSend({ port, credentials }, "dynamodb", {
      method: "POST",
      target: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status, ...(JSON.parse(text) as { __type?: string; message?: string }) };
  }
  const put = (value: string) =>
    call("PutItem", `{"TableName":"coins","Item":{"id":{"S":"a"},"v":${value}}}`);
  const refused = { status: 400, __type: "com.amazon.coral.validate#ValidationException", message: TOO_DEEP };
  const assertRefused = ({ status, __type, message }: Awaited<ReturnType<typeof call>>) =>
    assert.deepEqual({ status, __type, message }, refused);

  it("has at most 31 lists and maps around it", async () => {
    assert.equal((await put(nested(31))).status, 200);
    for (const levels of [32, 1000, 20_000, 200_000]) assertRefused(await put(nested(levels)));
  });

  it("is refused in a condition and in an update too", async () => {
    const update = (levels: number, set: string) =>
      call(
        "UpdateItem",
        `{"TableName":"coins","Key":{"id":{"S":"a"}},"UpdateExpression":"SET ${set} = :v","ExpressionAttributeValues":{":v":${nested(levels)}}}`,
      );
    assertRefused(await update(20_000, "v"));
    assert.equal((await update(20, "v")).status, 200);
    assertRefused(await update(20, `v${"[0]".repeat(19)}`));
  });
});
