/**
 * Runs inside a worker thread: loads the function's code and handles invocations. Plain JavaScript, so that the thread
 * starts without a compiler. It communicates with the host through `workerData` and the messages of its port only.
 */
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { scheduler } = require("node:timers/promises");
const { format } = require("node:util");
const { getHeapStatistics, setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");
const { parentPort, workerData } = require("node:worker_threads");

require("./private-files.js").protect(workerData.stateDir, workerData.root);

const RealDate = Date;
let epoch = workerData.now;
let started = performance.now();
let requestId = "";
/** Time of the invocation that is over at `started`. */
let spent = 0;
/** Whether waits of this invocation pass on the cloud's clock. */
let waits = false;
const waiting = new Map();

/** The cloud's time at the start of the invocation plus the real time since then. */
const now = () => Math.floor(epoch + performance.now() - started);

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(
      target,
      args.length === 0 ? [now()] : args,
      newTarget === globalThis.Date ? target : newTarget,
    ),
  get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});

const realWait = scheduler.wait.bind(scheduler);

/** On a simulated clock, time must move on for what waits for a point in time. Timers for retries stay real. */
scheduler.wait = (delay, options) => {
  if (!waits || options?.signal) return realWait(delay, options);
  return new Promise((resolve) => {
    const id = waiting.size;
    waiting.set(id, resolve);
    parentPort.postMessage({ type: "wait", requestId, id, until: now() + Math.ceil(delay), delay });
  });
};

function resume(message) {
  spent += Math.max(0, message.now - epoch);
  epoch = Math.max(epoch, message.now);
  started = performance.now();
  waiting.get(message.id)?.();
}

const emit = (message) => parentPort.postMessage({ type: "log", at: now(), message });

const write = (chunk, encoding, done) => {
  emit(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
  const callback = typeof encoding === "function" ? encoding : done;
  if (callback) queueMicrotask(callback);
  return true;
};
process.stdout.write = write;
process.stderr.write = write;

const levels = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
for (const [method, level] of Object.entries(levels)) console[method] = (...args) => emit(line(level, args));

function line(level, args) {
  const timestamp = new RealDate(now()).toISOString();
  if (workerData.logFormat !== "JSON")
    return `${timestamp}\t${requestId || "undefined"}\t${level}\t${format(...args).replaceAll("\n", "\r")}`;
  const [first] = args;
  const structured =
    args.length === 1 && typeof first === "object" && first !== null && !(first instanceof Error);
  const entry = { timestamp, level, requestId, message: structured ? first : format(...args) };
  if (first instanceof Error)
    Object.assign(entry, { errorType: first.name, errorMessage: first.message, stackTrace: traceOf(first) });
  return JSON.stringify(entry);
}

const logError = (...args) => emit(line("ERROR", args));

const traceOf = (error) => String(error?.stack ?? "").split("\n");

const errorFields = (error) =>
  error instanceof Error || typeof error?.message === "string"
    ? { errorType: error.name ?? "Error", errorMessage: String(error.message), trace: traceOf(error) }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const runtimeError = (errorType, errorMessage) => ({ errorType, errorMessage, trace: [] });

async function load() {
  const [, folder, name, exported] = /^(.*?)([^/]+?)\.([^/]+)$/.exec(workerData.handler) ?? [];
  const stem = join(workerData.root, folder ?? "", name ?? "");
  const extension = [".js", ".mjs", ".cjs"].find((candidate) => existsSync(stem + candidate));
  if (!extension)
    throw runtimeError("Runtime.ImportModuleError", `Error: Cannot find module '${(folder ?? "") + name}'`);
  let module;
  try {
    module = extension === ".mjs" ? await import(pathToFileURL(stem + extension)) : require(stem + extension);
  } catch (error) {
    if (error?.code === "ERR_REQUIRE_ESM") module = await import(pathToFileURL(stem + extension));
    else if (error instanceof SyntaxError)
      throw runtimeError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    else if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND")
      throw runtimeError("Runtime.ImportModuleError", `Error: ${error.message}`);
    else throw error;
  }
  const handler = exported.split(".").reduce((value, key) => value?.[key] ?? value?.default?.[key], module);
  if (typeof handler !== "function")
    throw runtimeError("Runtime.HandlerNotFound", `${workerData.handler} is undefined or not exported`);
  return handler;
}

function contextOf(call, settle) {
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: call.functionArn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: call.requestId,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: call.clientContext,
    identity: undefined,
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.floor(call.timeout - spent - (performance.now() - started))),
    done: (error, result) => settle(error, result),
    fail: (error) => settle(error ?? new Error("handled")),
    succeed: (result) => settle(null, result),
  };
}

