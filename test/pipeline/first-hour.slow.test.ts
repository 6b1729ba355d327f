import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { runningCloud } from "../../packages/pocket-cloud";
import { temporaryDirectory } from "../support/temporary";
import { type Finished, pricelake } from "./command";

const root = join(__dirname, "../..");
const ROWS = Number(process.env.FIRST_HOUR_ROWS ?? 100_000);
/** Two seconds, and more on a machine that runs other tests meanwhile. */
const LONGEST_SILENCE_MS = 10_000;

/** `npm start` as a person runs it, with the longest silence before it is ready. */
class Start {
  stdout = "";
  stderr = "";
  silence = 0;
  #heard = Date.now();
  readonly #child: ChildProcess;

  constructor(args: readonly string[]) {
    const { AWS_ENDPOINT_URL: _unset, ...env } = process.env;
    this.#child = spawn(
      process.execPath,
      ["--import", "tsx", "tools/main.ts", "start", "--port", "0", ...args],
      {
        cwd: root,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#child.stdout?.on("data", (text) => {
      this.#hear();
      this.stdout += text;
    });
    this.#child.stderr?.on("data", (text) => {
      this.#hear();
      this.stderr += text;
    });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #hear(): void {
    if (!this.stdout.includes("ready ")) this.silence = Math.max(this.silence, Date.now() - this.#heard);
    this.#heard = Date.now();
  }

  async ready(): Promise<this> {
    while (!this.stdout.includes("ready http://127.0.0.1:")) {
      assert.equal(this.#child.exitCode, null, this.stderr);
      await new Promise((go) => setTimeout(go, 50));
    }
    assert.ok(this.silence < LONGEST_SILENCE_MS, `silent for ${this.silence} ms:\n${this.stderr}`);
    return this;
  }

  /** Presses Ctrl-C: the command ends within seconds, with 130. */
  async stop(): Promise<void> {
    const began = Date.now();
    this.#child.kill("SIGINT");
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    assert.equal(this.#child.exitCode, 130, this.stderr);
    assert.ok(Date.now() - began < 20_000, `the stop took ${Date.now() - began} ms`);
    assertNoStack(this.stderr);
  }
}

const assertNoStack = (stderr: string): void => assert.doesNotMatch(stderr, /^\s+at .*:\d+:\d+\)?$/m);

describe("The first hour with pricelake", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  const inDir = ["--dir", dir.path];
  const starts: Start[] = [];
  const begin = (...args: string[]): Promise<Start> => {
    const started = new Start([...inDir, ...args]);
    starts.push(started);
    return started.ready();
  };
  const start = () => begin("--hours", "1");
  after(async () => {
    for (const each of starts) each.kill();
    await new Promise((go) => setTimeout(go, 500));
    dir.remove();
  });
  const command = async (...args: string[]): Promise<Finished> => {
    const finished = await pricelake([...args, ...inDir]);
    assertNoStack(finished.stderr);
    return finished;
  };

  it("starts, stops and starts again", async () => {
    await (await start()).stop();
    const again = await start();
    assert.match(again.stderr, /--hours 1 is ignored: this directory is played until/);
    await again.stop();
  });

  it(`starts again after the replay of ${ROWS} rows`, async () => {
    const file = join(dir.path, "orders.csv");
    writeFileSync(file, orders(ROWS));
    const running = await start();
    const replayed = await command("replay", file, "--feed", "retail");
    assert.equal(replayed.code, 0, replayed.stderr);
    await running.stop();
    const again = await start();
    assert.doesNotMatch(again.stderr, /the counts could not be read/);
    await again.stop();
  });

  it("restores a table that was dropped, with its data", async () => {
    const rows = async () => {
      const { code, stdout, stderr } = await command("report", "latest-prices", "--format", "csv");
      assert.equal(code, 0, stderr);
      return stdout.trim().split("\n").length;
    };
    const running = await start();
    const before = await rows();
    const cloud = runningCloud(dir.path) ?? assert.fail();
    const glue = new GlueClient(cloud);
    await glue.send(new DeleteTableCommand({ DatabaseName: "pricelake_local", Name: "crypto_csv" }));
    glue.destroy();
    await running.stop();
    const again = await start();
    assert.match(again.stderr, /restored .*crypto.*: it had been deleted/);
    assert.ok((await rows()) >= before);
    await again.stop();
  });

  it("names a truncated state file, and begins anew with --fresh", async () => {
    const path = join(dir.path, "stack.json");
    writeFileSync(path, readFileSync(path, "utf8").slice(0, 1000));
    const refused = await command("start", "--once", "--port", "0");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /stack\.json is damaged .* "npm start -- --fresh" deletes everything in/);
    const asked = await command("start", "--once", "--fresh", "--port", "0");
    assert.equal(asked.code, 2);
    const fresh = await command(
      "start",
      "--once",
      "--fresh",
      "--yes",
      "--json",
      "--hours",
      "1",
      "--port",
      "0",
    );
    assert.equal(fresh.code, 0, fresh.stderr);
    const { failures } = JSON.parse(fresh.stdout) as { failures: { functions: object } };
    assert.deepEqual(failures.functions, {});
  });

  it("ends within seconds while it polls the real market, reached or not", async () => {
    const live = await begin("--live");
    await new Promise((go) => setTimeout(go, 70_000));
    await live.stop();
    await (await start()).stop();
  });
});

/** Orders of one day as the Online Retail file has them. */
function orders(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const minute = String(i % 60).padStart(2, "0");
    const hour = String(8 + (Math.floor(i / 60) % 10)).padStart(2, "0");
    return `${600_000 + Math.floor(i / 4)},S${10_000 + (i % 997)},Lantern ${i % 97},${1 + (i % 9)},2011-11-0${1 + (i % 9)} ${hour}:${minute}:00,${(i % 500) / 100 + 0.5},${12_000 + (i % 3000)},United Kingdom`;
  });
  return `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n${lines.join("\n")}\n`;
}
