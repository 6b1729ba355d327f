/** Why answers differ from those that dynalite's tests expect, beside texts of validation. The first that matches counts. */
export const dynaliteAnswers: readonly (readonly [match: RegExp, reason: string])[] = [
  [
    /^dynalite .*(table is being created|eventually delete|triple rates|too many GlobalSecon)/s,
    "Tables and their changes are active at once",
  ],
  [
    /^dynalite dynalite connections|^dynalite .*(query string signing|400 if no body)/s,
    "A request without a valid signature is refused before its method, path and operation are looked at, and the refusal has other words than in 2020",
  ],
  [/^dynalite .*0-9A-Z\]\{52\}/s, "Request ids have another form"],
  [
    /^dynalite createTable functionality/,
    "Tables state what AWS added since 2020: deletion protection, warm throughput, the mode of billing",
  ],
  [
    /^dynalite query functionality .*(global index|LastEvaluatedKey|secondary indexes)|^dynalite scan .*(hash order|segment)/s,
    "Items with equal keys, and those of a scan, are in another order: AWS's hash is not known",
  ],
  [
    /^dynalite (query|scan) .*(limit|LastEvaluatedKey)/s,
    "A page ends at 1 MB by the documented sizes of items, and some of AWS's own numbers differ from them",
  ],
  [
    /^dynalite (query|scan) functionality/,
    "The test reads one page of a table that holds more than 1 MB of other tests' items, and expects its items in it, by AWS's order of hashes",
  ],
  [
    /^dynalite .*(ResourceArn|unauthorized R|high index)/s,
    "The error names the table or the index in other words, or the account's rights are not looked at for another account's table",
  ],
  [
    /^dynalite batchGetItem functionality/,
    "More than 16 MB are asked for, and fewer keys are left over than AWS left",
  ],
  [/^dynalite updateItem functionality/, "Maps have another order of their members"],
];
