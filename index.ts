import { feeds } from "./data/feeds";
import { Catalogue } from "./infra/catalogue/catalogue";
import { loadContext } from "./infra/context";
import { Feed } from "./infra/feeds/feed";
import { Compactor } from "./infra/jobs/compactor";
import { Poller } from "./infra/jobs/poller";
import { Publisher } from "./infra/jobs/publisher";
import { Reconciler } from "./infra/jobs/reconciler";
import { Alerts, monthlyBudget } from "./infra/monitoring/alerts";
import { Monitoring } from "./infra/monitoring/monitoring";
import { tagWithProject } from "./infra/project-tag";
import { Queries } from "./infra/queries/queries";
import { SiteEdge } from "./infra/site/edge";
import { CLOUDFRONT_REGION, SiteLogs } from "./infra/site/logs";
import { Lake } from "./infra/storage/lake";

/** pricelake: market data in a lake you own. Configuration → lake → catalogue → feeds → queries → site → monitoring. */
export = async () => {
  tagWithProject();
  const context = await loadContext();
  const { config } = context;

  const isServed = config.site.access === "private" || config.site.access === "public";
  const edge = isServed ? new SiteEdge("site", context) : undefined;

  const isLogged = edge !== undefined && config.site.accessLogs;
  const {
    data: lake,
    results,
    failures,
    accessLogs,
  } = new Lake(
    "lake",
    { servedBy: edge?.distributionArn, logDeliveriesFrom: isLogged ? CLOUDFRONT_REGION : undefined },
    context,
  );
  if (isLogged)
    new SiteLogs("site-logs", { distributionArn: edge.distributionArn, bucket: accessLogs }, context);
  const { topic } = new Alerts("alerts", context);
  const { database, crawler } = new Catalogue("catalogue", { lake }, context);

  const deployed = Object.values(feeds)
    .filter(({ name }) => config.feeds.includes(name))
    .map((definition) => new Feed(definition, { lake, failures, database, topic }, context));
  const polled = deployed.find(({ definition }) => definition.polled);
  const poller = polled && new Poller("poll-prices", { feed: polled }, context);

  const queries = new Queries("queries", { database, results }, context);
  const { workgroup } = queries;

  const reconciler = config.dailyReconcile
    ? new Reconciler("reconcile", { feeds: deployed, lake, results, queries }, context)
    : undefined;
  const siteUrl = config.site.url ?? edge?.url;
  const publisher =
    config.site.access !== "off"
      ? new Publisher("publish-reports", { lake, results, topic, url: siteUrl }, context)
      : undefined;
  const compactor =
    config.lake.compaction === "daily"
      ? new Compactor("compact", { feeds: deployed, lake, results, queries }, context)
      : undefined;
  const deadLetters = [crawler, poller, reconciler, publisher, compactor].flatMap(
    (owner) => owner?.deadLetters ?? [],
  );
  if (config.monitoring !== "none")
    new Monitoring(
      "monitoring",
      { feeds: deployed, poller, reconciler, publisher, compactor, deadLetters, topic },
      context,
    );
  monthlyBudget("budget", topic, context);

  return {
    lakeBucket: lake.name,
    resultsBucket: results.name,
    failuresBucket: failures.name,
    alertsTopic: topic,
    database,
    workgroup,
    crawler: crawler.name,
    ...(siteUrl !== undefined && { siteUrl }),
    ...(edge && { siteDistribution: edge.distributionDomain }),
    streams: Object.fromEntries(deployed.map(({ definition, stream }) => [definition.name, stream.name])),
    deliveryStreams: deployed.flatMap(({ deliveries }) => deliveries.map(({ name }) => name)),
    tables: Object.fromEntries(deployed.map(({ definition, store }) => [definition.name, store.name])),
  };
};
