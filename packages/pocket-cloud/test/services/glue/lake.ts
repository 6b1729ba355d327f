import type { Crawler, CreateCrawlerRequest, Partition, Table } from "@aws-sdk/client-glue";
import type { Lab } from "./cloud";

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

/** A bucket, a database and a role for crawlers, with short methods for tests. */
export class Lake {
  readonly database: string;

  constructor(
    readonly at: Lab,
    readonly bucket: string,
  ) {
    this.database = bucket.replaceAll("-", "_");
  }

  static async make(at: Lab, bucket: string): Promise<Lake> {
    const lake = new Lake(at, bucket);
    const { call, administrator } = at.cloud;
    await call("s3", "CreateBucket", { Bucket: bucket }, administrator);
    await at.glue.createDatabase({ DatabaseInput: { Name: lake.database } });
    const AssumeRolePolicyDocument = trust("glue.amazonaws.com");
    await call(
      "iam",
      "CreateRole",
      { RoleName: `${bucket}-crawler`, AssumeRolePolicyDocument },
      administrator,
    );
    await lake.allow(["s3:*", "glue:*", "logs:*"]);
    return lake;
  }

  async allow(actions: readonly string[]): Promise<void> {
    const Statement = [{ Effect: "Allow", Action: actions, Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    const RoleName = `${this.bucket}-crawler`;
    const { call, administrator } = this.at.cloud;
    await call("iam", "PutRolePolicy", { RoleName, PolicyName: "crawl", PolicyDocument }, administrator);
  }

  async put(Key: string, Body: string | Uint8Array): Promise<void> {
    await this.at.cloud.call(
      "s3",
      "PutObject",
      { Bucket: this.bucket, Key, Body },
      this.at.cloud.administrator,
    );
  }

  async remove(Key: string): Promise<void> {
    await this.at.cloud.call("s3", "DeleteObject", { Bucket: this.bucket, Key }, this.at.cloud.administrator);
  }

  async crawler(Name: string, more: Partial<CreateCrawlerRequest> = {}, path = "landing/"): Promise<void> {
    await this.at.glue.createCrawler({
      Name,
      Role: `${this.bucket}-crawler`,
      DatabaseName: this.database,
      Targets: { S3Targets: [{ Path: `s3://${this.bucket}/${path}` }] },
      ...more,
    });
  }

  /** Runs a crawler and waits for its end. */
  async run(Name: string): Promise<Crawler> {
    await this.at.glue.startCrawler({ Name });
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const { Crawler } = await this.at.glue.getCrawler({ Name });
      if (Crawler?.State === "READY") return Crawler;
    }
  }

  async tables(): Promise<Table[]> {
    return (await this.at.glue.getTables({ DatabaseName: this.database })).TableList ?? [];
  }

  async partitions(TableName: string): Promise<Partition[]> {
    return (await this.at.glue.getPartitions({ DatabaseName: this.database, TableName })).Partitions ?? [];
  }
}

/** "name type" of every column. */
export const columns = (table: Table | undefined): string[] =>
  (table?.StorageDescriptor?.Columns ?? []).map(({ Name, Type }) => `${Name} ${Type}`);
