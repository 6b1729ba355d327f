import { strict as assert } from "node:assert";
import type { Preview, PreviewResource } from "../../../packages/pulumi-local";
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
    assert.match(text, /against main: 1 replaced/);
    assert.match(text, /± aws:kinesis:Stream a — replaced: LOSES ITS DATA/);
    assert.match(text, /shardCount: 1 → 2/);
    assert.match(text, /guardrails: all met/);
    assert.match(text, /1460 shard-hours × \$0.015 = \$21.90/);
    assert.match(text, /\(\+\$10\.95\)/);
  });

  it("escapes Markdown", () => {
    const text = asMarkdown(report);
    assert.match(text, /> \[!CAUTION\]\n> aws:kinesis:Stream a is replaced and \*\*loses its data\*\*/);
    assert.match(
      text,
      /\| replaced \| aws:kinesis:Stream a — replaced: LOSES ITS DATA \| name \| "a" \| "b\\\|c" \|/,
    );
  });

  it("names violated guardrails", () => {
    const open = previewReport(preview(resource(STREAM, "a", { name: "a", retentionPeriod: 24 })));
    assert.match(
      asText(open),
      /kinesis-encryption: aws:kinesis:Stream a: encryptionType is not set; it must be KMS/,
    );
  });
});
