import { strict as assert } from "node:assert";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { firehoseService, kinesisService } from "../../../../tools/agent/send/services";

describe("A service that does not answer", () => {
  for (const [name, make] of [
    ["Kinesis", kinesisService],
    ["Firehose", firehoseService],
  ] as const)
    it(`is given up in time, and the next call to ${name} goes over a connection of its own`, async () => {
      const sockets: Socket[] = [];
      const server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
      await once(server, "listening");
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
      const { put, close } = make({ endpoint, region: "us-east-1", credentials }, "events", 100);
      const entry = { data: Buffer.from("line\n"), partitionKey: "1", items: [] };
      const signal = new AbortController().signal;
      try {
        await assert.rejects(put([entry], signal), { name: "TimeoutError" });
        await assert.rejects(put([entry], signal), { name: "TimeoutError" });
        assert.equal(sockets.length, 2);
      } finally {
        close();
        for (const socket of sockets) socket.destroy();
        await new Promise((done) => server.close(done));
      }
    });
});
