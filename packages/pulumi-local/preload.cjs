"use strict";
/** Loaded into the program's process before Pulumi's language runtime. Worker threads need none of it. */
const { existsSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const util = require("node:util");
const { setFlagsFromString } = require("node:v8");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) {
  optimizeLater();
  keepCompiledCode();
  const resolveSdk = (path) => require.resolve(`@pulumi/pulumi/${path}`, { paths: [process.cwd()] });
  printErrorsWithoutColors(resolveSdk);
  skipUnusedModules(resolveSdk);
  countResources(resolveSdk);
  exitWithEngine();
}

/**
 * A program runs once, and most of what V8 optimizes in it has soon done its work. Here a function runs four times as long
 * before it is optimized, which saves a tenth of a preview's processor time. The flag's name depends on the version of V8.
 */
function optimizeLater() {
  const ofTurbofan = "--invocation-count-for-turbofan=12000";
  const flags = { 20: "--interrupt-budget=270000", 22: ofTurbofan, 24: ofTurbofan };
  const flag = flags[process.versions.node.split(".")[0]];
  if (flag !== undefined) setFlagsFromString(flag);
}

/**
 * Node 22 keeps the compiled code of modules in a folder. That saves a third of the time in which Pulumi's SDK loads. The
 * folder belongs to the program: another user of the machine must not be able to write to it.
 */
function keepCompiledCode() {
  const modules = join(process.cwd(), "node_modules");
  if (existsSync(modules)) Module.enableCompileCache?.(join(modules, ".cache", "pulumi-local"));
}

/**
 * The runtime prints errors with util.inspect and colors. In Node 20 that never returns when a stack frame names a file
 * directly in a scope's folder (node_modules/@pulumi/resource.ts), which the runtime's own source maps produce. So:
 * no colors, and no source maps for the runtime.
 */
function printErrorsWithoutColors(resolveSdk) {
  const { inspect } = util;
  util.inspect = Object.assign((value, options) => inspect(value, { ...options, colors: false }), inspect);
  const maps = require.resolve("source-map-support/register", { paths: [resolveSdk("index.js")] });
  require.cache[maps] = Object.assign(new module.constructor(maps), { filename: maps, loaded: true });
}

/** Saves more than half the start-up time of a program with three hundred resources. */
function skipUnusedModules(resolveSdk) {
  // Used only to serialize functions, and the provider's services that the program does not name.
  loadLazily([
    [/@pulumi\/pulumi\/index\.js$/, /^\.\/automation$/],
    [/@pulumi\/pulumi\/cmd\/run\/tracing\.js$/, /^@opentelemetry\/(?!api$)/],
    [
      /@pulumi\/pulumi\/runtime\/closure\/codePaths\.js$/,
      /^(@npmcli\/arborist|normalize-package-data|fdir)$/,
    ],
    [/@pulumi\/aws\/index\.js$/, /^\.\/\w+$/],
  ]);
  // Serializing functions attaches a debugger. Without this it is attached at start-up instead of at first use.
  require(resolveSdk("runtime/closure/v8Hooks")).isInitializedAsync = async () => {};
  // The runtime records a source-mapped stack trace for each resource and promise, which is never printed here.
  require(resolveSdk("resource")).Resource.stackTrace = () => [];
  const debuggable = require(resolveSdk("runtime/debuggable"));
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
 * Sends the number of declared resources to the engine. A resource is declared when it is constructed, and registered
 * when its inputs are known: the engine could not tell how many are to come.
 */
function countResources(resolveSdk) {
  if (!process.send) return;
  const runtime = require(resolveSdk("runtime/resource"));
  const { registerResource } = runtime;
  let count = 0;
  let announced = false;
  runtime.registerResource = (resource, parent, type, name, custom, ...rest) => {
    if (custom && !type.startsWith("pulumi:providers:")) count++;
    if (!announced) {
      announced = true;
      setImmediate(() => {
        announced = false;
        if (process.connected) process.send(count, () => {});
      });
    }
    return registerResource(resource, parent, type, name, custom, ...rest);
  };
}

/** The engine keeps this process's stdin open. It closes when the engine exits or is killed, and so ends the program. */
function exitWithEngine() {
  process.stdin
    .on("close", () => process.kill(process.pid, "SIGKILL"))
    .resume()
    .unref();
}

/** Defers `require` calls: `rules` are pairs of the requiring file and the request. A module loads at first access. */
function loadLazily(rules) {
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    const isLazy = rules.some(([file, what]) => what.test(request) && file.test(parent?.filename ?? ""));
    return isLazy
      ? lazyModule(() => load.call(this, request, parent, false))
      : load.call(this, request, parent, isMain);
  };
}

/** Claims to be an ES module: the SDKs' import helpers copy the members of any other module, which would load it. */
function lazyModule(load) {
  let module;
  const loaded = () => (module ??= load());
  const defaultOf = (found) => (found.__esModule ? found.default : found);
  return new Proxy(
    {},
    {
      get: (_, key) =>
        key === "__esModule" ? true : key === "default" ? defaultOf(loaded()) : loaded()[key],
      has: (_, key) => key in loaded(),
      ownKeys: () => Reflect.ownKeys(loaded()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Object.getOwnPropertyDescriptor(loaded(), key);
        return found && { ...found, configurable: true };
      },
    },
  );
}
