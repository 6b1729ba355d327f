import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { Faults } from "../faults";
import { temporaryDirectory } from "./temporary";

const program = join(__dirname, "..", "..", "..", "tools", "main.ts");

/** `npm run cloud` with further arguments, for as long as `use` takes. */
async function withCloud(args: readonly string[], use: (endpoint: string) => Promise<void>): Promise<void> {
  const directory = temporaryDirectory();
  const child = spawn(
    process.execPath,
    ["--no-warnings", "--import", "tsx", program, "cloud", "--port", "0", "--dir", directory.path, ...args],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    await use(line.toString().trim().replace("ready ", ""));
  } finally {
    child.kill("SIGINT");
    await once(child, "exit");
    directory.remove();
  }
}

/** Makes a few calls; "x" for each that an injected fault hits, "." for the others. */
async function strikes(endpoint: string): Promise<string> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const kinesis = new KinesisClient({ endpoint, credentials, region: "us-east-1", maxAttempts: 1 });
  let pattern = "";
  for (let i = 0; i < 24; i++)
    pattern += await kinesis.send(new ListStreamsCommand({})).then(
      () => ".",
      (error: Error) => (error.name === "Boom" ? "x" : error.name),
    );
  kinesis.destroy();
  return pattern;
}

describe("npm run cloud", function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  after(() => directory.remove());

  it("accepts the keys test/test, and injects the faults of a file with its seed", async () => {
    const path = join(directory.path, "faults.json");
    const fault = { kind: "error", code: "Boom", status: 400 } as const;
    const rules = [{ service: "kinesis", operation: "*", rate: 0.5, fault }];
    writeFileSync(path, JSON.stringify({ rules, seed: 7 }));
    const replayed = new Faults();
    replayed.set(rules, 7);
    const expected = Array.from({ length: 24 }, () => (replayed.next("kinesis", "ListStreams") ? "x" : "."));
    await withCloud(["--faults", path], async (endpoint) =>
      assert.equal(await strikes(endpoint), expected.join("")),
    );
  });
});
