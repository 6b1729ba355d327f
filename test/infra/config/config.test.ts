import { strict as assert } from "node:assert";
import { readConfig } from "../../../infra/config/config";
import { readConfig as readProjectConfig } from "../../../packages/pulumi-local";
import { environments, root } from "../stacks";

const read = (stack: string, changes: Readonly<Record<string, string>> = {}) => {
  const { values } = readProjectConfig(root, "pricelake", "dev", changes);
  return readConfig(
    stack,
    (key) => values[`pricelake:${key}`],
    () => undefined,
  );
};

describe("Configuration", () => {
  it("is complete for every environment with Pulumi.yaml's defaults and the stack's file", () => {
    for (const stack of environments) {
      const { values } = readProjectConfig(root, "pricelake", stack);
      const config = readConfig(
        stack,
        (key) => values[`pricelake:${key}`],
        () => undefined,
      );
      assert.equal(config.env, stack);
      assert.deepEqual(config.feeds, ["crypto", "retail", "stocks", "posts"]);
    }
  });

  it("has no unused key", () => {
    const asked = new Set<string>();
    const { values } = readProjectConfig(root, "pricelake", "local");
    const get = (key: string) => {
      asked.add(key);
      return values[`pricelake:${key}`];
    };
    readConfig("local", get, () => undefined);
    const declared = Object.keys(values).filter((key) => key.startsWith("pricelake:"));
    assert.deepEqual(
      declared.filter((key) => !asked.has(key.slice("pricelake:".length))),
      [],
    );
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["streamMode", "SOMETIMES", /streamMode is "SOMETIMES"; it must be one of PROVISIONED, ON_DEMAND/],
    ["storeWrites", "batched", /storeWrites is "batched"; it must be one of single, transactions/],
    ["streamShards", "0", /streamShards is "0"; it must be a whole number from 1 to 500/],
    ["streamShards", "1e2", /streamShards is "1e2"/],
    ["fallbackSource", "coinlore", /fallbackSource is "coinlore"; it must be one of none, coinpaprika/],
    ["pollSeconds", "29", /pollSeconds is "29"; it must be a whole number from 30 to 3600/],
    ["pollSeconds", "4.5", /pollSeconds is "4.5"; it must be a whole number from 30 to 3600/],
    ["pollMinutes", "5", /pollMinutes is "5"; it must be removed: pollSeconds, in seconds, replaces it$/],
    [
      "coins",
      "5000",
      /coins is "5000"; it must be at most 1750: at 10 requests a minute \(requestsPerMinute\) its 20 pages take 114 s, and a poll may take 40$/,
    ],
    ["feeds", '["gold"]', /feeds is .*; it must be a list of feeds: crypto, retail, stocks, posts/],
    [
      "directFeeds",
      '["gold"]',
      /directFeeds is .*; it must be a list of feeds: crypto, retail, stocks, posts/,
    ],
    ["feeds", '["crypto","crypto"]', /a list without repetitions/],
    ["site", "on", /site is "on"; it must be one of off, bucket, private, public/],
    [
      "site",
      "private",
      /site is "private"; it must be bucket or public without sitePasswordHash and siteAllowedIps/,
    ],
    ["siteMinutes", "4", /siteMinutes is "4"; it must be a whole number from 5 to 1440/],
    [
      "sitePasswordHash",
      "secret",
      /it must be a salt and a hash, as `npm run report -- site --new-password` prints/,
    ],
    [
      "siteAllowedIps",
      '["203.0.113.0/40"]',
      /siteAllowedIps is .*; it must be a list of addresses or CIDR ranges/,
    ],
    ["siteUrl", "javascript:alert(1)", /siteUrl is .*; it must be an address such as https:/],
    ["siteDomain", "https://reports.example.com", /siteDomain is .*; it must be a host name such as/],
    ["siteDomain", "reports.example.com", /siteCertificateArn is missing; it must be set with siteDomain/],
    [
      "siteCertificateArn",
      "arn:aws:acm:eu-west-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
      /it must be the ARN of a certificate in us-east-1/,
    ],
    [
      "siteWebhooks",
      '["https://hooks.slack.com/services/x"]',
      /with the name of a secret in Secrets Manager/,
    ],
    ["lakeSince", "2025-13-01", /lakeSince is "2025-13-01"; it must be a day/],
    ["lakeSince", "2025-02-29", /lakeSince is "2025-02-29"; it must be a day/],
    ["csvExpiryDays", "6", /csvExpiryDays is "6"; it must be 0, or at least 7/],
    ["rawExpiryDays", "30", /rawExpiryDays is "30"; it must be a whole number from 31/],
    ["rawArchiveDays", "400", /rawExpiryDays is "400"; it must be more than rawArchiveDays, 400/],
    [
      "recordAgeSeconds",
      "86400",
      /recordAgeSeconds is "86400"; it must be at most 82800, an hour less than the stream's retention/,
    ],
    [
      "priceSource",
      "coingecko-pro",
      /coingeckoApiKey is missing; it must be set with priceSource coingecko-pro/,
    ],
    ["logRetentionDays", "8", /it must be one of 1, 3, 5, 7,/],
    ["csvGzip", "yes", /it must be one of true, false/],
    ["tracing", "yes", /it must be one of true, false/],
    ["alertEmails", '["nobody"]', /a list of e-mail addresses/],
    ["crawlCron", "daily", /an EventBridge cron expression/],
  ];
  for (const [key, value, message] of wrong)
    it(`refuses ${key} = ${value}`, () => {
      assert.throws(() => read("dev", { [key]: value }), message);
    });

  it("does not repeat the address of a webhook that stands in place of its secret's name", () => {
    const siteWebhooks = '["team:slack:https://hooks.slack.com/services/T0/B0/verysecret"]';
    assert.throws(
      () => read("dev", { siteWebhooks }),
      (error: Error) => error.message.includes("siteWebhooks is") && !error.message.includes("verysecret"),
    );
  });

  it("takes a private site with a password, with addresses, or with both, and no public one with them", () => {
    const sitePasswordHash = `${"0".repeat(32)}:${"f".repeat(64)}`;
    const siteAllowedIps = '["203.0.113.0/24","2001:db8::/32"]';
    for (const guard of [{ sitePasswordHash }, { siteAllowedIps }, { sitePasswordHash, siteAllowedIps }]) {
      assert.equal(read("dev", { site: "private", ...guard }).site.access, "private");
      assert.throws(() => read("dev", { site: "public", ...guard }), /a public site checks neither/);
    }
  });

  it("refuses an own domain of a site that nothing serves", () => {
    const siteCertificateArn =
      "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
    const domain = { siteDomain: "reports.example.com", siteCertificateArn };
    assert.equal(read("dev", { site: "public", ...domain }).site.domain, "reports.example.com");
    for (const site of ["off", "bucket"])
      assert.throws(() => read("dev", { site, ...domain }), /siteDomain is .*; it must be empty with site/);
  });

  it("refuses a zero buffer with dynamic partitioning", () => {
    assert.throws(
      () => read("dev", { deliveryFormat: "event-time", deliveryBufferSeconds: "0" }),
      /deliveryBufferSeconds is "0"; it must be 1 to 900 with deliveryFormat event-time/,
    );
    assert.equal(read("dev", { deliveryBufferSeconds: "0" }).delivery.bufferSeconds, 0);
  });

  it("refuses reservations that leave less than 100 of the account's concurrency unreserved", () => {
    assert.throws(
      () => read("dev", { reservedConcurrency: "1" }),
      /reservedConcurrency is "1"; it must be 0 with concurrencyQuota 10: 11 functions reserve it, and AWS keeps 100 unreserved/,
    );
    assert.throws(
      () => read("dev", { reservedConcurrency: "10", concurrencyQuota: "209" }),
      /reservedConcurrency is "10"; it must be at most 9 with concurrencyQuota 209/,
    );
    assert.equal(
      read("dev", { reservedConcurrency: "10", concurrencyQuota: "210" }).functions.reservedConcurrency,
      10,
    );
    assert.equal(
      read("dev", {
        reservedConcurrency: "25",
        concurrencyQuota: "200",
        feeds: '["crypto"]',
        directFeeds: "[]",
      }).functions.reservedConcurrency,
      25,
    );
  });

  it("refuses polls beyond the source's rate limit, and says what fits", () => {
    assert.throws(
      () => read("dev", { pollSeconds: "30", coins: "1500" }),
      /pollSeconds is "30"; it must be at least 36 with coins 1500: a poll takes 6 requests, and the limit is 10 a minute \(requestsPerMinute\)$/,
    );
    assert.equal(read("dev", { pollSeconds: "36", coins: "1500" }).prices.pollSeconds, 36);
    assert.throws(
      () => read("dev", { pollSeconds: "90", coins: "500", requestsPerMinute: "1" }),
      /pollSeconds is "90"; it must be at least 120 with coins 500/,
    );
  });

  it("refuses an unknown key and lists the known ones", () => {
    const { values } = readProjectConfig(root, "pricelake", "dev");
    const readWith = (keys: readonly string[]) =>
      readConfig(
        "dev",
        (key) => values[`pricelake:${key}`],
        () => undefined,
        keys,
      );
    assert.throws(
      () => readWith(["coins", "coinz"]),
      /configuration pricelake:coinz is not known; the keys are alertEmails, batchSize, .*, tracing$/,
    );
    assert.equal(readWith(["coins", "coingeckoApiKey", "sampleMarketUrl"]).env, "dev");
  });

  it("refuses a stack name that is invalid in physical names", () => {
    assert.throws(() => read("My-Stack"), /the stack "My-Stack" names the environment/);
  });
});
