import { strict as assert } from "node:assert";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { startCloud } from "../../packages/pocket-cloud";
import { temporaryDirectory } from "../support/temporary";
import { pricelake } from "./command";

describe("A port in use", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  it("is reported in one line that names it", async () => {
    const { port, close } = await occupied();
    const { code, stderr } = await pricelake(["cloud", "--port", String(port), "--dir", dir.path]);
    await close();
    assert.equal(
      stderr,
      `pricelake: port ${port} of 127.0.0.1 is in use; choose another with --port, or 0 for a free one\n`,
    );
    assert.equal(code, 1);
  });
});

async function occupied() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(resolve)) };
}

describe("A state directory in use", () => {
  const dir = temporaryDirectory();
  after(dir.remove);

  it("is refused by npm start and npm run cloud in one line with the holder's pid", async () => {
    const cloud = await startCloud({ dir: dir.path });
    try {
      const commands = [
        { args: ["start", "--once", "--hours", "1"], first: `starting the embedded cloud in ${dir.path}\n` },
        { args: ["cloud"], first: "" },
      ];
      for (const { args, first } of commands) {
        const { code, stdout, stderr } = await pricelake([...args, "--port", "0", "--dir", dir.path]);
        assert.equal(
          // A slow machine has time to say that it loads the program.
          stderr.replace(/^loading the program, \d+ s\n/gm, ""),
          `${first}pricelake: the state directory ${dir.path} is in use by process ${process.pid}; stop it, or choose another with --dir\n`,
        );
        assert.equal(stdout, "");
        assert.equal(code, 1);
      }
      assert.equal(readFileSync(join(dir.path, "lock"), "utf8"), String(process.pid));
    } finally {
      await cloud.stop();
    }
  });
});
