import * as pulumi from "@pulumi/pulumi";
import { bundleScript } from "../../analytics/site/script";
import { feeds } from "../../data/feeds";
import { eachFeed } from "../../sql/library/feeds";
import { type Site, TOPIC_CHANNEL } from "../../sql/library/site/model";
import { loadSite } from "../../sql/library/site/read";
import type { Config } from "../config/config";

/** The pages of sql/site.yaml whose feeds are deployed, with the channels that the environment has. */
export function deployedSite(site: Site, deployed: readonly string[], webhooks: readonly string[]): Site {
  const channels = new Set([TOPIC_CHANNEL, ...webhooks]);
  return {
    ...site,
    pages: site.pages
      .filter(({ report: { feed } }) => feed === eachFeed || deployed.includes(feed))
      .map(({ deliver, ...page }) => ({
        ...page,
        ...(deliver && {
          deliver: { ...deliver, to: deliver.to.filter((channel) => channels.has(channel)) },
        }),
      })),
  };
}

/** Channels of the list that are no webhook of an environment with webhooks: they are probably misspelt. */
export const unknownChannels = (site: Site, webhooks: readonly string[]): readonly string[] =>
  webhooks.length === 0
    ? []
    : [...new Set(site.pages.flatMap(({ deliver }) => deliver?.to ?? []))].filter(
        (channel) => channel !== TOPIC_CHANNEL && !webhooks.includes(channel),
      );

/** The file that publish-reports reads: its pages with their reports, the feeds' cadences, and the pages' script. */
export async function sitePackage({ feeds: deployed, prices, site: config }: Config): Promise<string> {
  const site = loadSite();
  const webhooks = config.webhooks.map((webhook) => webhook.slice(0, webhook.indexOf(":")));
  for (const channel of unknownChannels(site, webhooks))
    pulumi.log.warn(
      `sql/site.yaml sends reports to "${channel}", but siteWebhooks has only ${webhooks.join(", ")}`,
    );
  const cadences = Object.values(feeds)
    .filter(({ name }) => deployed.includes(name))
    .map(({ name, polled, cadenceSeconds }) => [
      name,
      (polled ? prices.pollSeconds : cadenceSeconds) ?? null,
    ]);
  return JSON.stringify({
    site: deployedSite(site, deployed, webhooks),
    feeds: Object.fromEntries(cadences),
    script: await bundleScript(),
  });
}
