import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createFunction, type Lab, lab } from "./lab";

describe("The code of a function", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
  });
  after(() => at.end());

  const invoke = async (name: string, source: string): Promise<unknown> => {
    const keys = join(at.dir, "cloud", "iam", "keys.json");
    await createFunction(at, name, source, { Environment: { Variables: { KEYS: keys } } });
    const { Payload } = await at.cloud.call(
      "lambda",
      "Invoke",
      { FunctionName: name },
      at.cloud.administrator,
    );
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };

  it("cannot read, list, copy or link the cloud's own files", async () => {
    const found = (await invoke(
      "thief",
      `const fs = require("node:fs");
       const path = require("node:path");
       const { KEYS } = process.env;
       const target = path.join(require("node:os").tmpdir(), "stolen-" + process.pid + "-");
       const ways = {
         readFileSync: () => fs.readFileSync(KEYS, "utf8"),
         relative: () => fs.readFileSync(path.relative(process.cwd(), KEYS), "utf8"),
         bytes: () => fs.readFileSync(Buffer.from(KEYS), "utf8"),
         url: () => fs.readFileSync(require("node:url").pathToFileURL(KEYS), "utf8"),
         promises: () => fs.promises.readFile(KEYS, "utf8"),
         named: async () => (await import("node:fs/promises")).readFile(KEYS, "utf8"),
         stream: () => new Promise((resolve, reject) =>
           fs.createReadStream(KEYS).on("data", resolve).on("error", reject)),
         callback: () => new Promise((resolve, reject) =>
           fs.readFile(KEYS, (error, data) => (error ? reject(error) : resolve(data)))),
         open: () => fs.openSync(KEYS, "r"),
         list: () => fs.readdirSync(path.dirname(KEYS)),
         copy: () => fs.copyFileSync(KEYS, target + "copy"),
         symlink: () => {
           fs.rmSync(target + "link", { force: true });
           fs.symlinkSync(KEYS, target + "link");
           return fs.readFileSync(target + "link", "utf8");
         },
         require: () => require(KEYS),
       };
       exports.handler = async () => {
         const out = {};
         for (const [name, way] of Object.entries(ways))
           out[name] = await Promise.resolve().then(way).then(() => "read", (error) => error.code);
         return out;
       };`,
    )) as Record<string, string>;
    assert.deepEqual(
      Object.entries(found).filter(([, code]) => code !== "EACCES"),
      [],
    );
    assert.match(readFileSync(join(at.dir, "cloud", "iam", "keys.json"), "utf8"), /tokenSecret/);
  });

  it("reads its own files, and writes and reads temporary files", async () => {
    const text = await invoke(
      "honest",
      `const fs = require("node:fs");
       const path = require("node:path");
       exports.handler = async () => {
         const file = path.join(fs.mkdtempSync(path.join(require("node:os").tmpdir(), "fn-")), "a");
         fs.writeFileSync(file, "written");
         const own = fs.readFileSync(path.join(process.env.LAMBDA_TASK_ROOT, "index.js"), "utf8");
         const read = await fs.promises.readFile(file, "utf8");
         fs.rmSync(path.dirname(file), { recursive: true });
         return [read, own.includes("exports.handler")];
       };`,
    );
    assert.deepEqual(text, ["written", true]);
  });
});
