import { strict as assert } from "node:assert";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Message } from "../../../functions/publish-reports/message";
import { postWebhook, readWebhooks, webhookBody } from "../../../functions/publish-reports/webhook";

const message: Message = {
  ...{ page: "top-movers", channel: "team", title: "Top <movers>" },
  text: "any change_pct >= 10: *bitcoin* & [x](http://evil.example) <http://evil.example|click>",
  link: "https://example.com/top-movers.html",
};

const signal = AbortSignal.timeout(600_000);
const post = (address: string, allowLoopback = true) => postWebhook(address, "{}", { signal, allowLoopback });

describe("Webhooks", () => {
  const requests: { method: string | undefined; type: string | undefined; body: string }[] = [];
  let server: Server;
  let base = "";
  const answers: Readonly<Record<string, (request: IncomingMessage) => [number, Record<string, string>]>> = {
    "/ok": () => [200, {}],
    "/error": () => [500, {}],
    "/elsewhere": () => [302, { location: "/ok" }],
  };
  before(async () => {
    server = createServer(async (request, response) => {
      requests.push({
        method: request.method,
        type: request.headers["content-type"],
        body: await text(request),
      });
      const [status, headers] = answers[request.url ?? ""]?.(request) ?? [404, {}];
      response.writeHead(status, headers).end("answer");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());
  beforeEach(() => void requests.splice(0));

  it("get a JSON body by POST", async () => {
    await postWebhook(`${base}/ok`, webhookBody("slack", message), { signal, allowLoopback: true });
    const [request] = requests;
    assert.deepEqual([request?.method, request?.type], ["POST", "application/json"]);
    assert.deepEqual(JSON.parse(request?.body ?? ""), {
      text:
        "*Top &lt;movers&gt;*\nany change\u200b_pct &gt;= 10: \u200b*bitcoin\u200b* &amp; [x](http://evil.example) " +
        "&lt;http://evil.example|click&gt;\n<https://example.com/top-movers.html|Open the report>",
      unfurl_links: false,
    });
  });

  it("of Teams get an Adaptive Card, with a button for the page and without markdown of the data", () => {
    const { attachments } = JSON.parse(webhookBody("teams", message));
    assert.equal(attachments[0].contentType, "application/vnd.microsoft.card.adaptive");
    const { body, actions } = attachments[0].content;
    assert.equal(
      body[1].text,
      "any change\\_pct \\>= 10: \\*bitcoin\\* & \\[x\\]\\(http://evil.example\\) \\<http://evil.example\\|click\\>",
    );
    assert.deepEqual(actions, [
      { type: "Action.OpenUrl", title: "Open the report", url: "https://example.com/top-movers.html" },
    ]);
  });

  it("that answer with an error fail, without the address in the message", async () => {
    await assert.rejects(post(`${base}/error`), { message: "the webhook answered 500" });
  });

  it("that redirect fail: a redirect could lead anywhere", async () => {
    await assert.rejects(post(`${base}/elsewhere`), /^Error: the webhook did not answer: /);
    assert.equal(requests.length, 1);
  });

  it("that do not answer fail with the reason", async () => {
    await assert.rejects(
      post("http://127.0.0.1:1/x"),
      (error: Error) => !error.message.includes("127.0.0.1"),
    );
  });

  for (const address of [
    "http://hooks.example.com/x",
    "https://169.254.169.254/latest",
    "https://[::1]/x",
    "https://localhost/x",
    "https://user:password@hooks.example.com/x",
    "https://hooks.example.com:8443/x",
    "file:///etc/passwd",
    "not an address",
  ])
    it(`are not called at ${address}`, async () => {
      await assert.rejects(post(address), {
        message: "the webhook's secret must be an https address with a host name, without port and user",
      });
    });

  it("on the machine itself are called in the embedded cloud only", async () => {
    await assert.rejects(post(`${base}/ok`, false), /must be an https address/);
    assert.equal(requests.length, 0);
  });

  it("are named with their format and secret", () => {
    assert.deepEqual(
      [...readWebhooks("team:slack:pricelake/prod/team office:teams:a")],
      [
        ["team", { format: "slack", secret: "pricelake/prod/team" }],
        ["office", { format: "teams", secret: "a" }],
      ],
    );
    assert.deepEqual(readWebhooks("").size, 0);
    assert.throws(() => readWebhooks("team:irc:x"), /with a format of slack, teams/);
  });
});
