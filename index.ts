import { feeds } from "./data/feeds";
import { Alerts } from "./infra/alerts";
import { monthlyBudget } from "./infra/budget";
import { Catalogue } from "./infra/catalogue";
import { Feed } from "./infra/feed";
import { Lake } from "./infra/lake";
import { Monitoring } from "./infra/monitoring";
import { Poller } from "./infra/poller";
import { Queries } from "./infra/queries";
import { currentSetting } from "./infra/setting";

/** pricelake: market data in a lake you own. Configuration → lake → catalogue → feeds → queries → monitoring. */
export = async () => {
  const setting = await currentSetting();
  const { config, names, account, region } = setting;

  const { data: lake, results, failures } = new Lake("lake", setting);
  const { topic } = new Alerts("alerts", setting);
  const { database, crawler } = new Catalogue("catalogue", lake, setting);

  const made = new Map<string, Feed>();
  for (const feed of Object.values(feeds).filter(({ name }) => config.feeds.includes(name))) {
    const bucket = names.lakeBucket(account, region);
    // Rules are written for prices of coins.
    const alerts = feed.name === "crypto" ? topic : undefined;
    const direct = config.directFeeds.includes(feed.name);
    made.set(feed.name, new Feed(feed, { lake, failures, bucket, database, alerts, direct }, setting));
  }
  const stream = made.get("crypto")?.stream;
  const poller = stream && new Poller("poll-prices", { stream }, setting);

  const { workgroup } = new Queries("queries", { database, results }, setting);

  const queues = [crawler, poller].flatMap((owner) => owner?.deadLetters ?? []);
  if (config.monitoring !== "none")
    new Monitoring("monitoring", { feeds: [...made.values()], poller, queues, topic }, setting);
  monthlyBudget("budget", topic, setting);

  return {
    lakeBucket: lake.name,
    resultsBucket: results.name,
    failuresBucket: failures.name,
    alertsTopic: topic,
    database,
    workgroup,
    crawler: crawler.name,
    streams: Object.fromEntries([...made].map(([name, feed]) => [name, feed.stream.name])),
    deliveryStreams: [...made.values()].flatMap(({ deliveries }) => deliveries.map(({ name }) => name)),
    tables: Object.fromEntries([...made].map(([name, feed]) => [name, feed.store.name])),
  };
};
