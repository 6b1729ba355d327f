import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import type { SecureBucket } from "../storage/bucket";
import { savedReports } from "./reports";
import { workgroup } from "./workgroup";

export interface QueriesArgs {
  readonly database: pulumi.Input<string>;
  readonly results: SecureBucket;
}

/** The Athena workgroup, with each saved report as a named query and as a prepared statement. */
export class Queries extends pulumi.ComponentResource {
  readonly workgroup: pulumi.Output<string>;
  readonly workgroupArn: pulumi.Output<string>;

  constructor(name: string, args: QueriesArgs, context: Context, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:queries:Queries", name, {}, options);
    const { names, config } = context;
    const group = workgroup(
      name,
      {
        name: names.workgroup,
        description: `Queries of ${names.base}`,
        results: args.results,
        scanLimitMegabytes: config.lake.scanLimitMegabytes,
      },
      context,
      { parent: this },
    );
    for (const { name: report, description, text, statement } of savedReports(
      config.feeds,
      config.prices.pollSeconds,
    )) {
      new aws.athena.NamedQuery(
        `report-${report}`,
        { name: report, description, database: args.database, workgroup: group.name, query: text },
        { parent: this },
      );
      if (statement)
        new aws.athena.PreparedStatement(
          `statement-${report}`,
          {
            name: statement.name,
            description: statement.description,
            workgroup: group.name,
            queryStatement: statement.text,
          },
          { parent: this },
        );
    }
    this.workgroup = group.name;
    this.workgroupArn = group.arn;
    this.registerOutputs({ workgroup: this.workgroup });
  }
}
