"use strict";
const util = require("node:util");
const { isMainThread } = require("node:worker_threads");

/**
 * Loaded into the program's process before the language runtime. The runtime prints errors by util.inspect with
 * colours, and in Node 20 that never ends once a stack has a file right under a scope's folder, as the runtime's own
 * source maps make it have (node_modules/@pulumi/resource.ts): no colours, and no maps for the runtime.
 */
const { inspect } = util;
util.inspect = Object.assign((value, options) => inspect(value, { ...options, colors: false }), inspect);

const maps = require.resolve("source-map-support/register", { paths: [require.resolve("@pulumi/pulumi")] });
require.cache[maps] = Object.assign(new module.constructor(maps), { filename: maps, loaded: true });

// Whoever runs the program holds the other end. When they are gone, killed even, there is nobody to run it for; left
// alone, it would ask the engine that is no more for ever.
// Threads of the program load this too, and have no input.
if (isMainThread)
  process.stdin
    .on("close", () => process.kill(process.pid, "SIGKILL"))
    .resume()
    .unref();
