import { strict as assert } from "node:assert";
import { gzipSync } from "node:zlib";
import { type Lab, lab } from "./cloud";
import { columns, Lake } from "./lake";

describe("Glue crawlers", () => {
  let at: Lab;
  let count = 0;
  before(async () => {
    at = await lab();
  });
  after(async () => at.end());

  const newLake = () => Lake.make(at, `crawled-${count++}`);
  const trades = "id,name,price,live\n1,bitcoin,50000.5,true\n2,ether,3000,false\n";

  it("make a table of CSV files with a header", async () => {
    const lake = await newLake();
    await lake.put("landing/a.csv", trades);
    await lake.put("landing/b.csv", "id,name,price,live\n3,solana,100.25,true\n4,ripple,1,true\n");
    await lake.crawler("csv-header", { TablePrefix: "raw_" });
    const { LastCrawl } = await lake.run("csv-header");
    assert.equal(LastCrawl?.Status, "SUCCEEDED", LastCrawl?.ErrorMessage);
    const [table, ...others] = await lake.tables();
    assert.deepEqual(others, []);
    assert.equal(table?.Name, "raw_landing");
    assert.deepEqual(columns(table), ["id bigint", "name string", "price double", "live boolean"]);
    assert.deepEqual(table?.PartitionKeys, []);
    assert.equal(table?.TableType, "EXTERNAL_TABLE");
    assert.equal(table?.StorageDescriptor?.Location, `s3://${lake.bucket}/landing/`);
    assert.equal(table?.StorageDescriptor?.InputFormat, "org.apache.hadoop.mapred.TextInputFormat");
    assert.deepEqual(table?.StorageDescriptor?.SerdeInfo, {
      SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
      Parameters: { "field.delim": "," },
    });
    assert.deepEqual(table?.Parameters, {
      CrawlerSchemaDeserializerVersion: "1.0",
      CrawlerSchemaSerializerVersion: "1.0",
      UPDATED_BY_CRAWLER: "csv-header",
      areColumnsQuoted: "false",
      averageRecordSize: "29",
      classification: "csv",
      columnsOrdered: "true",
      compressionType: "none",
      delimiter: ",",
      objectCount: "2",
      recordCount: "4",
      sizeKey: "117",
      "skip.header.line.count": "1",
      typeOfData: "file",
    });
  });

  it("read quoted commas with OpenCSVSerde", async () => {
    const lake = await newLake();
    await lake.put("landing/q.csv", 'id,text\n1,"a, b"\n2,"say ""hi"""\n3,plain\n');
    await lake.crawler("quoted");
    await lake.run("quoted");
    const [table] = await lake.tables();
    assert.deepEqual(columns(table), ["id bigint", "text string"]);
    assert.equal(table?.Parameters?.areColumnsQuoted, "true");
    assert.deepEqual(table?.StorageDescriptor?.SerdeInfo, {
      SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
      Parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
    });
  });

  it("find no header in an all-text CSV: col0, col1, …", async () => {
    const lake = await newLake();
    await lake.put("landing/s.csv", "name,city\nada,london\ngrace,new york\n");
    await lake.crawler("all-text");
    await lake.run("all-text");
    const [table] = await lake.tables();
    assert.deepEqual(columns(table), ["col0 string", "col1 string"]);
    assert.equal(table?.Parameters?.["skip.header.line.count"], undefined);
  });

  for (const [name, delimiter] of [
    ["pipe", "|"],
    ["tab", "\t"],
    ["semicolon", ";"],
    ["control-a", "\u0001"],
  ] as const)
    it(`detect the ${name} as delimiter`, async () => {
      const lake = await newLake();
      await lake.put("landing/d.txt", trades.replaceAll(",", delimiter));
      await lake.crawler(`delimiter-${name}`);
      await lake.run(`delimiter-${name}`);
      const [table] = await lake.tables();
      assert.equal(table?.Parameters?.delimiter, delimiter);
      assert.deepEqual(columns(table), ["id bigint", "name string", "price double", "live boolean"]);
    });

  it("make separate tables of folders with different schemas", async () => {
    const lake = await newLake();
    await lake.put("landing/trades/1.csv", trades);
    await lake.put("landing/People Here/1.json", '{"who":"ada","age":36}\n');
    await lake.crawler("mixed");
    await lake.run("mixed");
    const tables = await lake.tables();
    assert.deepEqual(
      tables.map(({ Name }) => Name),
      ["people_here", "trades"],
    );
    assert.deepEqual(columns(tables[0]), ["who string", "age int"]);
    assert.equal(tables[0]?.StorageDescriptor?.Location, `s3://${lake.bucket}/landing/People Here/`);
  });

  it("make a table of each of the dissimilar files in one folder", async () => {
    const lake = await newLake();
    await lake.put("landing/trades.csv", trades);
    await lake.put("landing/people.json", '{"who":"ada"}\n');
    await lake.crawler("dissimilar");
    await lake.run("dissimilar");
    const tables = await lake.tables();
    assert.deepEqual(
      tables.map(({ Name }) => Name),
      ["people_json", "trades_csv"],
    );
    assert.equal(tables[1]?.StorageDescriptor?.Location, `s3://${lake.bucket}/landing/trades.csv`);
  });

  it("make partitions of nested folders, by name or by number", async () => {
    const lake = await newLake();
    for (const day of ["2026-01-01", "2026-01-02"])
      for (const hour of ["00", "01"]) await lake.put(`landing/eu/dt=${day}/hour=${hour}/x.csv`, trades);
    await lake.put("landing/us/dt=2026-01-01/hour=00/x.csv", trades);
    await lake.crawler("nested");
    await lake.run("nested");
    const [table, ...others] = await lake.tables();
    assert.deepEqual(others, []);
    assert.deepEqual(table?.PartitionKeys, [
      { Name: "partition_0", Type: "string" },
      { Name: "dt", Type: "string" },
      { Name: "hour", Type: "string" },
    ]);
    const partitions = await lake.partitions("landing");
    assert.deepEqual(
      partitions.map(({ Values }) => Values?.join("/")),
      ["eu/2026-01-01/00", "eu/2026-01-01/01", "eu/2026-01-02/00", "eu/2026-01-02/01", "us/2026-01-01/00"],
    );
    assert.equal(
      partitions[0]?.StorageDescriptor?.Location,
      `s3://${lake.bucket}/landing/eu/dt=2026-01-01/hour=00/`,
    );
    assert.equal(partitions[0]?.Parameters?.classification, "csv");
  });

  it("widen conflicting types, to string if necessary", async () => {
    const lake = await newLake();
    await lake.put("landing/1.csv", "id,price,code,x\n1,5,7,a\n");
    await lake.put("landing/2.csv", "id,price,code,x\n1,5.5,A7,b\n");
    await lake.put("landing/3.csv", "id,price,code,x\n99999999999999999999,5,7,c\n");
    await lake.crawler("conflicts");
    await lake.run("conflicts");
    const [table] = await lake.tables();
    assert.deepEqual(columns(table), ["id string", "price double", "code string", "x string"]);
  });

  it("ignore empty folders and empty files", async () => {
    const lake = await newLake();
    await lake.put("landing/", "");
    await lake.put("landing/empty/", "");
    await lake.put("landing/empty/nothing.csv", "");
    await lake.put("landing/_temporary/x.csv", trades);
    await lake.crawler("nothing-there");
    const { LastCrawl } = await lake.run("nothing-there");
    assert.equal(LastCrawl?.Status, "SUCCEEDED");
    assert.deepEqual(await lake.tables(), []);
  });

  it("skip excluded files", async () => {
    const lake = await newLake();
    await lake.put("landing/trades/1.csv", trades);
    await lake.put("landing/errors/processing-failed/1.json", '{"errorCode":"x"}\n');
    await lake.put("landing/trades/notes.tmp", "not,a\ntable,at\nall,really\n");
    await lake.crawler("excluding", {
      Targets: {
        S3Targets: [{ Path: `s3://${lake.bucket}/landing`, Exclusions: ["errors/**", "**.{tmp,bak}"] }],
      },
    });
    await lake.run("excluding");
    const tables = await lake.tables();
    assert.deepEqual(
      tables.map(({ Name }) => Name),
      ["landing"],
    );
    assert.deepEqual(
      (await lake.partitions("landing")).map(({ Values }) => Values),
      [["trades"]],
    );
  });

  it("read gzip, JSON lines with nested values, and arrays", async () => {
    const lake = await newLake();
    const rows =
      '{"id":1,"big":3000000000,"at":{"x":1.5,"y":[1,2]},"tags":["a"],"none":null}\n{"id":2,"ok":true}\n';
    await lake.put("landing/lines/1.json.gz", gzipSync(rows));
    await lake.put("landing/list/1.json", '[{"a":1},{"a":2.5}]');
    await lake.crawler("json");
    await lake.run("json");
    const [lines, list] = await lake.tables();
    assert.deepEqual(columns(lines), [
      "id int",
      "big bigint",
      "at struct<x:double,y:array<int>>",
      "tags array<string>",
      "none string",
      "ok boolean",
    ]);
    assert.equal(lines?.Parameters?.compressionType, "gzip");
    assert.equal(lines?.StorageDescriptor?.Compressed, true);
    assert.equal(
      lines?.StorageDescriptor?.SerdeInfo?.SerializationLibrary,
      "org.openx.data.jsonserde.JsonSerDe",
    );
    assert.deepEqual(columns(list), ["array array<struct<a:double>>"]);
  });

  it("use custom classifiers before the built-in ones", async () => {
    const lake = await newLake();
    await lake.put("landing/people/1.txt", "ada^36\ngrace^85\n");
    await lake.put("landing/wrapped/1.json", '{"meta":1,"rows":[{"id":1},{"id":2}]}');
    await at.glue.createClassifier({
      CsvClassifier: { Name: "carets", Delimiter: "^", ContainsHeader: "ABSENT", Header: ["who", "age"] },
    });
    await at.glue.createClassifier({ JsonClassifier: { Name: "rows", JsonPath: "$.rows[*]" } });
    await lake.crawler("custom", { Classifiers: ["rows", "carets"] });
    await lake.run("custom");
    const [people, wrapped] = await lake.tables();
    assert.deepEqual(columns(people), ["who string", "age bigint"]);
    assert.deepEqual(columns(wrapped), ["id int"]);
  });

  it("make one table per include path with CombineCompatibleSchemas", async () => {
    const lake = await newLake();
    await lake.put("landing/a/1.csv", "id,x\n1,2\n");
    await lake.put("landing/b/1.csv", "name,y\nada,2.5\n");
    const Configuration = JSON.stringify({
      Version: 1,
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" },
    });
    await lake.crawler("combining", { Configuration });
    await lake.run("combining");
    const [table, ...others] = await lake.tables();
    assert.deepEqual(others, []);
    assert.deepEqual(columns(table), ["id bigint", "x bigint", "name string", "y double"]);
    assert.deepEqual(
      (await lake.partitions("landing")).map(({ Values }) => Values),
      [["a"], ["b"]],
    );
  });

  it("make a table of each folder at the configured level", async () => {
    const lake = await newLake();
    await lake.put("landing/a/dt=1/1.csv", trades);
    await lake.put("landing/b/dt=1/1.csv", trades);
    const Configuration = JSON.stringify({ Version: 1, Grouping: { TableLevelConfiguration: 3 } });
    await lake.crawler("levelled", { Configuration });
    await lake.run("levelled");
    assert.deepEqual(
      (await lake.tables()).map(({ Name, PartitionKeys }) => [Name, PartitionKeys?.map((key) => key.Name)]),
      [
        ["a", ["dt"]],
        ["b", ["dt"]],
      ],
    );
  });
});
