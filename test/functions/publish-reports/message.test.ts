import { strict as assert } from "node:assert";
import { dueMessages } from "../../../functions/publish-reports/message";
import { outcomes, publishedAt } from "../../analytics/site/sample";

const due = (sent: Readonly<Record<string, string>>, url?: string) =>
  dueMessages(outcomes, sent, publishedAt, url);
const ago = (seconds: number) => new Date(publishedAt - 1000 * seconds).toISOString();

describe("Reports that meet their condition", () => {
  it("are sent to each channel, with the rows and the page's address", () => {
    const text = "any change_pct >= 10: bitcoin 112.5000 USD 12.50 %";
    const link = "https://example.com/p/top-movers.html";
    assert.deepEqual(due({}, "https://example.com/p"), [
      { page: "top-movers", channel: "alerts", title: "Top movers", text, link },
      { page: "top-movers", channel: "team", title: "Top movers", text, link },
    ]);
  });

  it("are sent again after the page's period only, each channel by itself", () => {
    const sent = { "top-movers/alerts": ago(86_399), "top-movers/team": ago(86_400) };
    assert.deepEqual(
      due(sent).map(({ channel }) => channel),
      ["team"],
    );
  });

  it("are sent when the last time is unreadable", () =>
    assert.equal(due({ "top-movers/alerts": "?", "top-movers/team": ago(1) }).length, 1));

  it("have no address where the site has none", () => assert.equal("link" in (due({})[0] ?? {}), false));
});
