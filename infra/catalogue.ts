import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SecureBucket } from "./bucket";
import { LandingCrawler } from "./crawler";
import type { Setting } from "./setting";

/** The Glue database, and the crawler that finds what lands in the lake. */
export class Catalogue extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;
  readonly crawler: LandingCrawler;

  constructor(name: string, lake: SecureBucket, setting: Setting, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:catalogue:Catalogue", name, {}, options);
    const { names } = setting;
    const database = new aws.glue.CatalogDatabase(
      name,
      { name: names.database, description: `The lake of ${names.base}` },
      { parent: this, ...(setting.config.data === "protected" && { protect: true }) },
    );
    this.database = database.name;
    this.crawler = new LandingCrawler("landing", { database, lake }, setting, { parent: this });
    this.registerOutputs({ database: this.database, crawler: this.crawler.name });
  }
}
