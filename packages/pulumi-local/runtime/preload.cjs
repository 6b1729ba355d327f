"use strict";
const util = require("node:util");
const { isMainThread } = require("node:worker_threads");
const { lazily } = require("./lazily.cjs");

/** Loaded into the program's process before the language runtime; its threads have no use for any of this. */
if (isMainThread) {
  const sdk = (path) => require.resolve(`@pulumi/pulumi/${path}`, { paths: [process.cwd()] });
  tellErrorsPlainly(sdk);
  leaveOutWhatNobodyUses(sdk);
  endWithTheEngine();
}

/**
 * The runtime prints errors by util.inspect with colours, and in Node 20 that never ends once a stack has a file right
 * under a scope's folder, as the runtime's own source maps make it have (node_modules/@pulumi/resource.ts): no
 * colours, and no maps for the runtime.
 */
function tellErrorsPlainly(sdk) {
  const { inspect } = util;
  util.inspect = Object.assign((value, options) => inspect(value, { ...options, colors: false }), inspect);
  const maps = require.resolve("source-map-support/register", { paths: [sdk("index.js")] });
  require.cache[maps] = Object.assign(new module.constructor(maps), { filename: maps, loaded: true });
}

/** More than half of what a program of three hundred resources takes otherwise. */
function leaveOutWhatNobodyUses(sdk) {
  // For programs that pack their own functions, and all of the provider's services but those a program names.
  lazily([
    [/@pulumi\/pulumi\/index\.js$/, /^\.\/automation$/],
    [/@pulumi\/pulumi\/cmd\/run\/tracing\.js$/, /^@opentelemetry\/(?!api$)/],
    [
      /@pulumi\/pulumi\/runtime\/closure\/codePaths\.js$/,
      /^(@npmcli\/arborist|normalize-package-data|fdir)$/,
    ],
    [/@pulumi\/aws\/index\.js$/, /^\.\/\w+$/],
  ]);
  // A debugger, attached for the same programs before they ask; it is attached when they do.
  require(sdk("runtime/closure/v8Hooks")).isInitializedAsync = async () => {};
  // Where each resource and each promise comes from: thousands of stacks with source maps, and nobody to tell.
  require(sdk("resource")).Resource.stackTrace = () => [];
  const debuggable = require(sdk("runtime/debuggable"));
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

/**
 * Whoever runs the program holds the other end of its input. When they are gone, killed even, there is nobody to run
 * it for; left alone, it would ask the engine that is no more for ever.
 */
function endWithTheEngine() {
  process.stdin
    .on("close", () => process.kill(process.pid, "SIGKILL"))
    .resume()
    .unref();
}
