import { DynamoDBClient, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { formats } from "../../analytics/render/formats";
import { type RenderColumn, rowsOf } from "../../analytics/render/model";
import { csvInstant } from "../../data/feeds";
import type { RetailRow } from "../../data/feeds/retail";
import { names } from "../../data/names";
import { defineCommand } from "../kit/command";
import { environmentOptions, withConnection } from "../kit/connect";
import { Failure, UsageError } from "../kit/errors";
import { interruptible } from "../kit/interrupt";
import { choice, flag, text } from "../kit/options";
import { outputOf } from "../kit/output";
import { ordersOf, readLines, rounded } from "./read-orders";

export const orders = defineCommand({
  summary: "shows a customer's orders from DynamoDB",
  usage: "npm run orders -- <CustomerID> [options]",
  description:
    "Shows the orders of a customer of the retail feed, newest first, or the lines of one order. Reads the index " +
    "by-customer of the feed's DynamoDB table, which answers within milliseconds; the report order-history shows the " +
    "same orders from the lake, also by date and for all customers.",
  options: {
    order: text("N", "shows the lines of this order (InvoiceNo)"),
    format: choice("FORMAT", "table (default), csv or json", ["table", "csv", "json"] as const),
    json: flag("the same as --format json"),
    ...environmentOptions,
  },
  arguments: ["CustomerID"],
  notes: "On AWS this needs dynamodb:Query on the index: table/pricelake-<env>-retail/index/by-customer.",
  run: async ({ order: invoice, env, dir, ...values }, [customer = ""]) => {
    if (customer === "" || invoice === "")
      throw new UsageError(`${customer === "" ? "<CustomerID>" : "--order"} is empty`);
    const format = formatOf(values.format, values.json);
    const table = names(env).table("retail");
    const lines = await interruptible((signal) =>
      withConnection({ env, dir }, async (connection) => {
        const dynamodb = new DynamoDBClient(connection);
        try {
          const lines = await readLines(dynamodb, table, { customer, invoice }, signal);
          if (lines.length > 0 || invoice === undefined) return lines;
          const known = await readLines(dynamodb, table, { customer }, signal);
          if (known.length === 0) return [];
          const others = ordersOf(known).map(({ invoice_no }) => invoice_no);
          throw new Failure(`customer ${customer} has no order ${invoice}; the orders are ${listed(others)}`);
        } catch (error) {
          throw explain(error, table, env);
        } finally {
          dynamodb.destroy();
        }
      }),
    );
    if (lines.length === 0) throw new Failure(`no orders of customer ${customer} in the table ${table}`);
    const { columns, rows } = invoice === undefined ? ordersTable(lines) : linesTable(lines);
    const stdout = outputOf(process.stdout);
    const input = { title: "", description: "", columns, rows: rowsOf(rows) };
    const options = stdout.columns === undefined ? {} : { width: stdout.columns };
    for await (const piece of formats[format]()(input, options)) await stdout.write(piece);
    return 0;
  },
});

function formatOf(format: "table" | "csv" | "json" | undefined, json: boolean) {
  if (json && format !== undefined && format !== "json")
    throw new UsageError(`--json and --format ${format} cannot go together`);
  return format ?? (json ? "json" : "table");
}

type Table = {
  readonly columns: readonly RenderColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
};

const ordersTable = (lines: readonly RetailRow[]): Table => ({
  columns: [
    { name: "invoice_no", type: "varchar", keyRank: 0 },
    { name: "invoice_date", type: "timestamp", unit: "UTC", keyRank: 0 },
    { name: "country", type: "varchar" },
    { name: "line_count", type: "bigint" },
    { name: "units", type: "bigint" },
    { name: "amount_gbp", type: "double", unit: "GBP", digits: 2, keyRank: 0 },
    { name: "kind", type: "varchar" },
  ],
  rows: ordersOf(lines).map((order) => [
    order.invoice_no,
    csvInstant(order.invoice_date),
    order.country,
    String(order.line_count),
    String(order.units),
    String(order.amount_gbp),
    order.kind,
  ]),
});

const linesTable = (lines: readonly RetailRow[]): Table => ({
  columns: [
    { name: "invoice_no", type: "varchar" },
    { name: "stock_code", type: "varchar", keyRank: 0 },
    { name: "description", type: "varchar" },
    { name: "quantity", type: "bigint", keyRank: 0 },
    { name: "unit_price", type: "double", unit: "GBP", digits: 2 },
    { name: "amount_gbp", type: "double", unit: "GBP", digits: 2, keyRank: 0 },
    { name: "invoice_date", type: "timestamp", unit: "UTC" },
    { name: "country", type: "varchar" },
  ],
  rows: lines.map((line) => [
    line.InvoiceNo,
    line.StockCode,
    line.Description,
    String(line.Quantity),
    String(line.UnitPrice),
    String(rounded(line.Quantity * line.UnitPrice)),
    csvInstant(line.InvoiceDate),
    line.Country,
  ]),
});

const MOST_LISTED = 10;

const listed = (all: readonly string[]): string =>
  all.slice(0, MOST_LISTED).join(", ") +
  (all.length > MOST_LISTED ? ` and ${all.length - MOST_LISTED} more` : "");

function explain(error: unknown, table: string, env: string): unknown {
  if (error instanceof ResourceNotFoundException)
    return new Failure(`there is no table ${table}: deploy the "${env}" stack with the feed retail`);
  // DynamoDB: "The table does not have the specified index: by-customer".
  if (error instanceof Error && /does not have the specified index/.test(error.message))
    return new Failure(`the table ${table} has no index by-customer: deploy the "${env}" stack again`);
  return error;
}
