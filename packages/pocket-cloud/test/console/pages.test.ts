import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { costOf, dollars, suggestionsAt } from "../../console/pages/athena/sql";
import { plain } from "../../console/pages/dynamodb/values";
import { faultsOf } from "../../console/pages/faults/faults";
import { missingOf, statementOf } from "../../console/pages/iam/denied";
import { commonPrefix } from "../../console/pages/kit/format";
import { queriesOf, shortLabels } from "../../console/pages/monitoring/widgets";
import { csvRows, hasHeader } from "../../console/pages/preview/csv";
import { lastRun, nextRun } from "../../console/pages/scheduler/runs";
import { buildConsole } from "./built";

describe("Console pages", () => {
  it("have less than 250 KB of scripts and styles, gzipped", () => {
    buildConsole();
    const folder = join(__dirname, "../../console/dist");
    const files = readdirSync(folder).filter((name) => /\.(?:js|css|html)$/.test(name));
    const bytes = files.map((name) => gzipSync(readFileSync(join(folder, name))).byteLength);
    const total = bytes.reduce((sum, each) => sum + each, 0);
    assert.ok(total > 20_000 && total < 250_000, `${total} bytes`);
  });

  describe("Athena's editor", () => {
    const catalogue = {
      tables: [
        { name: "prices", columns: ["coin", "price", "event_time"] },
        { name: "posts", columns: ["author"] },
      ],
    };
    const at = (text: string) => suggestionsAt(text, text.length, catalogue).map(({ text: each }) => each);

    it("completes tables, and columns of the tables in the statement first", () => {
      assert.deepEqual(at("SELECT * FROM p"), ["prices", "posts", "PARTITION"]);
      assert.deepEqual(at("SELECT * FROM prices WHERE p"), ["price", "prices", "posts", "PARTITION"]);
    });

    it("completes only columns of a table after its name and a dot", () => {
      assert.deepEqual(at("SELECT prices."), ["coin", "price", "event_time"]);
      assert.deepEqual(at("SELECT posts.a"), ["author"]);
    });

    it("suggests nothing before a word begins or once it is complete", () => {
      assert.deepEqual(at("SELECT "), []);
      assert.deepEqual(at("SELECT coin FROM prices WHERE coin"), []);
    });

    it("knows what a query costs in AWS", () => {
      assert.equal(costOf(0), 0);
      assert.equal(dollars(costOf(1)), "$0.000048");
      assert.equal(dollars(costOf(1024 ** 4)), "$5.00");
    });
  });

  describe("previews of CSV", () => {
    it("read quoted cells with commas, quotes and line breaks", () => {
      assert.deepEqual(csvRows('a,"b,""c""\nd"\r\n1,2\n', 10), [
        ["a", 'b,"c"\nd'],
        ["1", "2"],
      ]);
    });

    it("stop after a number of rows", () => {
      assert.deepEqual(csvRows("1\n2\n3", 2), [["1"], ["2"]]);
    });

    it("know a header by its names", () => {
      assert.equal(
        hasHeader([
          ["coin", "price"],
          ["bitcoin", "1"],
        ]),
        true,
      );
      assert.equal(
        hasHeader([
          ["bitcoin", "1"],
          ["ethereum", "2"],
        ]),
        false,
      );
      assert.equal(
        hasHeader([
          ["coin", "coin"],
          ["bitcoin", "2"],
        ]),
        false,
      );
    });
  });

  describe("dashboards", () => {
    const widget = (metrics: unknown[][]) => ({
      type: "metric",
      properties: { metrics, stat: "Sum", period: 60 },
    });

    it("read metrics whose parts repeat those of the metric before", () => {
      const queries = queriesOf(
        widget([
          ["AWS/Lambda", "Errors", "FunctionName", "a"],
          [".", "Throttles", ".", "."],
          ["...", "b", { stat: "Maximum" }],
        ]),
        300,
      );
      const names = queries.map(({ MetricStat }) => [
        MetricStat?.Metric.MetricName,
        MetricStat?.Metric.Dimensions[0]?.Value,
        MetricStat?.Stat,
        MetricStat?.Period,
      ]);
      assert.deepEqual(names, [
        ["Errors", "a", "Sum", 300],
        ["Throttles", "a", "Sum", 300],
        ["Throttles", "b", "Maximum", 300],
      ]);
    });

    it("read expressions and hidden metrics", () => {
      const [rate, hidden] = queriesOf(
        widget([
          [{ expression: "m1 * 2", label: "twice", id: "e1" }],
          ["N", "M", { id: "m1", visible: false }],
        ]),
        60,
      );
      assert.deepEqual(rate, {
        Id: "e1",
        ReturnData: true,
        Expression: "m1 * 2",
        Period: 60,
        Label: "twice",
      });
      assert.equal(hidden?.ReturnData, false);
    });

    it("leave out what all labels share", () => {
      assert.deepEqual(shortLabels(["a Errors", "b Errors"]), ["a", "b"]);
      assert.deepEqual(shortLabels(["a Errors"]), ["Errors"]);
    });
  });

  describe("schedules", () => {
    const now = Date.UTC(2026, 0, 15, 12, 3);
    const schedule = (ScheduleExpression: string, State = "ENABLED") => ({
      ScheduleExpression,
      State,
      CreationDate: "2026-01-15T00:01:00Z",
    });
    const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

    it("run at a rate from their creation on", () => {
      assert.equal(iso(nextRun(schedule("rate(5 minutes)"), now)), "2026-01-15T12:06:00.000Z");
      assert.equal(iso(lastRun(schedule("rate(5 minutes)"), now)), "2026-01-15T12:01:00.000Z");
    });

    it("run by cron", () => {
      assert.equal(iso(nextRun(schedule("cron(0/5 * * * ? *)"), now)), "2026-01-15T12:05:00.000Z");
      assert.equal(iso(nextRun(schedule("cron(15 2 * * ? *)"), now)), "2026-01-16T02:15:00.000Z");
      assert.equal(iso(lastRun(schedule("cron(15 2 * * ? *)"), now)), "2026-01-15T02:15:00.000Z");
    });

    it("have no next run when they are disabled, or when the expression is not read", () => {
      assert.equal(nextRun(schedule("rate(5 minutes)", "DISABLED"), now), undefined);
      assert.equal(nextRun(schedule("cron(0 0 1 * ? *)"), now), undefined);
    });
  });

  it("name the statement that denied calls lacked", () => {
    const call = (resource: string, time: string) => ({
      time,
      callerArn: "arn:aws:sts::000000000000:assumed-role/worker/s",
      roleArn: "arn:aws:iam::000000000000:role/worker",
      action: "s3:PutObject",
      resources: [resource],
      message: "denied",
    });
    const [missing, ...rest] = missingOf([
      call("arn:aws:s3:::lake/csv/b.csv", "2026-01-15T12:00:01Z"),
      call("arn:aws:s3:::lake/csv/a.csv", "2026-01-15T12:00:00Z"),
    ]);
    assert.deepEqual(rest, []);
    assert.deepEqual([missing?.role, missing?.count, missing?.last], ["worker", 2, "2026-01-15T12:00:01Z"]);
    assert.deepEqual(JSON.parse(missing ? statementOf(missing) : ""), {
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::lake/csv/*",
    });
  });

  it("show the plain values of DynamoDB's attributes", () => {
    assert.deepEqual(
      plain({ M: { a: { L: [{ N: "1" }, { S: "x" }, { NULL: true }] }, b: { BOOL: false } } }),
      {
        a: ["1", "x", null],
        b: false,
      },
    );
  });

  it("offer the faults that an operation knows", () => {
    assert.deepEqual([...new Set(faultsOf("Handler").map(({ kind }) => kind))], ["crash", "error", "delay"]);
    assert.ok(faultsOf("PutRecords").some(({ kind }) => kind === "partial"));
    assert.ok(!faultsOf("GetObject").some(({ kind }) => kind === "partial" || kind === "crash"));
  });

  it("leave out the prefix that most names have", () => {
    assert.equal(commonPrefix(["shop-dev-a", "shop-dev-b", "shop-dev-c-x", "other"]), "shop-dev-");
    assert.equal(commonPrefix(["a-b", "c-d"]), "");
  });
});
