import { strict as assert } from "node:assert";
import { gunzipSync, gzipSync } from "node:zlib";
import { feeds } from "../../data/feeds";
import { csvObjects } from "../../functions/write-csv/core";
import { writeBatch } from "../../functions/write-csv/write";
import { batch, coin, line, record, SHARD, sequence } from "./support/events";

const crypto = feeds.crypto ?? assert.fail();
const stocks = feeds.stocks ?? assert.fail();
const at = "2026-01-02T03:05:00.000Z";
const bodyOf = (rows: readonly string[]) =>
  rows
    .map(
      (id) => `${id},${id.slice(0, 3)},${id},1,,,,,,,,2026-01-02 03:05:00.000,2026-01-02 03:05:00.000,poll\n`,
    )
    .join("");
const answered = { $metadata: { httpStatusCode: 503 } };
const never = new AbortController().signal;

describe("write-csv", () => {
  it("writes one object per event-time hour, named by the first record that contributed", () => {
    const { Records } = batch(
      line(coin("aaa", "2026-01-02T03:59:59.999Z")) + line(coin("bbb", "2026-01-02T04:00:00.000Z")),
      line(coin("ccc", "2025-12-31T23:59:59.999Z")),
      line(coin("ddd", "2026-01-02T03:00:00.000Z")),
    );
    assert.deepEqual(
      csvObjects(crypto, Records, { gzip: false }).objects.map(({ key, rows }) => [key, rows]),
      [
        [`csv/crypto/dt=2026-01-02/hour=03/${SHARD}-${sequence(1)}.csv`, 2],
        [`csv/crypto/dt=2026-01-02/hour=04/${SHARD}-${sequence(1)}.csv`, 1],
        [`csv/crypto/dt=2025-12-31/hour=23/${SHARD}-${sequence(2)}.csv`, 1],
      ],
    );
  });

  it("partitions by calendar day in UTC on the last days of a year, leap days and midnight", () => {
    const days = [
      "2024-12-29T00:00:00.000Z",
      "2024-12-30T12:00:00.000Z",
      "2024-12-31T23:59:59.999Z",
      "2025-01-01T00:00:00.000Z",
      "2028-02-29T00:00:00.000Z",
    ];
    const Records = days.map((day, i) => record(i + 1, line(coin("aaa", day)), day));
    assert.deepEqual(
      csvObjects(crypto, Records, { gzip: false }).objects.map(({ key }) =>
        key.split("/").slice(2, 4).join("/"),
      ),
      [
        "dt=2024-12-29/hour=00",
        "dt=2024-12-30/hour=12",
        "dt=2024-12-31/hour=23",
        "dt=2025-01-01/hour=00",
        "dt=2028-02-29/hour=00",
      ],
    );
  });

  it("partitions by event time, whenever the record arrived", () => {
    const Records = [record(1, line(coin("aaa", "2026-01-01T22:00:00.000Z")), "2026-01-02T03:00:00.000Z")];
    assert.match(
      csvObjects(crypto, Records, { gzip: false }).objects[0]?.key ?? "",
      /dt=2026-01-01\/hour=22/,
    );
  });

  it("reads packed, single, gzipped, concatenated and BOM-prefixed records alike", () => {
    const [a, b, c, d] = ["aaa", "bbb", "ccc", "ddd"].map((id) => JSON.stringify(coin(id, at)));
    const { Records } = batch(`\uFEFF${a}\r\n\n`, gzipSync(`${b}\n`), `${c}${d}`);
    const { objects, quarantine } = csvObjects(crypto, Records, { gzip: false });
    assert.deepEqual(
      objects.map(({ body }) => body),
      [bodyOf(["aaa", "bbb", "ccc", "ddd"])],
    );
    assert.equal(quarantine, undefined);
  });

  it("quarantines only the bad row, with column, reason and source", () => {
    const bad = coin("bbb", at, null);
    const { Records } = batch(
      line(coin("aaa", at)),
      `${line(bad)}nonsense\n${line(coin("ccc", at))}`,
      Buffer.from([0xff, 0x0a]),
    );
    const { objects, quarantine, rows } = csvObjects(crypto, Records, { gzip: false });
    assert.equal(rows, 2);
    assert.deepEqual(
      objects.map(({ body }) => body),
      [bodyOf(["aaa", "ccc"])],
    );
    const arrival = "2026-01-02T03:05:01.000Z";
    assert.deepEqual(quarantine, {
      key: `quarantine/crypto/dt=2026-01-02/${SHARD}-${sequence(2)}.json`,
      entries: [
        {
          source: `${SHARD}:${sequence(2)}`,
          column: "price_usd",
          reason: "missing",
          raw: JSON.stringify(bad),
          arrival,
        },
        { source: `${SHARD}:${sequence(2)}`, column: null, reason: "not JSON", raw: "nonsense", arrival },
        {
          source: `${SHARD}:${sequence(3)}`,
          column: null,
          reason: "not UTF-8",
          raw: null,
          rawBase64: "/w==",
          arrival,
        },
      ],
    });
  });

  it("keeps a refused line's bytes: an id above 2^53 and the spacing stay as they were", () => {
    const raw = '{ "id": 1050118621198921728,  "price": "x" }';
    const { quarantine } = csvObjects(stocks, batch(raw).Records, { gzip: false });
    assert.deepEqual(
      quarantine?.entries.map((entry) => entry.raw),
      [raw],
    );
  });

  it("stores a row with unknown fields, and reports each name with its rows and an example", () => {
    const tick = (extra: object) =>
      JSON.stringify({ ticker_symbol: "QXZ", price: 1, event_time: at, ...extra });
    const { Records } = batch(`${tick({ venue: "X" })}\n${tick({ venue: "Y", lot: 5 })}\n${tick({})}`);
    const written = csvObjects(stocks, Records, { gzip: false });
    assert.deepEqual(
      { rows: written.rows, quarantined: written.quarantined, unknownFields: written.unknownFields },
      { rows: 3, quarantined: 0, unknownFields: { venue: 2, lot: 1 } },
    );
    const source = `${SHARD}:${sequence(1)}`;
    const reason = "unknown field, not stored";
    assert.deepEqual(written.quarantine?.entries, [
      { source, column: "venue", reason, raw: tick({ venue: "X" }), rows: 2 },
      { source, column: "lot", reason, raw: tick({ venue: "Y", lot: 5 }), rows: 1 },
    ]);
  });

  it("quarantines event times that no query would show: before the first day, a day after arrival", () => {
    const arrival = "2026-01-02T03:00:00.000Z";
    const times = [
      "1999-01-01T00:00:00.000Z",
      "2024-12-31T23:59:59.999Z",
      "2025-01-01T00:00:00.000Z",
      "2026-01-03T03:00:00.000Z",
      "2026-01-03T03:00:00.001Z",
      "2099-01-01T00:00:00.000Z",
    ];
    const Records = times.map((time, i) => record(i + 1, line(coin("aaa", time)), arrival));
    const written = csvObjects(crypto, Records, { gzip: false, since: "2025-01-01" });
    assert.equal(written.rows, 2);
    assert.deepEqual(
      written.quarantine?.entries.map(({ column, reason }) => [column, reason]),
      [
        ["event_time", "before the feed's first day, 2025-01-01"],
        ["event_time", "before the feed's first day, 2025-01-01"],
        ["event_time", "more than a day after the record arrived"],
        ["event_time", "more than a day after the record arrived"],
      ],
    );
  });

  it("does not take a row whose text is no UTF-8 for one with another text", () => {
    const [before, after] = JSON.stringify(coin("aaa", at, 1, { name: "X" })).split("X");
    const bytes = Buffer.concat([Buffer.from(before ?? ""), Buffer.from([0xe9]), Buffer.from(after ?? "")]);
    const { objects, quarantine } = csvObjects(crypto, batch(bytes).Records, { gzip: false });
    assert.deepEqual(objects, []);
    assert.deepEqual(
      quarantine?.entries.map(({ reason, rawBase64 }) => [reason, rawBase64]),
      [["not UTF-8", bytes.toString("base64")]],
    );
  });

  it("gives an event without a time the record's arrival where the feed allows it", () => {
    const { Records } = batch(
      line({ ticker_symbol: "QXZ", sector: "HEALTHCARE", change: -0.05, price: 84.51 }),
    );
    assert.deepEqual(csvObjects(stocks, Records, { gzip: false }).objects, [
      {
        key: `csv/stocks/dt=2026-01-02/hour=03/${SHARD}-${sequence(1)}.csv`,
        body: "QXZ,HEALTHCARE,-0.05,84.51,2026-01-02 03:05:01.000\n",
        rows: 1,
      },
    ]);
  });

  it("writes gzip on request, under a name that says so", async () => {
    const lake = new Map<string, string | Uint8Array>();
    const put = async (key: string, body: string | Uint8Array) => void lake.set(key, body);
    await writeBatch(crypto, put, batch(line(coin("aaa", at))).Records, { gzip: true }, never);
    const [[key, body] = assert.fail()] = [...lake];
    assert.equal(key, `csv/crypto/dt=2026-01-02/hour=03/${SHARD}-${sequence(1)}.csv.gz`);
    assert.equal(gunzipSync(body).toString(), bodyOf(["aaa"]));
  });

  it("tells a write that was refused from one that may still come", async () => {
    const { Records } = batch(line(coin("aaa", at)), line(coin("bbb", "2026-01-02T04:00:00.000Z")));
    const unanswered = async (...errors: Error[]) =>
      (await writeBatch(crypto, () => Promise.reject(errors.shift()), Records, { gzip: false }, never))
        .unanswered;
    const refused = () => Object.assign(new Error("503"), answered);
    assert.equal(await unanswered(refused(), refused()), undefined);
    assert.equal(await unanswered(refused(), new Error("ECONNRESET")), true);
  });

  it("fails the whole batch when one of its objects cannot be written", async () => {
    const put = async (key: string) => {
      if (key.includes("hour=04")) throw Object.assign(new Error("503"), answered);
    };
    const { Records } = batch(line(coin("aaa", at)), line(coin("bbb", "2026-01-02T04:00:00.000Z")));
    assert.deepEqual(await writeBatch(crypto, put, Records, { gzip: false }, never), {
      rows: 2,
      quarantined: 0,
      objects: 2,
      retryFrom: sequence(1),
      reason: "Error: 503",
    });
  });

  it("succeeds on an empty batch", async () => {
    assert.deepEqual(await writeBatch(crypto, async () => {}, [], { gzip: false }, never), {
      rows: 0,
      quarantined: 0,
      objects: 0,
    });
  });
});
