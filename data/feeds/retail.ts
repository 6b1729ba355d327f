import { defineFeed, type RowOf } from "./contract";

export const retail = defineFeed({
  name: "retail",
  title: "Online retail",
  description:
    "Invoice lines of an online shop, in the columns of the UCI Online Retail data set. A cancellation is an invoice " +
    "whose number starts with C, with negative quantities. The data set has no line numbers: lines equal in the whole " +
    "natural key count once. In that file this removes 5,268 repeated lines.",
  columns: {
    InvoiceNo: {
      type: "string",
      maxLength: 32,
      aliases: ["Invoice"],
      doc: "Invoice number, six digits. A leading C marks a cancellation",
    },
    StockCode: {
      type: "string",
      maxLength: 32,
      doc: "Article code. Codes with letters only stand for postage, fees and the like",
    },
    Description: {
      type: "string",
      maxLength: 256,
      nullable: true,
      doc: "Name of the article; missing on corrections",
    },
    Quantity: { type: "bigint", doc: "Number of pieces; negative for returns" },
    InvoiceDate: {
      type: "timestamp",
      localDates: true,
      doc: "Time of the invoice. The file has no time zone; UTC is assumed",
    },
    UnitPrice: {
      type: "double",
      aliases: ["Price"],
      doc: "Price of one piece in pounds; negative for bad-debt adjustments",
    },
    CustomerID: {
      type: "string",
      maxLength: 32,
      nullable: true,
      aliases: ["Customer"],
      doc: "Customer number; missing in a quarter of the lines",
    },
    Country: { type: "string", maxLength: 64, doc: "Country of the customer" },
  },
  naturalKey: ["InvoiceNo", "StockCode", "InvoiceDate", "Description", "Quantity", "UnitPrice"],
  eventTime: "InvoiceDate",
  // UCI Online Retail starts 2010-12-01, Online Retail II a year earlier.
  since: "2009-12-01",
  partitionKey: "InvoiceNo",
  prefer: [{ column: "CustomerID", order: "desc" }],
  store: {
    mode: "append",
    hashKey: "InvoiceNo",
    // An article may be on several lines of an invoice.
    rangeKey: {
      name: "Line",
      of: ["StockCode", "InvoiceDate", "Quantity", "UnitPrice", "Description"],
    },
    // A customer's orders, as `order-history` shows them.
    indexes: [{ name: "by-customer", hashKey: "CustomerID", rangeKey: "InvoiceNo" }],
  },
  polled: false,
  watched: false,
});

export type RetailRow = RowOf<typeof retail>;
