import { strict as assert } from "node:assert";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import type { ProcessingConfig } from "../../../../tools/agent/config/processing";
import { converter } from "../../../../tools/agent/convert/convert";
import { parseDelimiter, splitCsv } from "../../../../tools/agent/convert/csv";
import { fieldsOf, type LogFormat } from "../../../../tools/agent/convert/log-formats";

const convert = (steps: readonly ProcessingConfig[], record: string | Buffer) => {
  const converted = converter(steps)(Buffer.from(record));
  return converted.outcome === "skipped"
    ? "skipped"
    : [converted.outcome, Buffer.from(converted.data).toString()];
};

describe("SINGLELINE", () => {
  const single = { name: "SINGLELINE", trim: true, escapeNewLine: false } as const;

  it("joins lines, trimming each", () => {
    assert.deepEqual(convert([single], '{\n  "a": 1,\r\n  "b": 2\n}\n'), ["converted", '{"a": 1,"b": 2}\n']);
  });

  it("preserves blanks with NO_TRIM, and marks line breaks with ESCAPE_NEW_LINE", () => {
    assert.deepEqual(convert([{ ...single, trim: false, escapeNewLine: true }], " a\n b\n"), [
      "converted",
      " a\\\\n b\n",
    ]);
  });
});

describe("CSVTOJSON", () => {
  const csv = (fields: readonly string[], delimiter = ",", pretty = false): ProcessingConfig => ({
    name: "CSVTOJSON",
    fields,
    delimiter,
    pretty,
  });

  it("gives the fields their names, as texts", () => {
    assert.deepEqual(convert([csv(["InvoiceNo", "Quantity"])], "536365,14\r\n"), [
      "converted",
      '{"InvoiceNo":"536365","Quantity":"14"}\n',
    ]);
  });

  it("fills missing fields with null and ignores additional ones", () => {
    assert.deepEqual(convert([csv(["a", "b", "c"])], "1,\n"), ["converted", '{"a":"1","b":"","c":null}\n']);
    assert.deepEqual(convert([csv(["a"])], "1,2,3\n"), ["converted", '{"a":"1"}\n']);
  });

  it("reads quoted fields with delimiters and quotes in them", () => {
    assert.deepEqual(convert([csv(["a", "b"])], '"CUPID ""LOVE"", red",12" ruler\n'), [
      "converted",
      '{"a":"CUPID \\"LOVE\\", red","b":"12\\" ruler"}\n',
    ]);
  });

  it("sends a line unchanged when a quoted field does not end", () => {
    assert.deepEqual(convert([csv(["a", "b"])], '1,"no end\n'), ["unchanged", '1,"no end\n']);
  });

  it("skips blank lines", () => {
    assert.equal(convert([csv(["a"])], "  \n"), "skipped");
  });

  it("reads invalid UTF-8 as Latin-1, and skips a byte order mark", () => {
    assert.deepEqual(convert([csv(["a"])], Buffer.from("Caf\u00e9\n", "latin1")), [
      "converted",
      '{"a":"Caf\u00e9"}\n',
    ]);
    assert.deepEqual(convert([csv(["a"])], "\uFEFF1\n"), ["converted", '{"a":"1"}\n']);
  });

  it("takes other delimiters, longer ones too", () => {
    assert.deepEqual(convert([csv(["a", "b"], "\t")], "1\t2\n"), ["converted", '{"a":"1","b":"2"}\n']);
    assert.deepEqual(convert([csv(["a", "b"], "||")], '"x||y"||2\n'), [
      "converted",
      '{"a":"x||y","b":"2"}\n',
    ]);
  });

  it("writes pretty JSON when asked to", () => {
    assert.deepEqual(convert([csv(["a"], ",", true)], "1\n"), ["converted", '{\n  "a": "1"\n}\n']);
  });

  it("reads whatever a writer of CSV writes in one line", () => {
    const field = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", " ", "é", "\\") });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), (fields) => {
        const line = stringify([fields], { eof: false });
        assert.deepEqual(splitCsv(line, ","), fields);
        if (line !== "") assert.deepEqual([fields], parse(line));
      }),
    );
  });

  for (const [given, meant] of [
    [",", ","],
    ["|", "|"],
    ["\t", "\t"],
    ["\\t", "\t"],
    ["\\|", "|"],
    ["; ", "; "],
    ["\\|\\|", "||"],
    ["||", undefined],
    ["\\s+", undefined],
    ["[,;]", undefined],
    ['"', undefined],
    ["\\", undefined],
  ] as const)
    it(`takes the delimiter ${JSON.stringify(given)} for ${JSON.stringify(meant) ?? "a regular expression"}`, () => {
      assert.equal(parseDelimiter(given), meant);
    });
});

