import { strict as assert } from "node:assert";
import nodeModule from "node:module";
import { previewProgram } from "../preview";
import { project } from "./program";

async function outputsOf(source: string) {
  const { dir, remove } = project(source);
  try {
    return (await previewProgram({ dir, stack: "test" })).outputs;
  } finally {
    remove();
  }
}

describe("The program's process", () => {
  it("loads modules for packing, automation, tracing and unused services at first use", async () => {
    const found = await outputsOf(`
      const loaded = (what) => Object.keys(require.cache).some((path) => path.includes("/node_modules/" + what + "/"));
      const rarely = ["@npmcli/arborist", "@pulumi/pulumi/automation", "@opentelemetry/sdk-trace-base", "@pulumi/aws/rds"];
      new aws.sqs.Queue("jobs", { name: "jobs" });
      exports.first = rarely.filter(loaded);
      const { Instance } = aws.rds;
      exports.database = typeof Instance;
      exports.services = ["Queue" in aws.sqs, Object.keys(aws.sqs).includes("QueuePolicy"), typeof { ...aws.sns }.Topic];
      exports.automation = typeof pulumi.automation.LocalWorkspace.create;
      const packed = pulumi.runtime.computeCodePaths({ extraIncludePackages: ["ini"] });
      exports.packed = packed.then((paths) => [...paths.keys()].map((path) => path.replace(/.*node_modules/, "")));
      exports.afterwards = packed.then(() => rarely.filter(loaded));
    `);
    assert.deepEqual(found, {
      first: [],
      database: "function",
      services: [true, true, "function"],
      automation: "function",
      packed: ["/ini"],
      afterwards: ["@npmcli/arborist", "@pulumi/pulumi/automation", "@pulumi/aws/rds"],
    });
  });

  it("keeps compiled code in the program's own folder, where Node can", async () => {
    const { compiled } = await outputsOf(
      `exports.compiled = require("node:module").getCompileCacheDir?.() ?? "nowhere";`,
    );
    const canKeep = "enableCompileCache" in nodeModule;
    assert.match(String(compiled), canKeep ? /\/node_modules\/\.cache\/pulumi-local(\/|$)/ : /^nowhere$/);
  });

  it("keeps the stack traces of a program's errors", async () => {
    await assert.rejects(
      outputsOf(`function openShop() { throw new Error("the shop is shut"); } openShop();`),
      /the shop is shut\n\s+at openShop \(.*index\.js:3:/,
    );
    await assert.rejects(
      outputsOf(`const stock = pulumi.output(1).apply(function count() { throw new Error("miscounted"); });
                 new aws.sqs.Queue("jobs", { name: stock });`),
      /miscounted\n\s+at .*count \(.*index\.js:3:/,
    );
  });
});
