import { strict as assert } from "node:assert";
import { stream } from "../../../tools/stream/command";
import { type TestCloud, testCloud } from "../../support/cloud";
import { temporaryDirectory } from "../../support/temporary";

describe("npm run stream", () => {
  let world: TestCloud;
  const saved: Record<string, string | undefined> = {};
  before(async () => {
    world = await testCloud();
    const { endpoint, region, credentials } = world.cloud;
    const variables = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    for (const [name, value] of Object.entries(variables)) {
      saved[name] = process.env[name];
      process.env[name] = value;
    }
  });
  after(async () => {
    for (const [name, value] of Object.entries(saved))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await world.stop();
  });

  /** Runs the command in this process, and returns what it prints. */
  async function run(...args: string[]): Promise<string> {
    const write = process.stdout.write;
    let printed = "";
    process.stdout.write = ((chunk: string) => {
      printed += chunk;
      return true;
    }) as typeof process.stdout.write;
    try {
      assert.equal(await stream.run(args), 0);
    } finally {
      process.stdout.write = write;
    }
    return printed;
  }

  it("creates a provisioned stream, shows and lists it", async () => {
    const arn = "arn:aws:kinesis:us-east-1:000000000000:stream/gecko";
    assert.equal(
      await run("create", "gecko", "--shards", "1", "--retention", "48"),
      `created gecko: PROVISIONED, 1 shard, ${arn}\n`,
    );
    const { created, ...status } = JSON.parse(await run("status", "gecko", "--json"));
    assert.match(created, /^20\d\d-/);
    assert.deepEqual(status, {
      stream: "gecko",
      status: "ACTIVE",
      mode: "PROVISIONED",
      shards: 1,
      retention: "48 h",
      encryption: "NONE",
      consumers: 0,
      arn,
    });
    assert.match(await run("status", "gecko"), /^stream {7}gecko\nstatus {7}ACTIVE\nmode {9}PROVISIONED\n/);
    assert.equal(await run("list"), `${"gecko".padEnd(40)} ACTIVE PROVISIONED 1 shard 48 h\n`);
  });

  it("creates an on-demand stream without --shards", async () => {
    assert.match(await run("create", "tweets"), /^created tweets: ON_DEMAND, 4 shards, /);
  });

  it("reshards by number, splits and merges", async () => {
    assert.equal(await run("reshard", "gecko", "--shards", "2"), "gecko: 1 → 2 open shards\n");
    assert.equal(
      await run("reshard", "gecko", "--split", "shardId-000000000001"),
      "gecko: 2 → 3 open shards\n",
    );
    assert.equal(await run("reshard", "gecko", "--merge", "3"), "gecko: 3 → 2 open shards\n");
    await assert.rejects(run("reshard", "gecko", "--merge", "1"), {
      exitCode: 1,
      message: /^there is no open shard 1; open: shardId-00000000000\d, shardId-00000000000\d$/,
    });
    await assert.rejects(
      run("reshard", "gecko", "--shards", "9"),
      /UpdateShardCount cannot|TargetShardCount|cannot scale/,
    );
    await assert.rejects(run("reshard", "gecko"), { exitCode: 2 });
  });

  it("deletes only after a confirmation", async () => {
    await assert.rejects(run("delete", "gecko"), {
      exitCode: 3,
      message: "all records of gecko would be lost: add --yes to delete it",
    });
    assert.equal(await run("delete", "gecko", "--yes"), "deleted gecko\n");
    await assert.rejects(run("status", "gecko"), {
      exitCode: 1,
      message: "there is no stream gecko; there are: tweets",
    });
  });

  it("refuses the program's streams, a stream that exists, and wrong words", async () => {
    for (const args of [["create"], ["delete"], ["reshard", "--shards", "2"]])
      await assert.rejects(run(args[0] ?? "", "pricelake-local-posts", ...args.slice(1)), {
        exitCode: 3,
        message: /^pricelake-local-posts is a stream of pricelake's program: /,
      });
    await assert.rejects(run("create", "tweets"), {
      exitCode: 1,
      message: "the stream tweets exists already",
    });
    await assert.rejects(run("drop", "tweets"), {
      exitCode: 2,
      message: 'stream takes list, status, create, reshard, delete, not "drop"; see --help',
    });
    await assert.rejects(run("create"), { exitCode: 2, message: "<name> is missing; see --help" });
    await assert.rejects(run("list", "x"), { exitCode: 2, message: 'unexpected argument "x"; see --help' });
  });

  it("creates a stream in a state directory where no cloud has run", async () => {
    const dir = temporaryDirectory();
    const endpoint = process.env.AWS_ENDPOINT_URL;
    delete process.env.AWS_ENDPOINT_URL;
    try {
      await run("create", "gecko", "--shards", "1", "--dir", dir.path);
      assert.match(await run("list", "--dir", dir.path), /^gecko\b/m);
    } finally {
      process.env.AWS_ENDPOINT_URL = endpoint;
      dir.remove();
    }
  });
});
