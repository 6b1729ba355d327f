import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { type RetailRow, retail } from "../../data/feeds/retail";
import { fromItem } from "../../functions/store-latest/attributes";

/** An invoice as the report order-history shows it. */
export interface Order {
  readonly invoice_no: string;
  readonly invoice_date: string;
  readonly country: string;
  readonly line_count: number;
  readonly units: number;
  readonly amount_gbp: number;
  readonly kind: "sale" | "cancellation" | "adjustment";
}

/**
 * The invoice lines of a customer, or of one of the customer's invoices, from the table's index. The index is updated
 * within about a second after the table; DynamoDB has no consistent reads of it.
 */
export async function readLines(
  dynamodb: DynamoDBClient,
  TableName: string,
  { customer, invoice }: { readonly customer: string; readonly invoice?: string | undefined },
  abortSignal: AbortSignal,
): Promise<RetailRow[]> {
  const [index] = retail.store.indexes ?? [];
  const lines: RetailRow[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: index?.name,
        KeyConditionExpression: `CustomerID = :customer${invoice === undefined ? "" : " AND InvoiceNo = :invoice"}`,
        ExpressionAttributeValues: {
          ":customer": { S: customer },
          ...(invoice !== undefined && { ":invoice": { S: invoice } }),
        },
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
      { abortSignal },
    );
    lines.push(...(page.Items ?? []).map((item) => fromItem(retail, item) as RetailRow));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return lines;
}

/** One row per invoice, newest first. */
export function ordersOf(lines: readonly RetailRow[]): Order[] {
  const invoices = new Map<string, RetailRow[]>();
  for (const line of lines) {
    const others = invoices.get(line.InvoiceNo);
    if (others) others.push(line);
    else invoices.set(line.InvoiceNo, [line]);
  }
  return [...invoices]
    .map(([invoice_no, own]) => ({
      invoice_no,
      invoice_date: own.map((line) => line.InvoiceDate).sort()[0] ?? "",
      country:
        own
          .map((line) => line.Country)
          .sort()
          .at(-1) ?? "",
      line_count: own.length,
      units: own.reduce((sum, line) => sum + line.Quantity, 0),
      amount_gbp: rounded(own.reduce((sum, line) => sum + line.Quantity * line.UnitPrice, 0)),
      kind: kindOf(invoice_no),
    }))
    .sort((a, b) => compare(b.invoice_date, a.invoice_date) || compare(b.invoice_no, a.invoice_no));
}

function kindOf(invoice: string): Order["kind"] {
  if (invoice.startsWith("C")) return "cancellation";
  return /^\d/.test(invoice) ? "sale" : "adjustment";
}

/** Removes the error of binary fractions: prices have at most five decimals. */
export const rounded = (amount: number): number => Number(amount.toFixed(6));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
