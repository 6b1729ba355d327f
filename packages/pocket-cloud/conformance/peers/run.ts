import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { KMS } from "@aws-sdk/client-kms";
import { startCloud } from "../../index";

export interface PeerTest {
  readonly suite: string;
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
}

const KEYS = { accessKeyId: "test", secretAccessKey: "test" };

/** The suites, by the names of their checkouts. */
const SUITES: Readonly<Record<string, (checkout: string, python: string) => Promise<PeerTest[]>>> = {
  "s3-tests": runS3Tests,
  kinesalite: (checkout) => runMocha("kinesalite", checkout, "kinesis"),
  dynalite: (checkout) => runMocha("dynalite", checkout, "dynamodb"),
  moto: runMoto,
};

/** Runs suites, by default all, in the checkouts below a folder, each with its dependencies installed. */
export async function runPeers(folder: string, python: string, only: readonly string[]): Promise<PeerTest[]> {
  const tests: PeerTest[] = [];
  for (const [name, runSuite] of Object.entries(SUITES))
    if (only.length === 0 || only.includes(name)) tests.push(...(await runSuite(join(folder, name), python)));
  return tests;
}

/** Moto's folders of tests for the services that are supported. */
const MOTO_FOLDERS = [
  ...["athena", "cloudwatch", "dynamodb", "dynamodbstreams", "firehose", "glue", "iam", "kinesis", "kms"],
  ...["logs", "s3", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "sts"],
];

