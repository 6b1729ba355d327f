import { defineFeed, type RowOf } from "./contract";

export const retail = defineFeed({
  name: "retail",
  title: "Online retail",
  description:
    "Invoice lines of an online shop, in the columns of the UCI Online Retail data set. A cancellation is an invoice " +
    "whose number starts with C, with negative quantities. The data set has no line numbers: lines equal in the whole " +
    "natural key count once, which for that file means its 5,268 repeated lines.",
  columns: {
    InvoiceNo: {
      type: "string",
      maxLength: 32,
      aliases: ["Invoice"],
      doc: "Six digits; C before them marks a cancellation",
    },
    StockCode: { type: "string", maxLength: 32, doc: "The article; letters for postage, fees and the like" },
    Description: {
      type: "string",
      maxLength: 256,
      nullable: true,
      doc: "The article's name; missing on corrections",
    },
    Quantity: { type: "bigint", doc: "Pieces; negative when they came back" },
    InvoiceDate: {
      type: "timestamp",
      localDates: true,
      doc: "When the invoice was made; the file has no zone, taken for UTC",
    },
    UnitPrice: {
      type: "double",
      aliases: ["Price"],
      doc: "Pounds for a piece; negative on bad-debt adjustments",
    },
    CustomerID: {
      type: "string",
      maxLength: 32,
      nullable: true,
      aliases: ["Customer"],
      doc: "Missing for a quarter of the lines",
    },
    Country: { type: "string", maxLength: 64, doc: "Where the customer lives" },
  },
  naturalKey: ["InvoiceNo", "StockCode", "InvoiceDate", "Description", "Quantity", "UnitPrice"],
  eventTime: "InvoiceDate",
  // UCI Online Retail starts 2010-12-01, Online Retail II a year earlier.
  since: "2009-12-01",
  partitionKey: "InvoiceNo",
  prefer: [{ column: "CustomerID", order: "desc" }],
  store: { mode: "append", hashKey: "InvoiceNo", rangeKey: "StockCode" },
  polled: false,
  watched: false,
});

export type RetailRow = RowOf<typeof retail>;
