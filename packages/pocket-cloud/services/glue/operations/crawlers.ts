import type {
  Crawler,
  CrawlerTargets,
  CreateCrawlerRequest,
  RecrawlPolicy,
  SchemaChangePolicy,
} from "@aws-sdk/client-glue";
import { AwsError, unsupported } from "../../../errors";
import { parseConfiguration } from "../crawler/configuration";
import { type Crawlers, checkSchedule } from "../crawler/crawlers";
import { parseTarget } from "../crawler/scan";
import { alreadyExists, invalidInput, notFound } from "../errors";
import { type MakeForCrawlers, onCrawler, pageOf } from "../operation";

const passesRole = (crawlers: Crawlers) => ({
  passes: ({ Role }: { readonly Role?: string | undefined }) => [Role && crawlers.roleArn(Role)],
});

type Definition = Omit<CreateCrawlerRequest, "Name" | "Tags" | "Role" | "Targets"> & {
  readonly Role?: string | undefined;
  readonly Targets?: CrawlerTargets | undefined;
};

export const CreateCrawler: MakeForCrawlers<"CreateCrawler"> = (crawlers) => ({
  ...onCrawler(crawlers),
  ...passesRole(crawlers),
  run: (input) => {
    const { Name = "", Tags, ...definition } = input;
    const { store } = crawlers;
    if (crawlers.all.has(Name)) throw alreadyExists(`${Name} already exists`);
    const now = new Date(store.cloud.clock.now());
    const initial: Crawler = {
      Name,
      State: "READY",
      CrawlElapsedTime: 0,
      CreationTime: now,
      LastUpdated: now,
      Version: 1,
    };
    const crawler = applyDefinition(initial, definition);
    checkCrawler(crawlers, crawler);
    crawlers.all.set(Name, crawler);
    crawlers.reschedule(Name);
    if (Tags && Object.keys(Tags).length > 0) store.tags.set(store.arn(`crawler/${Name}`), Tags);
    return {};
  },
});

export const UpdateCrawler: MakeForCrawlers<"UpdateCrawler"> = (crawlers) => ({
  ...onCrawler(crawlers),
  ...passesRole(crawlers),
  run: ({ Name = "", ...definition }) => {
    const before = crawlers.get(Name);
    if (before.State !== "READY")
      throw new AwsError("CrawlerRunningException", `Crawler with name ${Name} is currently running`);
    const crawler = applyDefinition(before, definition);
    checkCrawler(crawlers, crawler);
    crawlers.all.set(Name, {
      ...crawler,
      LastUpdated: new Date(crawlers.store.cloud.clock.now()),
      Version: (before.Version ?? 1) + 1,
    });
    crawlers.reschedule(Name);
    return {};
  },
});

const DEFAULT_CHANGES: SchemaChangePolicy = {
  UpdateBehavior: "UPDATE_IN_DATABASE",
  DeleteBehavior: "DEPRECATE_IN_DATABASE",
};
const DEFAULT_RECRAWL: RecrawlPolicy = { RecrawlBehavior: "CRAWL_EVERYTHING" };

