import { feeds } from "./data/feeds";
import { Catalogue } from "./infra/catalogue";
import { Feed } from "./infra/feed";
import { Lake } from "./infra/lake";
import { Poller } from "./infra/poller";
import { Queries } from "./infra/queries";
import { currentSetting } from "./infra/setting";

/** pricelake: market data in a lake you own. Configuration, lake, catalogue, feeds, queries. */
export = async () => {
  const setting = await currentSetting();
  const { config, names, account, region } = setting;

  const { data: lake, results, failures } = new Lake("lake", setting);
  const { database, crawler } = new Catalogue("catalogue", lake, setting);

  const bucket = names.lakeBucket(account, region);
  const made = Object.fromEntries(
    Object.values(feeds)
      .filter(({ name }) => config.feeds.includes(name))
      .map((feed) => [feed.name, new Feed(feed, { lake, failures, bucket, database }, setting)]),
  );
  if (made.crypto) new Poller("poll-prices", { stream: made.crypto.stream, lake }, setting);

  const { workgroup } = new Queries("queries", { database, results }, setting);

  return {
    lakeBucket: lake.name,
    resultsBucket: results.name,
    database,
    workgroup,
    crawler: crawler.name,
    streams: Object.fromEntries(Object.entries(made).map(([name, { stream }]) => [name, stream.name])),
    tables: Object.fromEntries(Object.entries(made).map(([name, { store }]) => [name, store.name])),
  };
};
