import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { type Cloud, type CloudOptions, startCloud } from "../../../cloud";

export interface Lab {
  readonly cloud: Cloud;
  readonly s3: S3;
  readonly dir: string;
  /** Stops the cloud and starts it again on the same state. */
  restart(): Promise<Lab>;
  end(): Promise<void>;
}

/** A cloud in a temporary directory, with an SDK client. */
export async function lab(
  options: Partial<CloudOptions> = {},
  dir = mkdtempSync(join(tmpdir(), "s3-")),
): Promise<Lab> {
  const cloud = await startCloud({ dir, ...options });
  const s3 = new S3({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  const close = async () => {
    s3.destroy();
    await cloud.stop();
  };
  return {
    cloud,
    s3,
    dir,
    restart: async () => {
      await close();
      return lab(options, dir);
    },
    end: async () => {
      await close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** For assert.rejects: AWS's code and message, with its status. */
export const awsError = (name: string, message: string | undefined, status: number) => (error: unknown) => {
  const {
    name: gotName,
    message: gotMessage,
    $metadata,
  } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const got = {
    name: gotName,
    message: message === undefined ? undefined : gotMessage,
    status: $metadata?.httpStatusCode,
  };
  const wanted = { name, message, status };
  if (JSON.stringify(got) !== JSON.stringify(wanted))
    throw new Error(`${JSON.stringify(got)} is not ${JSON.stringify(wanted)}`, { cause: error });
  return true;
};
