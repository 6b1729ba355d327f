import { strict as assert } from "node:assert";
import type { Preview, PreviewResource } from "../../../packages/pulumi-local";
import { widenedTexts } from "../../../tools/preview/delta";
import { asMarkdown } from "../../../tools/preview/markdown";
import { previewReport } from "../../../tools/preview/report";
import { asText } from "../../../tools/preview/text";

const resource = (type: string, name: string, inputs: PreviewResource["inputs"]): PreviewResource => ({
  urn: `urn:pulumi:dev::pricelake::${type}::${name}`,
  type,
  name,
  custom: true,
  parent: "",
  inputs,
  dependencies: [],
  protect: false,
  retainOnDelete: false,
  id: name,
  outputs: { arn: `arn:aws:kinesis:us-east-1:123456789012:stream/${name}` },
});
const preview = (...resources: PreviewResource[]): Preview => ({
  stack: "dev",
  project: "pricelake",
  resources,
  outputs: {},
});

const STREAM = "aws:kinesis/stream:Stream";
const safe = { encryptionType: "KMS", retentionPeriod: 24 };

describe("What a preview prints", () => {
  const report = previewReport(preview(resource(STREAM, "a", { ...safe, name: "b|c", shardCount: 2 })), {
    ref: "main",
    preview: preview(resource(STREAM, "a", { ...safe, name: "a", shardCount: 1 })),
  });

  it("marks a replacement that loses data, with the properties behind it and the change of cost", () => {
    const text = asText(report);
    assert.match(text, /against main: 1 replaced, monthly cost \+\$10\.95\n/);
    assert.match(text, /± aws:kinesis:Stream a — replaced: LOSES ITS DATA/);
    assert.match(text, /shardCount: 1 → 2/);
    assert.match(text, /guardrails: all met/);
    assert.match(text, /1460 shard-hours × \$0.015 = \$21.90/);
    assert.match(text, /\(\+\$10\.95\)/);
  });

  it("escapes Markdown", () => {
    const text = asMarkdown(report);
    assert.match(text, /> \[!CAUTION\]\n> - aws:kinesis:Stream a is replaced: \*\*data is lost\*\*/);
    assert.match(
      text,
      /\| replaced \| aws:kinesis:Stream a — replaced: LOSES ITS DATA \| name \| "a" \| "b\\\|c" \|/,
    );
  });

  it("lists resources by type and name, whatever their dependencies", () => {
    const topic = "aws:sns/topic:Topic";
    const all = [resource(topic, "b", {}), resource(STREAM, "c", safe), resource(topic, "a", {})];
    assert.deepEqual(
      asText(previewReport(preview(...all)))
        .match(/^aws:\S+ +\S+$/gm)
        ?.map((line) => line.split(/ +/)),
      [
        ["aws:kinesis:Stream", "c"],
        ["aws:sns:Topic", "a"],
        ["aws:sns:Topic", "b"],
      ],
    );
  });

  it("says which data is deleted when, and what the end of the compaction means", () => {
    const FUNCTION = "aws:lambda/function:Function";
    const tags = { "pricelake-expire": "true" };
    type Inputs = PreviewResource["inputs"];
    const rule = (filter: Inputs, expiration: Inputs) => ({ status: "Enabled", filter, ...expiration });
    const lifecycle = resource(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "lake-data-lifecycle",
      {
        rules: [
          rule({ prefix: "" }, { abortIncompleteMultipartUpload: { daysAfterInitiation: 3 } }),
          rule({ prefix: "" }, { noncurrentVersionExpiration: { noncurrentDays: 30 } }),
          rule({ prefix: "raw/" }, { expiration: { days: 400 } }),
          rule({ and: { prefix: "csv/", tags } }, { expiration: { days: 90 } }),
          rule({ and: { prefix: "history/", tags } }, { expiration: { days: 2 } }),
          { ...rule({ prefix: "kept/" }, { expiration: { days: 2 } }), status: "Disabled" },
        ],
      },
    );
    const ended = previewReport(preview(lifecycle), {
      ref: "main",
      preview: preview(lifecycle, resource(FUNCTION, "compact", {})),
    });
    assert.match(
      asText(ended),
      /\ndata is deleted:\n {2}lake-data all objects, old versions: 30 days after they were replaced or deleted\n {2}lake-data raw\/: 400 days after it was written\n {2}lake-data csv\/, only days that the views read from history\/: 90 days after it was written\n {2}lake-data history\/, only replaced runs: 2 days after it was written\n\n/,
    );
    assert.match(asText(ended), /^! compaction none: .* days whose csv\/ has expired are missing/m);
    assert.match(asMarkdown(ended), /^- lake-data csv\/, only days .*: 90 days after it was written$/m);
    assert.doesNotMatch(asText(report), /data is deleted:/);
  });

  it("names violated guardrails", () => {
    const open = previewReport(preview(resource(STREAM, "a", { name: "a", retentionPeriod: 24 })));
    assert.match(
      asText(open),
      /kinesis-encryption: aws:kinesis:Stream a: encryptionType is not set; it must be KMS/,
    );
  });

  it("prints the same change of every feed once, and policies by their statements", () => {
    const policy = (feed: string, actions: string[]) =>
      resource("aws:iam/rolePolicy:RolePolicy", `write-csv-${feed}`, {
        name: "x",
        role: "r",
        policy: JSON.stringify({
          Statement: [
            {
              Sid: "WriteLake",
              Effect: "Allow",
              Action: actions,
              Resource: [`arn:aws:s3:::b/csv/${feed}/*`],
            },
          ],
        }),
      });
    const names = ["crypto", "retail", "posts"];
    const before = preview(...names.map((feed) => policy(feed, ["s3:PutObject"])));
    const after = preview(...names.map((feed) => policy(feed, ["s3:PutObject", "s3:GetObject"])));
    const changed = previewReport(after, { ref: "main", preview: before });
    const text = asText(changed);
    assert.match(
      text,
      /~ aws:iam:RolePolicy 3: write-csv-\{crypto,posts,retail\}\n {4}policy WriteLake\.Action: \+ s3:GetObject\n/,
    );
    assert.match(
      text,
      /new permissions:\n! 3: write-csv-\{crypto,posts,retail\} WriteLake: s3:GetObject on arn:aws:s3:::b\/csv\/<feed>\/\*\n\n/,
    );
    assert.ok(text.indexOf("new permissions:") < text.indexOf("~ aws:iam:RolePolicy"));
  });

  it("shows a new and a removed statement of a policy in a line each, and of a changed one what differs", () => {
    const policy = (...Statement: object[]) =>
      preview(resource("aws:iam/rolePolicy:RolePolicy", "reader", { policy: JSON.stringify({ Statement }) }));
    const read = (Resource: string[]) => ({ Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource });
    const list = { Sid: "List", Effect: "Allow", Action: ["s3:ListBucket"], Resource: "arn:aws:s3:::a" };
    const deny = {
      Sid: "Tls",
      Effect: "Deny",
      Principal: "*",
      NotAction: "s3:Put*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    const changed = previewReport(policy(read(["arn:b", "arn:c"]), deny), {
      ref: "main",
      preview: policy(read(["arn:a", "arn:b"]), list),
    });
    const lines = asText(changed).split("\n");
    const at = lines.indexOf("~ aws:iam:RolePolicy reader");
    assert.deepEqual(lines.slice(at + 1, at + 4), [
      "    policy Read.Resource: - arn:a  + arn:c",
      "    policy List: - Allow s3:ListBucket on arn:aws:s3:::a",
      '    policy Tls: + Deny all but s3:Put* to * if {"Bool":{"aws:SecureTransport":"false"}}',
    ]);
    assert.match(
      asMarkdown(changed),
      /\n\| {2}\| {2}\| policy List \| Allow s3:ListBucket on arn:aws:s3:::a \| {2}\|\n/,
    );
  });

  it("shows new code of all functions once", () => {
    const functions = (hash: string) =>
      preview(
        ...["poll-prices", "write-csv-crypto", "write-csv-posts"].map((name) =>
          resource("aws:lambda/function:Function", name, {
            name,
            code: { hash: name.length + hash },
            tracingConfig: { mode: "Active" },
          }),
        ),
      );
    const text = asText(previewReport(functions("b"), { ref: "main", preview: functions("a") }));
    assert.match(
      text,
      /against main: 3 changed, monthly cost unchanged\nno data is lost\n\n~ aws:lambda:Function 3: poll-prices, write-csv-\{crypto,posts\}\n {4}code: old bundle → new bundle\n\n/,
    );
  });

  it("shows changes that lose data first, then deletions, replacements, creations and changes, each by type and name", () => {
    const topic = "aws:sns/topic:Topic";
    const queue = "aws:sqs/queue:Queue";
    const before = preview(
      resource(topic, "changed-topic", { displayName: "a" }),
      resource(topic, "deleted-topic", {}),
      resource(queue, "changed-queue", { delaySeconds: 1 }),
      resource(STREAM, "replaced-stream", { ...safe, name: "a" }),
    );
    const now = preview(
      resource(topic, "changed-topic", { displayName: "b" }),
      resource(topic, "new-topic", {}),
      resource(queue, "new-queue", {}),
      resource(queue, "changed-queue", { delaySeconds: 2 }),
      resource(STREAM, "replaced-stream", { ...safe, name: "b" }),
    );
    const text = asText(previewReport(now, { ref: "main", preview: before }));
    assert.deepEqual(text.match(/^[-~+±] aws:\S+ \S+/gm), [
      "± aws:kinesis:Stream replaced-stream",
      "- aws:sns:Topic deleted-topic",
      "+ aws:sns:Topic new-topic",
      "+ aws:sqs:Queue new-queue",
      "~ aws:sns:Topic changed-topic",
      "~ aws:sqs:Queue changed-queue",
    ]);
  });

  it("names the actions of a statement together, and every resource that loses its data", () => {
    const lines = widenedTexts(
      ["kinesis:GetRecords", "kinesis:ListShards"].map((action) => ({
        name: "write-csv-crypto-policy",
        sid: "ReadStream",
        allows: `${action} on arn:aws:kinesis:us-east-1:1:stream/crypto under a condition`,
      })),
    );
    assert.deepEqual(lines, [
      "write-csv-crypto-policy ReadStream: kinesis:GetRecords, kinesis:ListShards " +
        "on arn:aws:kinesis:us-east-1:1:stream/crypto under a condition",
    ]);
    const streams = (shardCount: number) =>
      preview(
        ...["crypto", "posts"].map((name) =>
          resource(STREAM, name, { ...safe, name: `${name}-${shardCount}` }),
        ),
      );
    const text = asText(previewReport(streams(2), { ref: "main", preview: streams(1) }));
    assert.match(text, /data loss:\n! aws:kinesis:Stream crypto, posts are replaced\n\n/);
  });

  it("fits three environments into a comment, and cuts no row of a table", () => {
    const many = (end: string) =>
      preview(
        ...Array.from({ length: 300 }, (_, i) =>
          resource(STREAM, `stream-${i}`, { ...safe, name: `${end}${i}${"|x".repeat(60)}` }),
        ),
      );
    const markdown = asMarkdown(previewReport(many("b"), { ref: "main", preview: many("a") }));
    assert.ok(markdown.length < 21_000, String(markdown.length));
    const rows = markdown.split("\n").filter((line) => line.startsWith("|"));
    for (const row of rows) assert.equal(row.replaceAll("\\|", "").split("|").length, 7, row);
    assert.match(markdown, /\n> - \d+ more: see the text format\n/);
    assert.match(markdown, /\n\| \| \d+ more rows: see the text format \| \| \| \|\n/);
    assert.match(markdown, /<\/details>\n$/);
  });

  it("folds unchanged costs into one line", () => {
    const stream = (name: string, shardCount: number) =>
      resource(STREAM, name, { ...safe, name, shardCount });
    const changed = previewReport(preview(stream("a", 1), resource("aws:kms/key:Key", "k", {})), {
      ref: "main",
      preview: preview(stream("a", 1)),
    });
    assert.match(asText(changed), /\d+ unchanged items +\$10\.95/);
  });

  it("says when a change has no price, instead of an unchanged cost", () => {
    const database = resource("aws:rds/instance:Instance", "db", { allocatedStorage: 20 });
    const stream = resource(STREAM, "a", { ...safe, name: "a", shardCount: 1 });
    const added = previewReport(preview(stream, database), { ref: "main", preview: preview(stream) });
    assert.match(asText(added), /^against main: 1 created, monthly cost unknown for 1 changed line\n/);
    assert.match(asText(added), /\$10\.95, and 2 lines of unknown cost \(unknown for 1 changed line\)\n$/);
    assert.match(asMarkdown(added), /^Against `main`: 1 created, monthly cost unknown for 1 changed line\./m);
    assert.match(
      asMarkdown(added),
      /<summary>About \$10\.95 a month, and 2 lines of unknown cost; \$10\.95 before<\/summary>/,
    );
    const removed = previewReport(preview(), { ref: "main", preview: preview(stream, database) });
    assert.match(asText(removed), /monthly cost -\$10\.95, unknown for 2 changed lines\n/);
    assert.match(asText(removed), /db +no longer, unknown before\n/);
  });

  it("shortens at whole characters, so that a table row stays one line", () => {
    const long = (end: string) =>
      preview(resource(STREAM, "a", { ...safe, name: `${"😀|".repeat(80)}\n${end}` }));
    const markdown = asMarkdown(previewReport(long("b"), { ref: "main", preview: long("a") }));
    const row = markdown.split("\n").find((line) => line.startsWith("| replaced")) ?? "";
    assert.equal(row.replaceAll("\\|", "").split("|").length, 7);
    assert.equal(/[\ud800-\udbff](?![\udc00-\udfff])/.test(row), false);
  });
});