/** Runs moto's tests in server mode, in which they talk to a server that they reset before each test. */
async function runMoto(checkout: string, python: string): Promise<PeerTest[]> {
  const folder = mkdtempSync(join(tmpdir(), "moto-"));
  const administratorKeys = { accessKeyId: "FOOBARKEY", secretAccessKey: "FOOBARSECRET" };
  const cloud = await startCloud({ administratorKeys, accountId: "123456789012" });
  const control = createServer((_, response) => {
    cloud.reset().then(
      () => response.end(),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
  try {
    const results = join(folder, "results.xml");
    const { port } = control.address() as AddressInfo;
    await run(
      python,
      [
        ...["-m", "pytest", "-p", "moto_plugin", "-q", "--tb=line", "-p", "no:cacheprovider", "--timeout=20"],
        ...["--continue-on-collection-errors", `--junitxml=${results}`],
        ...MOTO_FOLDERS.map((name) => `tests/test_${name}`),
      ],
      checkout,
      {
        PYTHONPATH: [__dirname, checkout].join(delimiter),
        TEST_SERVER_MODE: "true",
        TEST_SERVER_MODE_ENDPOINT: cloud.endpoint,
        PEER_RESET_URL: `http://127.0.0.1:${port}/`,
      },
    );
    return readJUnit("moto", readFileSync(results, "utf8"));
  } finally {
    control.close();
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Markers of s3-tests whose tests need more accounts, features that are not supported, or Ceph. */
const LEFT_OUT = [
  ...[
    "fails_on_aws",
    "auth_aws2",
    "s3select",
    "s3website",
    "cloud_transition",
    "cloud_restore",
    "object_lock",
  ],
  ...["lifecycle_expiration", "iam_account", "iam_user", "iam_tenant", "iam_cross_account", "user_policy"],
  ...["group", "group_policy", "webidentity_test", "appendobject", "bucket_logging"],
];

async function runS3Tests(checkout: string, python: string): Promise<PeerTest[]> {
  const folder = mkdtempSync(join(tmpdir(), "s3-tests-"));
  const cloud = await startCloud({ administratorKeys: KEYS });
  try {
    const config = join(folder, "s3tests.conf");
    const results = join(folder, "results.xml");
    const kms = new KMS({ ...cloud, maxAttempts: 1 });
    const [one, two] = [await kms.createKey({}), await kms.createKey({})].map(
      ({ KeyMetadata }) => KeyMetadata?.KeyId ?? "",
    );
    kms.destroy();
    writeFileSync(config, s3Config(new URL(cloud.endpoint), `kms_keyid = ${one}\nkms_keyid2 = ${two}\n`));
    const left = LEFT_OUT.map((marker) => `not ${marker}`).join(" and ");
    await run(
      python,
      [
        ...["-m", "pytest", "-p", "s3_plugin", "-q", "--tb=line", "-p", "no:cacheprovider"],
        ...["--timeout=60", "-m", left],
        ...[`--junitxml=${results}`, "s3tests/functional/test_s3.py"],
      ],
      checkout,
      { S3TEST_CONF: config, PYTHONPATH: __dirname },
    );
    return readJUnit("s3-tests", readFileSync(results, "utf8"));
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All users of the configuration are the administrator, because there is one account. */
function s3Config({ hostname, port }: URL, keys: string): string {
  const user = (section: string, more = "") =>
    `[${section}]\ndisplay_name = ${section}\nuser_id = ${section}\nemail = ${section}\naccess_key = ${KEYS.accessKeyId}\nsecret_key = ${KEYS.secretAccessKey}\n${more}`;
  return [
    `[DEFAULT]\nhost = ${hostname}\nport = ${port}\nis_secure = False\nssl_verify = False\n`,
    "[fixtures]\nbucket prefix = s3t-{random}-\niam name prefix = s3t-\niam path prefix = /s3t/\n",
    user("s3 main", `api_name = eu-west-1\n${keys}`),
    user("s3 alt"),
    user("s3 tenant", "tenant = testx\n"),
    ...["iam", "iam root", "iam alt root"].map((section) => user(section)),
  ].join("\n");
}

function readJUnit(suite: string, xml: string): PeerTest[] {
  return [
    ...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g),
  ]
    .filter(([, , , inside = ""]) => !inside.includes("<skipped"))
    .map(([, place = "", name = "", inside = ""]) => ({
      suite,
      // Moto's files say which service it is.
      name: unescapeXml(suite === "moto" ? `${/test_(\w+)/.exec(place)?.[1] ?? ""} ${name}` : name),
      passed: !/<(failure|error)/.test(inside),
      message: unescapeXml(/message="([^"]*)"/.exec(inside)?.[1] ?? ""),
    }));
}

const unescapeXml = (text: string): string =>
  text.replace(/&(lt|gt|quot|apos|#10|amp);/g, (_, name: string) => XML_NAMES[name] ?? "");
const XML_NAMES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#10": " ",
  amp: "&",
};

interface MochaResult {
  readonly fullTitle: string;
  readonly err: { readonly message?: string };
}

/** Runs a mocha suite whose server is replaced by a cloud. */
async function runMocha(suite: string, checkout: string, service: string): Promise<PeerTest[]> {
  const folder = mkdtempSync(join(tmpdir(), `${suite}-`));
  try {
    const results = join(folder, "results.json");
    await run(
      process.execPath,
      [
        ...["--require", createRequire(__filename).resolve("tsx/cjs")],
        join(checkout, "node_modules/mocha/bin/_mocha"),
        ...["--exit", "--require", join(__dirname, "serve-instead.cjs"), "--require", "should", "-t", "10s"],
        ...["--reporter", "json"],
      ],
      checkout,
      {
        AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
        PEER_SERVICE: service,
      },
      results,
    );
    const { passes, failures } = JSON.parse(readFileSync(results, "utf8")) as {
      passes: MochaResult[];
      failures: MochaResult[];
    };
    const test = (passed: boolean) => (each: MochaResult) => ({
      suite,
      name: each.fullTitle,
      passed,
      message: each.err.message ?? "",
    });
    // A test that passed before its last wrong answer arrived is in both.
    const failed = new Set(failures.map(({ fullTitle }) => fullTitle));
    return [
      ...passes.filter(({ fullTitle }) => !failed.has(fullTitle)).map(test(true)),
      ...failures.map(test(false)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a program to its end. `output` receives its stdout when it has no option for a file: as a file, because mocha exits
 * before a pipe is read.
 */
function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  output?: string,
): Promise<void> {
  const stdout = output === undefined ? "inherit" : openSync(output, "w");
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", stdout, "inherit"],
  });
  return new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  }).finally(() => {
    if (typeof stdout === "number") closeSync(stdout);
  });
}
