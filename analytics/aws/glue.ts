export { GetTableCommand, GlueClient, paginateGetTables } from "@aws-sdk/client-glue";
