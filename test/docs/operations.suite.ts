import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EVERY_ALARM, ofType, previewWith, root } from "../infra/stacks";

const page = readFileSync(join(root, "docs/operations.md"), "utf8");
const alarmSections = (/^## Alarms\n([\s\S]*?)^## /m.exec(page)?.[1] ?? "")
  .split(/^### …-/m)
  .slice(1)
  .map((text) => ({ ending: text.slice(0, text.indexOf("\n")), text }));

/** The section of an alarm: the longest ending wins, because "-throttles" also ends "-store-throttles". */
const sectionOf = (alarm: string): string | undefined =>
  alarmSections
    .map(({ ending }) => ending)
    .filter((ending) => alarm.endsWith(`-${ending}`))
    .sort((a, b) => b.length - a.length)[0];

describe("docs/operations.md", function () {
  this.timeout(180_000);
  const alarms = new Set<string>();
  before(async () => {
    // The same options give every stack the same alarms; the names of local and prod show that.
    for (const env of ["local", "prod"] as const)
      for (const { inputs } of ofType(
        await previewWith(env, EVERY_ALARM),
        "aws:cloudwatch/metricAlarm:MetricAlarm",
      ))
        alarms.add(String(inputs.name));
  });

  it("has a section for each alarm of every stack", () => {
    assert.ok(alarms.size > 100);
    assert.deepEqual(
      [...alarms].filter((alarm) => sectionOf(alarm) === undefined),
      [],
    );
  });

  it("has no section for an alarm that no stack has", () => {
    const used = new Set([...alarms].map(sectionOf));
    assert.deepEqual(
      alarmSections.map(({ ending }) => ending).filter((ending) => !used.has(ending)),
      [],
    );
  });

  it("says of each alarm what it means, where to look and what to do", () => {
    for (const { ending, text } of alarmSections)
      for (const part of ["Meaning", "Look here", "Do this"])
        assert.equal(text.split(`- **${part}.** `).length, 2, `${ending}: ${part}`);
  });
});
