import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Lab, lab, zipOf } from "./lab";

const hasPython = spawnSync("python3", ["-c", ""]).status === 0;

describe("Lambda functions in Python", () => {
  let at: Lab;
  let lambda: LambdaClient;
  before(async function () {
    if (!hasPython) this.skip();
    at = await lab();
    lambda = new LambdaClient({ ...at.client, maxAttempts: 1 });
  });
  after(async () => {
    lambda?.destroy();
    await at?.end();
  });

  let made = 0;
  const create = async (source: string, settings: object = {}) => {
    const FunctionName = `f${made++}`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role: at.role,
        Runtime: "python3.13",
        Handler: "app.handler",
        Code: { ZipFile: zipOf({ "app.py": source }) },
        // Python starts within 3 seconds, the default, only on a machine without other work.
        Timeout: 60,
        ...settings,
      }),
    );
    return FunctionName;
  };
  const invoke = async (FunctionName: string, event: unknown = {}) => {
    const answer = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), LogType: "Tail" }),
    );
    return {
      error: answer.FunctionError,
      value: JSON.parse(answer.Payload?.transformToString() ?? "null"),
      tail: Buffer.from(answer.LogResult ?? "", "base64").toString(),
    };
  };

  it("get the event and the context, keep their process, and see the cloud's time", async () => {
    const name = await create(
      `import datetime, os, time
count = 0
def handler(event, context):
    global count
    count += 1
    return [event["x"], count, context.function_name, context.memory_limit_in_mb, os.environ["FEED"],
            datetime.datetime.utcnow().isoformat()[:13], int(time.time()) // 3600,
            0 < context.get_remaining_time_in_millis() <= 60_000, "HOME" in os.environ]`,
      { Environment: { Variables: { FEED: "crypto" } } },
    );
    const hour = Date.UTC(2026, 0, 15, 12) / 3_600_000;
    for (const count of [1, 2])
      assert.deepEqual((await invoke(name, { x: "ü" })).value, [
        "ü",
        count,
        name,
        "128",
        "crypto",
        "2026-01-15T12",
        hour,
        true,
        false,
      ]);
  });

  it("write print and logging to the log tail, between START and REPORT", async () => {
    const name = await create(
      `import logging
logging.getLogger().setLevel("INFO")
def handler(event, context):
    print("printed")
    logging.info("logged %s", 7)`,
    );
    const { value, tail } = await invoke(name);
    assert.equal(value, null);
    const lines = tail.trimEnd().split("\n");
    assert.match(lines[0] ?? "", /^START RequestId: \S+ Version: \$LATEST$/);
    assert.equal(lines[1], "printed");
    assert.match(lines[2] ?? "", /^\[INFO\]\t2026-01-15T12:\d\d:\d\d\.\d{3}Z\t\S{36}\tlogged 7$/);
    assert.match(
      lines[4] ?? "",
      /^REPORT RequestId: \S+\tDuration: .* ms\t.*Memory Size: 128 MB\tMax Memory Used: [1-9]\d* MB/,
    );
  });

  it("return errors with Python's type, message and trace", async () => {
    const name = await create("def handler(event, context):\n    raise ValueError('no price')");
    const { error, value, tail } = await invoke(name);
    assert.equal(error, "Unhandled");
    assert.equal(value.errorType, "ValueError");
    assert.equal(value.errorMessage, "no price");
    assert.match(value.stackTrace[0], /app\.py", line 2, in handler/);
    assert.match(tail, /^\[ERROR\] ValueError: no price\nTraceback \(most recent call last\):$/m);
  });

  it("return Lambda's errors for code that cannot be loaded, and results that are not JSON", async () => {
    const typeAndMessage = async (source: string, settings: object = {}) => {
      const { value } = await invoke(await create(source, settings));
      return [value.errorType, value.errorMessage];
    };
    assert.deepEqual(await typeAndMessage("import nothing_like_this"), [
      "Runtime.ImportModuleError",
      "Unable to import module 'app': No module named 'nothing_like_this'",
    ]);
    assert.deepEqual(await typeAndMessage("x = 1"), [
      "Runtime.HandlerNotFound",
      "Handler 'handler' missing on module 'app'",
    ]);
    assert.deepEqual(await typeAndMessage("def handler(e, c):\n    return {1, 2}"), [
      "Runtime.MarshalError",
      "Unable to marshal response: Object of type set is not JSON serializable",
    ]);
  });

  it("end at their timeout, at their memory, and with the process, and run again afterwards", async () => {
    const source = `import os, time
def handler(event, context):
    if event == "sleep": time.sleep(60)
    if event == "fill": return len(bytearray(2_000_000_000))
    if event == "exit": os._exit(3)
    return "fine"`;
    const failed = async (name: string, event: string) => {
      const { value } = await invoke(name, event);
      return [value.errorType, value.errorMessage.replace(/^RequestId: \S+ /, "")];
    };
    // Long enough for a call that returns at once, on a machine with other work.
    const short = await create(source, { Timeout: 4 });
    assert.deepEqual(await failed(short, "sleep"), [
      "Sandbox.Timedout",
      "Error: Task timed out after 4.00 seconds",
    ]);
    assert.equal((await invoke(short, "x")).value, "fine");
    const name = await create(source, { Timeout: 60 });
    if (process.platform === "linux")
      assert.deepEqual(await failed(name, "fill"), [
        "Runtime.OutOfMemory",
        "Error: Runtime exited with error: signal: killed",
      ]);
    assert.deepEqual(await failed(name, "exit"), [
      "Runtime.ExitError",
      "Error: Runtime exited with error: exit status 3",
    ]);
    assert.equal((await invoke(name, "x")).value, "fine");
  });

  it("cannot open the cloud's own files", async () => {
    const keys = join(at.dir, "cloud", "iam", "keys.json");
    const name = await create("def handler(path, context):\n    return open(path).read()");
    const { value } = await invoke(name, keys);
    assert.equal(value.errorType, "PermissionError");
  });

  it("of other runtimes are refused", () =>
    assert.rejects(create("", { Runtime: "ruby3.4" }), {
      name: "NotImplementedException",
      message: "The embedded cloud does not support the runtime ruby3.4",
    }));
});
