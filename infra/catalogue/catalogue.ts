import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import type { SecureBucket } from "../storage/bucket";
import { LandingCrawler } from "./crawler";

export interface CatalogueArgs {
  readonly lake: SecureBucket;
}

/** The Glue database, and the crawler of landing/. */
export class Catalogue extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;
  readonly crawler: LandingCrawler;

  constructor(
    name: string,
    { lake }: CatalogueArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:catalogue:Catalogue", name, {}, options);
    const { names, config } = context;
    const database = new aws.glue.CatalogDatabase(
      name,
      { name: names.database, description: `The lake of ${names.base}` },
      { parent: this, ...(config.isProtected && { protect: true }) },
    );
    this.database = database.name;
    this.crawler = new LandingCrawler("landing", { database, lake }, context, { parent: this });
    this.registerOutputs({ database: this.database, crawler: this.crawler.name });
  }
}
