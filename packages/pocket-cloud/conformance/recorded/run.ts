import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { startCloud } from "../../index";

/** One answer that AWS gave and a test recorded. */
export interface RecordedAnswer {
  /** Such as "tests/aws/services/kinesis/test_kinesis.py::TestKinesis::test_create_stream". */
  readonly test: string;
  readonly key: string;
  readonly outcome: "equal" | "different" | "not reached";
  /** The difference, or the error that ended the test before the answer. */
  readonly detail: unknown;
  /** What the test needs, where it is more than one account of supported services: "a second account". */
  readonly needs: string | null;
  /** The recorded answer, where the one here is not equal. */
  readonly recorded?: unknown;
}

/** Test files with recorded answers of supported services, below tests/aws/services/. */
const FILES = [
  "cloudwatch/test_cloudwatch.py",
  "dynamodb/test_dynamodb.py",
  "dynamodbstreams/test_dynamodb_streams.py",
  "firehose/test_firehose.py",
  "iam/test_iam.py",
  "kinesis/test_kinesis.py",
  "kms/test_kms.py",
  "lambda_/test_lambda_api.py",
  "logs",
  "s3/test_s3.py",
  "s3/test_s3_api.py",
  "s3/test_s3_list_operations.py",
  "s3/test_s3_notifications_lambda.py",
  "s3/test_s3_notifications_sns.py",
  "s3/test_s3_notifications_sqs.py",
  "s3/test_s3_preconditions.py",
  "scheduler/test_scheduler.py",
  "secretsmanager/test_secretsmanager.py",
  "sns/test_sns.py",
  "sns/test_sns_filter_policy.py",
  "sqs/test_sqs.py",
  "sqs/test_sqs_move_task.py",
  "ssm/test_ssm.py",
  "sts/test_sts.py",
];

/** Seconds that one test may take. Some wait for an alarm, which is evaluated each minute. */
const TEST_SECONDS = 150;

/** Files whose tests run at once. */
const AT_ONCE = 3;

/** An account that occurs nowhere else in the tests, unlike 123456789012. */
const ACCOUNT = "483920175612";

const PYTEST = ["-m", "pytest", "-p", "plugin", "-p", "no:cacheprovider", "-q", "--tb=no"];

/** Runs the tests of a checkout of LocalStack against a cloud, and reads how its answers compare with those recorded. */
export async function runRecorded(
  checkout: string,
  python: string,
  only: readonly string[],
): Promise<RecordedAnswer[]> {
  const folder = mkdtempSync(join(tmpdir(), "recorded-"));
  const results = join(folder, "results.jsonl");
  const keys = { accessKeyId: "test", secretAccessKey: "test" };
  const cloud = await startCloud({ administratorKeys: keys, accountId: ACCOUNT });
  try {
    const files = [...(only.length > 0 ? only : FILES)];
    const env = {
      ...process.env,
      PYTHONPATH: [__dirname, checkout, join(checkout, "localstack-core")].join(delimiter),
      RECORDED_RESULTS: results,
      TEST_SKIP_LOCALSTACK_START: "1",
      TEST_AWS_ENDPOINT_URL: cloud.endpoint,
      TEST_AWS_ACCOUNT_ID: ACCOUNT,
      // Where tests that speak HTTP themselves send their requests.
      GATEWAY_LISTEN: new URL(cloud.endpoint).host,
      LOCALSTACK_HOST: `localhost:${new URL(cloud.endpoint).port}`,
      PYTHONDONTWRITEBYTECODE: "1",
      TEST_AWS_REGION_NAME: cloud.region,
      AWS_ENDPOINT_URL: cloud.endpoint,
    };
    const runNext = async (): Promise<void> => {
      const file = files.shift();
      if (file === undefined) return;
      const args = [...PYTEST, `--timeout=${TEST_SECONDS}`, `tests/aws/services/${file}`];
      await finished(spawn(python, args, { cwd: checkout, stdio: "inherit", env }));
      await runNext();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, runNext));
    return readFileSync(results, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as RecordedAnswer);
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const finished = (child: ReturnType<typeof spawn>): Promise<void> =>
  new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => resolve());
  });
