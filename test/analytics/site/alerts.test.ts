import { strict as assert } from "node:assert";
import {
  conditionAlerts,
  matchText,
  mergeAlerts,
  readAlerts,
  ruleAlert,
} from "../../../analytics/site/alerts";
import { isResult } from "../../../analytics/site/model";
import { outcomes, publishedAt } from "./sample";

const movers = outcomes.filter(isResult)[1];

describe("Alerts of the site", () => {
  it("name the rows that meet a page's condition", () =>
    assert.equal(movers && matchText(movers), "any change_pct >= 10: bitcoin 112.5000 USD 12.50 %"));

  it("of a condition have one id in each of its periods", () => {
    const ids = [0, 3_600_000, 86_400_000].map(
      (later) => conditionAlerts(outcomes, publishedAt + later)[0]?.id,
    );
    assert.deepEqual(ids, [
      "report/top-movers/2026-03-02T00:00:00.000Z",
      "report/top-movers/2026-03-02T00:00:00.000Z",
      "report/top-movers/2026-03-03T00:00:00.000Z",
    ]);
  });

  const rule = {
    ...{
      id: "jump/bitcoin/2026-03-02T11:00:00.000Z",
      rule: "jump",
      severity: "critical",
      subject: "bitcoin",
    },
    ...{ eventTime: "2026-03-02T11:05:00.000Z", message: "bitcoin rose 12 %" },
  };

  it("of a rule link to the subject's page", () =>
    assert.deepEqual(ruleAlert(rule, outcomes), {
      ...{ id: `rule/${rule.id}`, title: "jump: bitcoin", text: "bitcoin rose 12 %", severity: "critical" },
      ...{ time: "2026-03-02T11:05:00.000Z", file: "coins/bitcoin.html" },
    }));

  it("leave out other messages of the topic", () => {
    for (const message of [undefined, null, "text", {}, { AlarmName: "x" }, { ...rule, eventTime: "soon" }])
      assert.equal(ruleAlert(message, outcomes), undefined);
  });

  const alert = (id: string, time: string) => ({ id, title: id, text: "", severity: "info", time });

  it("are merged by id, newest first, and the first one with an id stays", () => {
    const earlier = [alert("a", "2026-03-01T00:00:00.000Z")];
    const added = [alert("a", "2026-03-02T00:00:00.000Z"), alert("b", "2026-03-01T12:00:00.000Z")];
    assert.deepEqual(
      mergeAlerts(earlier, added).map(({ id, time }) => [id, time]),
      [
        ["b", "2026-03-01T12:00:00.000Z"],
        ["a", "2026-03-01T00:00:00.000Z"],
      ],
    );
  });

  it("are at most 200", () => {
    const many = Array.from({ length: 300 }, (_, at) => alert(String(at), new Date(at * 1000).toISOString()));
    const kept = mergeAlerts(many, []);
    assert.deepEqual([kept.length, kept[0]?.id], [200, "299"]);
  });

  it("are read back, without entries that are none or link elsewhere", () => {
    const good = { ...alert("a", "2026-03-01T00:00:00.000Z"), file: "coins/bitcoin.html" };
    const bad = [{ id: 1 }, null, { ...good, file: "javascript:alert(1)" }, { ...good, time: "never" }];
    assert.deepEqual(readAlerts(JSON.stringify([good, ...bad])), [good]);
  });
});
