import { strict as assert } from "node:assert";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../../../tools/agent/config/config";
import { temporaryDirectory } from "../../../support/temporary";

describe("readConfig", () => {
  const dir = temporaryDirectory();
  const path = join(dir.path, "agent.json");
  mkdirSync(join(dir.path, "folder"));
  after(dir.remove);

  const read = (content: unknown) => {
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return readConfig(path);
  };
  const flow = { filePattern: "/var/log/app.log*", kinesisStream: "events" };
  /** What is said of a configuration, without the file's name. */
  const problems = (content: unknown): string[] => {
    try {
      read(content);
      return [];
    } catch (error) {
      assert.equal((error as { exitCode?: number }).exitCode, 2);
      const lines = (error as Error).message.split("\n");
      assert.ok(lines.every((line) => line.startsWith(`${path}: `)));
      return lines.map((line) => line.slice(path.length + 2));
    }
  };
  const flowProblems = (more: object) => problems({ flows: [{ ...flow, ...more }] });
  const processingProblems = (option: unknown) => flowProblems({ dataProcessingOptions: [option] });

  it("takes the defaults of aws-kinesis-agent", () => {
    const { flows, ...rest } = read({ flows: [flow] });
    assert.deepEqual(rest, {
      emitMetrics: true,
      metricsNamespace: "AWSKinesisAgent",
      endpoints: { kinesis: undefined, firehose: undefined, cloudwatch: undefined },
      statusSeconds: 30,
      shutdownMillis: 10_000,
    });
    assert.deepEqual(flows, [
      {
        id: "kinesis:events:/var/log/app.log*",
        filePattern: "/var/log/app.log*",
        destination: { service: "kinesis", name: "events" },
        partitionKey: undefined,
        initialPosition: "END_OF_FILE",
        maxBufferAgeMillis: 60_000,
        maxBufferSizeRecords: 500,
        maxBufferSizeBytes: 5_242_880,
        pollMillis: 100,
        skipHeaderLines: 0,
        multiLineStart: undefined,
        truncatedTerminator: "\n",
        packing: undefined,
        processing: [],
      },
    ]);
  });

  it("reads every option, with paths relative to the file", () => {
    const { flows, ...rest } = read({
      checkpointFile: "positions.json",
      "cloudwatch.emitMetrics": false,
      "kinesis.endpoint": "kinesis.eu-west-1.amazonaws.com",
      "firehose.endpoint": "",
      flows: [
        {
          filePattern: "logs/*/app.log",
          deliveryStream: "raw",
          initialPosition: "START_OF_FILE",
          maxBufferAgeMillis: "1000",
          maxBufferSizeRecords: 100,
          maxBufferSizeBytes: 4_194_304,
          skipHeaderLines: 2,
          multiLineStartPattern: "\\d{4}-",
          truncatedRecordTerminator: "…\n",
          "pricelake.packing": true,
          dataProcessingOptions: [
            { optionName: "SINGLELINE" },
            { optionName: "CSVTOJSON", customFieldNames: ["a", "b"], delimiter: "\\t" },
          ],
        },
        {
          ...flow,
          partitionKeyOption: "DETERMINISTIC",
          dataProcessingOptions: [
            {
              optionName: "LOGTOJSON",
              logFormat: "RFC3339_SYSLOG",
              matchPattern: "(\\S+) (.*)",
              customFieldNames: ["a", "b"],
            },
          ],
        },
      ],
    });
    assert.equal(rest.checkpointFile, join(dir.path, "positions.json"));
    assert.equal(rest.emitMetrics, false);
    assert.deepEqual(rest.endpoints, {
      kinesis: "https://kinesis.eu-west-1.amazonaws.com",
      firehose: undefined,
      cloudwatch: undefined,
    });
    const [first, second] = flows;
    assert.equal(first?.filePattern, join(dir.path, "logs/*/app.log"));
    assert.equal(first?.maxBufferAgeMillis, 1000);
    assert.equal(first?.truncatedTerminator, "…\n");
    assert.equal(first?.packing, true);
    assert.deepEqual(first?.processing, [
      { name: "SINGLELINE", trim: true, escapeNewLine: false },
      { name: "CSVTOJSON", fields: ["a", "b"], delimiter: "\t", pretty: false },
    ]);
    assert.equal(second?.partitionKey, "DETERMINISTIC");
    assert.deepEqual(second?.processing, [
      {
        name: "LOGTOJSON",
        format: "RFC3339SYSLOG",
        fields: ["a", "b"],
        pattern: "(\\S+) (.*)",
        pretty: false,
      },
    ]);
  });

  it("refuses an option in the wrong place, and says where it belongs", () => {
    assert.deepEqual(
      problems({
        initialPosition: "START_OF_FILE",
        flows: [
          {
            ...flow,
            "kinesis.endpoint": "x",
            delimiter: ";",
            dataProcessingOptions: [{ skipHeaderLines: 1 }],
          },
        ],
      }),
      [
        'initialPosition is "START_OF_FILE", but that belongs in flows[], not in the top level',
        'flows[0].kinesis.endpoint is "x", but that belongs in the top level, not in flows[]',
        'flows[0].delimiter is ";", but that belongs in flows[].dataProcessingOptions[], not in flows[]',
        "flows[0].dataProcessingOptions[0].skipHeaderLines is 1, but that belongs in flows[], not in flows[].dataProcessingOptions[]",
      ],
    );
  });

  it("refuses an unknown option, and suggests a similar one or lists all", () => {
    assert.deepEqual(flowProblems({ InitialPosition: "START_OF_FILE" }), [
      'flows[0].InitialPosition is "START_OF_FILE", but flows[] has no such option; did you mean "initialPosition"?',
    ]);
    assert.deepEqual(processingProblems({ optionName: "SINGLELINE", colour: 1 }), [
      "flows[0].dataProcessingOptions[0].colour is 1, but flows[].dataProcessingOptions[] has no such option; " +
        "its options are optionName, parseOptions, customFieldNames, delimiter, jsonFormat, logFormat, matchPattern",
    ]);
    assert.deepEqual(processingProblems({ optionName: "SINGLELINE", delimiter: ";" }), [
      'flows[0].dataProcessingOptions[0].delimiter is ";", which is not an option of SINGLELINE; it has parseOptions',
    ]);
  });

  it("refuses credentials without showing their values", () => {
    const cure =
      "which do not belong in files: delete this, and the agent takes its keys from npm start (--env local) or the AWS " +
      "credential chain (another --env), such as AWS_PROFILE";
    assert.deepEqual(problems({ awsAccessKeyId: "AKIA", awsSecretAccessKey: "hush", flows: [flow] }), [
      `awsAccessKeyId and awsSecretAccessKey are access keys (not shown), ${cure}`,
    ]);
    assert.deepEqual(problems({ awsSecretAccessKey: "hush", flows: [flow] }), [
      `awsSecretAccessKey is an access key (not shown), ${cure}`,
    ]);
    assert.deepEqual(problems({ "userDefinedCredentialsProvider.classname": "A", flows: [flow] }), [
      'userDefinedCredentialsProvider.classname is "A", but credentials come from the AWS credential chain of the --env environment',
    ]);
  });

  for (const [option, value, allowed] of [
    ["maxBufferAgeMillis", 10, "a whole number from 1000 to 900000"],
    ["maxBufferSizeRecords", 501, "a whole number from 1 to 500"],
    ["maxBufferSizeBytes", 5_242_881, "a whole number from 1 to 5242880"],
    ["skipHeaderLines", -1, "a whole number from 0 to 1000000"],
    ["initialPosition", "MIDDLE", "one of START_OF_FILE, END_OF_FILE"],
    ["partitionKeyOption", "random", "one of RANDOM, DETERMINISTIC"],
    ["pricelake.packing", "maybe", "true or false"],
  ] as const)
    it(`says what ${option} takes`, () => {
      assert.deepEqual(flowProblems({ [option]: value }), [
        `flows[0].${option} is ${JSON.stringify(value)}; it takes ${allowed}`,
      ]);
    });

  it("refuses an invalid regular expression with the engine's message", () => {
    assert.deepEqual(flowProblems({ multiLineStartPattern: "(" }), [
      'flows[0].multiLineStartPattern is "("; it takes a regular expression (Invalid regular expression: /(/: Unterminated group)',
    ]);
  });

  it("requires one destination, and a buffer within its limits", () => {
    assert.deepEqual(problems({ flows: [{ filePattern: "/x" }] }), [
      "flows[0] has neither kinesisStream nor deliveryStream; it takes one of them",
    ]);
    assert.deepEqual(flowProblems({ deliveryStream: "raw" }), [
      "flows[0] has both kinesisStream and deliveryStream; it takes one of them",
    ]);
    assert.deepEqual(
      problems({ flows: [{ filePattern: "/x", deliveryStream: "raw", maxBufferSizeBytes: 5_000_000 }] }),
      [
        "flows[0].maxBufferSizeBytes is 5000000; with deliveryStream it takes a whole number from 1 to 4194304",
      ],
    );
    assert.deepEqual(
      problems({ flows: [{ filePattern: "/x", deliveryStream: "raw", partitionKeyOption: "RANDOM" }] }),
      [
        'flows[0].partitionKeyOption is "RANDOM", but delivery streams have no partition keys; it goes with kinesisStream',
      ],
    );
  });

  it("refuses a folder as file pattern", () => {
    assert.deepEqual(problems({ flows: [{ kinesisStream: "events" }] }), [
      "flows[0].filePattern is missing; it takes files such as /var/log/*.log",
    ]);
    for (const filePattern of ["folder", "folder/"])
      assert.deepEqual(flowProblems({ filePattern }), [
        `flows[0].filePattern is "${filePattern}", a folder; it takes files, such as folder/*`,
      ]);
  });

  it("refuses two flows that would send everything twice", () => {
    assert.deepEqual(problems({ flows: [flow, { ...flow, kinesisStream: "other" }, flow] }), [
      "flows[2] sends the same files to the same place as flows[0]",
    ]);
  });

  it("requires the options of each kind of processing", () => {
    assert.deepEqual(processingProblems({ optionName: "CSVTOJSON" }), [
      "flows[0].dataProcessingOptions[0].customFieldNames is missing; CSVTOJSON takes a list of names",
    ]);
    assert.deepEqual(
      processingProblems({ optionName: "CSVTOJSON", customFieldNames: ["a", "a"], delimiter: "[,;]" }),
      [
        'flows[0].dataProcessingOptions[0].delimiter is "[,;]", a regular expression; it takes the characters themselves, or \\t',
        'flows[0].dataProcessingOptions[0].customFieldNames has "a" twice; the names must differ',
      ],
    );
    assert.deepEqual(processingProblems({ optionName: "LOGTOJSON" }), [
      "flows[0].dataProcessingOptions[0].logFormat is missing; LOGTOJSON takes one, such as COMMONAPACHELOG",
    ]);
    assert.deepEqual(
      processingProblems({ optionName: "LOGTOJSON", logFormat: "SYSLOG", matchPattern: "(.*)" }),
      [
        "flows[0].dataProcessingOptions[0].customFieldNames is missing; matchPattern takes a name for each of its groups",
      ],
    );
    assert.deepEqual(
      processingProblems({
        optionName: "LOGTOJSON",
        logFormat: "SYSLOG",
        matchPattern: "(a)(b)",
        customFieldNames: ["x"],
      }),
      ["flows[0].dataProcessingOptions[0].customFieldNames has 1 names; matchPattern has 2 fields"],
    );
    assert.deepEqual(processingProblems({ optionName: "ADDMETADATA" }), [
      'flows[0].dataProcessingOptions[0].optionName is "ADDMETADATA"; it takes one of SINGLELINE, CSVTOJSON, LOGTOJSON',
    ]);
    assert.deepEqual(processingProblems("SINGLELINE"), [
      'flows[0].dataProcessingOptions[0] is "SINGLELINE"; it takes an object with an optionName',
    ]);
    assert.deepEqual(
      flowProblems({
        "pricelake.packing": true,
        dataProcessingOptions: [{ optionName: "LOGTOJSON", logFormat: "SYSLOG", jsonFormat: "PRETTYPRINT" }],
      }),
      [
        "flows[0].pricelake.packing is true, but packs hold single lines, and PRETTYPRINT writes several lines per record",
      ],
    );
  });

  it("refuses a file that is not a configuration", () => {
    assert.match(problems("{,}")[0] ?? "", /^not JSON: /);
    assert.deepEqual(problems([]), ["is []; it takes an object with flows"]);
    assert.deepEqual(problems({}), ["flows is missing; it takes a list of at least one flow"]);
    assert.throws(() => readConfig(join(dir.path, "none.json")), {
      message: `${join(dir.path, "none.json")}: there is no such file`,
    });
  });
});