/** The crawler after a create or update request. Members that the request leaves out do not change. */
function applyDefinition(before: Crawler, { Schedule, Role, Targets, ...definition }: Definition): Crawler {
  const changes = Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== undefined));
  return {
    Classifiers: [],
    SchemaChangePolicy: DEFAULT_CHANGES,
    RecrawlPolicy: DEFAULT_RECRAWL,
    LineageConfiguration: { CrawlerLineageSettings: "DISABLE" },
    LakeFormationConfiguration: { UseLakeFormationCredentials: false, AccountId: "" },
    ...before,
    ...changes,
    ...(Targets && { Targets: withAllKinds(Targets) }),
    // AWS returns the role's name, even if the request has its ARN.
    ...(Role !== undefined && { Role: Role.replace(/^arn:[^:]+:iam::\d+:role\//, "") }),
    ...(Schedule !== undefined && {
      Schedule: Schedule === "" ? undefined : { ScheduleExpression: Schedule, State: "SCHEDULED" },
    }),
  };
}

const UNSUPPORTED_TARGETS = [
  "JdbcTargets",
  "MongoDBTargets",
  "DynamoDBTargets",
  "CatalogTargets",
  "DeltaTargets",
  "IcebergTargets",
  "HudiTargets",
] as const;

/** As in AWS, all kinds of targets are present, and S3 targets always have exclusions. */
const withAllKinds = ({ S3Targets = [], ...others }: CrawlerTargets): CrawlerTargets => ({
  ...Object.fromEntries(UNSUPPORTED_TARGETS.map((kind) => [kind, []])),
  ...others,
  S3Targets: S3Targets.map(({ Exclusions = [], ...target }) => ({ ...target, Exclusions })),
});

function checkCrawler(crawlers: Crawlers, crawler: Crawler): void {
  const { Targets = {}, RecrawlPolicy, SchemaChangePolicy } = crawler;
  const unsupportedKind = UNSUPPORTED_TARGETS.find((kind) => (Targets[kind]?.length ?? 0) > 0);
  if (unsupportedKind) throw unsupported(`crawling ${unsupportedKind}; only S3Targets are crawled`);
  if ((Targets.S3Targets?.length ?? 0) === 0) throw invalidInput("At least one target must be specified.");
  for (const { Path, ConnectionName, EventQueueArn } of Targets.S3Targets ?? []) {
    parseTarget(Path);
    if (ConnectionName) throw unsupported("crawling through a connection");
    if (EventQueueArn) throw unsupported("crawling by S3 events");
  }
  if (RecrawlPolicy?.RecrawlBehavior === "CRAWL_EVENT_MODE")
    throw unsupported("crawling by S3 events (CRAWL_EVENT_MODE)");
  if (
    RecrawlPolicy?.RecrawlBehavior === "CRAWL_NEW_FOLDERS_ONLY" &&
    (SchemaChangePolicy?.UpdateBehavior !== "LOG" || SchemaChangePolicy.DeleteBehavior !== "LOG")
  )
    throw invalidInput(
      'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only LOG DeleteBehavior value and LOG UpdateBehavior value.',
    );
  parseConfiguration(crawler.Configuration);
  if (crawler.Schedule?.ScheduleExpression) checkSchedule(crawler.Schedule.ScheduleExpression);
  for (const name of crawler.Classifiers ?? []) {
    const found = crawlers.store.classifiers.get(name);
    if (!found) throw notFound(`Classifier with name: ${name} not found`);
    if (found.GrokClassifier) throw unsupported(`crawling with grok classifiers (${name})`);
  }
  try {
    crawlers.assume(crawler);
  } catch {
    throw invalidInput(`Service is unable to assume provided role. Please verify role's TrustPolicy`);
  }
}

export const GetCrawler: MakeForCrawlers<"GetCrawler"> = (crawlers) => ({
  ...onCrawler(crawlers),
  run: ({ Name }) => ({ Crawler: currentView(crawlers, crawlers.get(Name)) }),
});

export const GetCrawlers: MakeForCrawlers<"GetCrawlers"> = (crawlers) => ({
  run: (input) => {
    const { page, ...next } = pageOf(crawlers.all.values(), input);
    return { Crawlers: page.map((crawler) => currentView(crawlers, crawler)), ...next };
  },
});

export const BatchGetCrawlers: MakeForCrawlers<"BatchGetCrawlers"> = (crawlers) => ({
  run: ({ CrawlerNames = [] }) => ({
    Crawlers: CrawlerNames.flatMap((name) => crawlers.all.get(name) ?? []).map((crawler) =>
      currentView(crawlers, crawler),
    ),
    CrawlersNotFound: CrawlerNames.filter((name) => !crawlers.all.has(name)),
  }),
});

export const ListCrawlers: MakeForCrawlers<"ListCrawlers"> = (crawlers) => ({
  run: (input) => {
    const { store } = crawlers;
    const tagFilter = Object.entries(input.Tags ?? {});
    const names = crawlers.all.keys().filter((name) => {
      const tags = store.tags.get(store.arn(`crawler/${name}`)) ?? {};
      return tagFilter.every(([key, value]) => tags[key] === value);
    });
    const { page, ...next } = pageOf(names, input);
    return { CrawlerNames: page, ...next };
  },
});

export const DeleteCrawler: MakeForCrawlers<"DeleteCrawler"> = (crawlers) => ({
  ...onCrawler(crawlers),
  run: ({ Name = "" }) => {
    if (crawlers.get(Name).State !== "READY")
      throw new AwsError("CrawlerRunningException", `Crawler with name ${Name} is currently running`);
    crawlers.remove(Name);
    crawlers.store.tags.delete(crawlers.store.arn(`crawler/${Name}`));
    return {};
  },
});

function currentView(crawlers: Crawlers, crawler: Crawler): Crawler {
  const [run] = crawlers.runs(crawler.Name ?? "");
  const running = crawler.State !== "READY" && run?.StartTime;
  return { ...crawler, CrawlElapsedTime: running ? crawlers.store.cloud.clock.now() - running.getTime() : 0 };
}
