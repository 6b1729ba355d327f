import { strict as assert } from "node:assert";
import { once } from "node:events";
import { connect } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import type { Service } from "../../service";
import { openDoor } from "./door";
import { kinesis } from "./kinesis";

describe("An idle HTTP/2 session", () => {
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor([kinesis as Service], { idleConnectionMs: 200 });
  });
  after(async () => door.close());

  it("is closed by the server, with or without an earlier request", async () => {
    for (const first of [false, true]) {
      const session = connect(door.endpoint);
      await once(session, "connect");
      if (first) {
        const request = session.request({ ":path": "/_local/health" });
        request.resume();
        await once(request, "end");
      }
      await Promise.race([
        once(session, "close"),
        sleep(5000, undefined, { ref: false }).then(() => assert.fail("the session is still open")),
      ]);
    }
  });

  it("does not disturb a client that uses it again later", async () => {
    const client = new KinesisClient({
      endpoint: door.endpoint,
      region: "us-east-1",
      credentials: door.credentials,
      maxAttempts: 1,
    });
    for (let round = 0; round < 3; round++) {
      assert.deepEqual((await client.send(new ListStreamsCommand({}))).StreamNames, ["prices"]);
      await sleep(300);
    }
    client.destroy();
  });
});
