import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, hasEngines, kafkaEngine, mongoEngine } from "./engines/engines";
import { pricelake } from "./pipeline/command";
import { sharedDemo } from "./support/demo";
import { loadFactor } from "./support/load";
import { within } from "./tools/agent/running";

const root = join(__dirname, "..");
const page = readFileSync(join(root, "docs/labs.md"), "utf8");

interface Command {
  readonly line: string;
  readonly args: readonly string[];
  readonly untilInterrupted: boolean;
}

/** The commands of a section, in its order. */
function commandsOf(section: string): Command[] {
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = ""]) => block.trimEnd().split("\n"))
    .map((line) => {
      const [, name = "", rest = ""] = /^npm run (\S+) -- (.*?)(?: # Ctrl-C)?$/.exec(line) ?? [];
      assert.ok(name, `not a command: ${line}`);
      const words = [...rest.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
      return { line, args: [name, ...words], untilInterrupted: line.endsWith("# Ctrl-C") };
    });
}

const sections = page.split(/^## /m).slice(1);

/** The commands of README.md's tour that ask the running cloud. */
const [, tour = ""] =
  /^## Five minutes\n([\s\S]*?)^## /m.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
const tourCommands = [...tour.matchAll(/^ +(npm run [^\n]+)$/gm)].map(([, line = ""]) => line);

/** A program of docs/recipes.md. */
const recipe = (title: string): string =>
  new RegExp(`^## ${title}\\n[\\s\\S]*?^\`\`\`python\\n([\\s\\S]*?)^\`\`\``, "m").exec(
    readFileSync(join(root, "docs/recipes.md"), "utf8"),
  )?.[1] ?? "";

describe("docs/labs.md", function () {
  this.timeout(600_000);
  let dir = "";
  before(async () => {
    dir = (await sharedDemo()).dir;
  });
  after(() => rmSync("/tmp/shop-logs", { recursive: true, force: true }));

  /** Runs a command as the page shows it, on the state directory of this test. */
  async function run({ line, args, untilInterrupted }: Command, env: NodeJS.ProcessEnv): Promise<string> {
    const command = args[0] === "mongo" ? args : [...args, "--dir", dir];
    if (!untilInterrupted) {
      const { code, stdout, stderr } = await pricelake(command, env);
      assert.equal(code, 0, `${line}\n${stderr}`);
      return stdout;
    }
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "tools/main.ts", ...command], {
      cwd: root,
      stdio: "ignore",
    });
    const exited = once(child, "exit");
    await sleep(Math.min(30_000, 6000 * loadFactor()));
    child.kill("SIGINT");
    const [code] = await within(100, `${line} ends after Ctrl-C`, exited);
    assert.equal(code, 130, line);
    return "";
  }

  it("README.md: every command of the tour works as printed", async () => {
    const commands = commandsOf(`\`\`\`sh\n${tourCommands.join("\n")}\n\`\`\`\n`);
    assert.deepEqual(
      commands.map(({ args }) => args[0]),
      ["report", "report", "report", "collect", "report", "preview"],
    );
    for (const { line, args } of commands) {
      const { code, stdout, stderr } = await pricelake(
        args[0] === "preview" || args[1] === "list" ? args : [...args, "--dir", dir],
      );
      assert.equal(code, 0, `${line}\n${stderr}`);
      if (args[0] !== "collect") assert.ok(stdout.trimEnd().split("\n").length > 1, `${line}\n${stdout}`);
    }
  });

  it("README.md: the commands of the aws CLI list the buckets and print a query's rows", async function () {
    if (spawnSync("aws", ["--version"]).status !== 0) return this.skip();
    const [, block = ""] = /^ +eval "\$\(npm -s run env\)"\n([\s\S]*?)^ +```/m.exec(tour) ?? [];
    const { stdout: exports } = await pricelake(["env", "--dir", dir]);
    const { status, stdout, stderr } = spawnSync("bash", ["-ec", `${exports}\n${block}`], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /pricelake-local-lake-[^\n]+\n[\s\S]*^coin_id\tprice_usd\n(?:[a-z0-9-]+\t[0-9.E-]+\n)+$/m,
    );
  });

  it("docs/recipes.md: the program for boto3 prints the highest prices", async function () {
    if (spawnSync("python3", ["-c", "import boto3"]).status !== 0) return this.skip();
    const { stdout: exports } = await pricelake(["env", "--dir", dir]);
    const script = `${exports}\npython3 - <<'END'\n${recipe("boto3")}\nEND`;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\['coin_id', 'high'\]\n(\['[a-z0-9-]+', '[0-9.E]+'\]\n){5}$/);
  });

  for (const section of sections) {
    const title = section.slice(0, section.indexOf("\n"));
    it(`${title}: every command works as printed`, async function () {
      const env: NodeJS.ProcessEnv = {};
      const engines: Engine[] = [];
      if (title.includes("Kafka")) {
        if (!hasEngines("kafka", "mongo-server")) return this.skip();
        engines.push(await kafkaEngine(), await mongoEngine());
        await Promise.all(engines.map((engine) => engine.start()));
        env.KAFKA_BOOTSTRAP = engines[0]?.address;
        env.MONGODB_URL = `mongodb://${engines[1]?.address}/lab`;
      }
      try {
        const commands = commandsOf(section);
        assert.ok(commands.length > 2);
        for (const command of commands) {
          const stdout = await run(command, env);
          // Queries and reports have rows.
          if (["report", "mongo"].includes(command.args[0] ?? ""))
            assert.ok(stdout.trimEnd().split("\n").length > 1, `${command.line}\n${stdout}`);
        }
      } finally {
        for (const engine of engines) await engine.remove();
      }
    });
  }
});