describe("LOGTOJSON", () => {
  const log = (format: LogFormat, fields = fieldsOf(format), pattern?: string): ProcessingConfig => ({
    name: "LOGTOJSON",
    format,
    fields,
    pattern,
    pretty: false,
  });
  const read = (format: LogFormat, line: string) => {
    const converted = convert([log(format)], `${line}\n`);
    return Array.isArray(converted) ? JSON.parse(converted[1] ?? "") : converted;
  };
  const request = '203.0.113.7 - frank [10/Oct/2026:13:55:36 -0700] "GET /a?b=c HTTP/1.1" 200 2326';

  it("reads COMMONAPACHELOG, with or without further fields, a dash for null", () => {
    const fields = {
      host: "203.0.113.7",
      ident: null,
      authuser: "frank",
      datetime: "10/Oct/2026:13:55:36 -0700",
      request: "GET /a?b=c HTTP/1.1",
      response: "200",
      bytes: "2326",
    };
    assert.deepEqual(read("COMMONAPACHELOG", request), fields);
    assert.deepEqual(read("COMMONAPACHELOG", `${request} "-" "curl/8.0"`), fields);
    assert.equal(
      read("COMMONAPACHELOG", '2001:db8::1 - a@b.c [x] "GET \\"q\\"" 304 -').request,
      'GET \\"q\\"',
    );
  });

  it("reads COMBINEDAPACHELOG", () => {
    assert.deepEqual(read("COMBINEDAPACHELOG", `${request} "-" "curl/8.0 (x)" extra`), {
      host: "203.0.113.7",
      ident: null,
      authuser: "frank",
      datetime: "10/Oct/2026:13:55:36 -0700",
      request: "GET /a?b=c HTTP/1.1",
      response: "200",
      bytes: "2326",
      referer: null,
      agent: "curl/8.0 (x)",
    });
    assert.equal(read("COMBINEDAPACHELOG", request), "skipped");
  });

  it("reads APACHEERRORLOG of old servers and new ones", () => {
    assert.deepEqual(
      read(
        "APACHEERRORLOG",
        "[Fri Sep 11 10:42:29.902022 2026] [core:error] [pid 35708:tid 4328636416] [client 203.0.113.7:4711] File does not exist: /x",
      ),
      {
        timestamp: "Fri Sep 11 10:42:29.902022 2026",
        module: "core",
        severity: "error",
        processid: "35708",
        threadid: "4328636416",
        client: "203.0.113.7:4711",
        message: "File does not exist: /x",
      },
    );
    assert.deepEqual(
      read("APACHEERRORLOG", "[Wed Oct 14 14:32:52 2026] [error] [client 203.0.113.7] denied"),
      {
        timestamp: "Wed Oct 14 14:32:52 2026",
        module: null,
        severity: "error",
        processid: null,
        threadid: null,
        client: "203.0.113.7",
        message: "denied",
      },
    );
  });

  it("reads SYSLOG, with and without the process", () => {
    assert.deepEqual(read("SYSLOG", "Mar  2 12:00:08 server2 rcd[308]: Loaded 12: packages "), {
      timestamp: "Mar  2 12:00:08",
      hostname: "server2",
      program: "rcd",
      processid: "308",
      message: "Loaded 12: packages ",
    });
    assert.equal(read("SYSLOG", "Mar 12 12:01:02 server4 kernel: up").processid, null);
  });

  it("reads RFC3339SYSLOG", () => {
    assert.deepEqual(read("RFC3339SYSLOG", "2026-03-12T12:00:08.123+02:00 server2 a/b-c[1]: m"), {
      timestamp: "2026-03-12T12:00:08.123+02:00",
      hostname: "server2",
      program: "a/b-c",
      processid: "1",
      message: "m",
    });
    assert.equal(read("RFC3339SYSLOG", "Mar 12 12:00:08 server2 rcd: m"), "skipped");
  });

  it("reads a custom format that must match the whole line", () => {
    const own = log("SYSLOG", ["level", "text"], "(\\w+): (.+)");
    assert.deepEqual(convert([own], "WARN: low\n"), ["converted", '{"level":"WARN","text":"low"}\n']);
    assert.equal(convert([own], "  WARN: low\n"), "skipped");
  });

  it("applies each step to the result of the previous one", () => {
    const steps = [
      { name: "SINGLELINE", trim: true, escapeNewLine: false } as const,
      log("SYSLOG", ["level", "text"], "(\\w+): (.+)"),
    ];
    assert.deepEqual(convert(steps, "WARN: low\n  on disk\n"), [
      "converted",
      '{"level":"WARN","text":"lowon disk"}\n',
    ]);
  });
});