/** The handler's result: by promise, by callback, or undefined when the event loop is empty. */
function run(handler, call) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) =>
      error === null || error === undefined ? resolve(result) : reject(error);
    const returned = handler(call.event, contextOf(call, settle), settle);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
    else if (handler.length < 3 && returned !== undefined) resolve(returned);
    else waitForIdle(resolve);
  });
}

function waitForIdle(resolve) {
  const busy = process.getActiveResourcesInfo().some((resource) => resource !== "MessagePort");
  if (!busy) setImmediate(() => resolve(undefined));
  else setTimeout(waitForIdle, 5, resolve).unref();
}

function serialise(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch (error) {
    throw runtimeError("Runtime.MarshalError", `Unable to stringify response body: ${error.message}`);
  }
}

/**
 * V8 collects garbage when a heap grows, so that the heaps of idle environments keep what their last invocation left:
 * with many functions some hundred megabytes. A collection after each busy time returns it.
 */
const collectGarbage = findGarbageCollector();
const IDLE_MS = 1000;
let idle;

/** V8's flags are those of the process: another environment that starts at the same time may reset the flag first. */
function findGarbageCollector() {
  for (let tries = 0; tries < 20; tries++) {
    setFlagsFromString("--expose-gc");
    try {
      return runInNewContext("gc");
    } catch {
      // Tried again.
    } finally {
      setFlagsFromString("--no-expose-gc");
    }
  }
  return () => {};
}

const heap = () => getHeapStatistics().used_heap_size;

const fatal = (errorType) => (error) => {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const cause = errorType
    ? { ...runtimeError(errorType, message), trace: traceOf(error) }
    : errorFields(error);
  logError(errorType ? "Unhandled Promise Rejection" : "Uncaught Exception", JSON.stringify(cause));
  parentPort.postMessage({ type: "fatal", error: cause });
};
process.on("unhandledRejection", fatal("Runtime.UnhandledPromiseRejection"));
process.on("uncaughtException", fatal());

const loading = load().then(
  (handler) => {
    parentPort.postMessage({ type: "ready" });
    return { handler };
  },
  (error) => {
    const cause = error.errorType ? error : errorFields(error);
    emit(
      `${new RealDate(now()).toISOString()}\tundefined\tERROR\tUncaught Exception\t${JSON.stringify(cause)}`,
    );
    parentPort.postMessage({ type: "broken", error: cause });
    return {};
  },
);

parentPort.on("message", async (call) => {
  if (call.type === "resume") return resume(call);
  const { handler } = await loading;
  if (!handler) return;
  clearTimeout(idle);
  requestId = call.requestId;
  epoch = call.now;
  started = performance.now();
  spent = 0;
  waits = call.waits;
  waiting.clear();
  if (call.traceId) process.env._X_AMZN_TRACE_ID = call.traceId;
  try {
    if (call.delay) await new Promise((resolve) => setTimeout(resolve, call.delay));
    const payload = serialise(await run(handler, { ...call, event: JSON.parse(call.payload) }));
    parentPort.postMessage({ type: "result", requestId: call.requestId, payload, heap: heap() });
  } catch (error) {
    const cause = error?.errorType ? error : errorFields(error);
    logError("Invoke Error", JSON.stringify(cause));
    parentPort.postMessage({ type: "error", requestId: call.requestId, error: cause, heap: heap() });
  }
  idle = setTimeout(collectGarbage, IDLE_MS).unref();
});
