import { join } from "node:path";
import {
  type Preview,
  type PreviewOptions,
  type PreviewResource,
  previewProgram,
} from "../../packages/pulumi-local";

export const root = join(__dirname, "../..");
export const environments = ["local", "dev", "staging", "prod"] as const;
export type Environment = (typeof environments)[number];

const made = new Map<string, Promise<Preview>>();
const printed = new WeakMap<Preview, readonly string[]>();

/** The program's preview for an environment, made once for all tests of a process. */
export const previewOf = (stack: Environment): Promise<Preview> => previewWith(stack, {});

/**
 * The same with other options. A preview costs two seconds of CPU: one with several options that do not touch each other
 * serves several tests.
 */
export function previewWith(
  stack: Environment,
  config: NonNullable<PreviewOptions["config"]>,
): Promise<Preview> {
  const options = Object.entries(config).map(([key, value]) => [key.replace(/^pricelake:/, ""), value]);
  const id = JSON.stringify([stack, Object.fromEntries(options.sort())]);
  const preview = made.get(id) ?? make(stack, options.length > 0 ? { config } : {});
  made.set(id, preview);
  return preview;
}

async function make(stack: Environment, options: Pick<PreviewOptions, "config">): Promise<Preview> {
  const lines: string[] = [];
  const preview = await previewProgram({
    dir: root,
    stack,
    ...options,
    log: (line) => void lines.push(line),
  });
  printed.set(preview, lines);
  return preview;
}

/** What the program printed in a preview, and its warnings. */
export const linesOf = (preview: Preview): readonly string[] => printed.get(preview) ?? [];

/** Everything that adds alarms, with the published site. */
export const EVERY_ALARM = {
  monitoring: "alarms",
  site: "bucket",
  compaction: "daily",
  dailyReconcile: "true",
  directFeeds: '["crypto", "retail", "stocks", "posts"]',
};

/** Options of dev that do not touch each other. */
export const OTHER_VALUES = {
  coingeckoApiKey: { value: "CG-canary-4b1d", secret: true },
  csvGzip: "true",
  pollSeconds: "90",
  lakeSince: "2024-02-01",
} as const;

/** A private site with a domain and a channel. */
export const SITE_WITH_DOMAIN = {
  site: "private",
  sitePasswordHash: `${"0".repeat(32)}:${"a".repeat(64)}`,
  siteDomain: "reports.example.com",
  siteCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
  siteWebhooks: '["team:slack:chat/team"]',
};

/** A public site with a channel, and a poller with a key. */
export const PUBLIC_SITE = {
  coingeckoApiKey: { value: "k", secret: true },
  site: "public",
  siteWebhooks: '["team:slack:chat/team"]',
} as const;

/** A private site without access logs and with a scan limit, and a poller with a key in Secrets Manager. */
export const SITE_WITHOUT_LOGS = {
  site: "private",
  sitePasswordHash: `${"0".repeat(32)}:${"a".repeat(64)}`,
  siteAccessLogs: "false",
  siteScanLimitMegabytes: "100",
  coingeckoApiKeySecret: "coingecko",
};

export const ofType = ({ resources }: Preview, type: string): readonly PreviewResource[] =>
  resources.filter((resource) => resource.type === type);

/** Inputs of the one resource of this logical name and type. */
export function inputsOf(preview: Preview, type: string, name: string): Record<string, unknown> {
  const [found, ...more] = ofType(preview, type).filter((resource) => resource.name === name);
  if (!found || more.length > 0)
    throw new Error(`${more.length + (found ? 1 : 0)} resources ${type} ${name}`);
  return { ...found.inputs };
}
