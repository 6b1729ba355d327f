import { AwsError } from "../../errors";
import type { ServiceModel } from "../catalogue";
import { readForm } from "../codecs/form";
import { body, writeXml } from "../codecs/xml";
import { escapeXml } from "../codecs/xml-tree";
import type { Answer } from "../exchange";
import { parsePairs, type WireRequest } from "../request";
import { queryCodeOf } from "./codes";
import type { Protocol, RequestInfo } from "./protocol";

const XML = { "content-type": "text/xml" };

/** AWS Query: the input is a form, or the query string of a presigned request; the output is XML. */
export const query: Protocol = {
  begin: (request, service) => ({
    streaming: false,
    checksummed: false,
    decode: (content) => {
      const pairs = formOf(request, content as Uint8Array);
      const name = pairs.find(([key]) => key === "Action")?.[1] ?? "";
      const operation = service.operation(name);
      if (!operation)
        throw new AwsError(
          "UnknownOperationException",
          `Could not find operation ${name} of ${service.name}`,
        );
      return { operation, input: readForm(operation.input, pairs) };
    },
  }),
  encode: (operation, output, { requestId }, service) => {
    const { name } = operation;
    const result = operation.output.isUnitSchema()
      ? ""
      : `<${name}Result>${body(operation.output, output).content}</${name}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return {
      status: 200,
      headers: { ...XML, "x-amzn-requestid": requestId },
      body: `<${name}Response xmlns="${service.xmlNamespace}">${result}${metadata}</${name}Response>`,
    };
  },
  fail,
};

function formOf(request: WireRequest, content: Uint8Array): readonly (readonly [string, string])[] {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("utf8");
  return [...request.query, ...parsePairs(text)];
}

function fail(error: AwsError, { requestId }: RequestInfo, service: ServiceModel | undefined): Answer {
  const model = service?.error(error.code);
  const code = model?.queryCode ?? queryCodeOf(error.code);
  const details = model ? structured(model.schema, error.details) : "";
  const type = error.status < 500 ? "Sender" : "Receiver";
  return {
    status: error.status,
    headers: { ...XML, "x-amzn-requestid": requestId },
    body:
      `<ErrorResponse xmlns="${service?.xmlNamespace ?? ""}"><Error><Type>${type}</Type><Code>${escapeXml(code)}</Code>` +
      `${error.message === "" ? "" : `<Message>${escapeXml(error.message)}</Message>`}${details}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  };
}

function structured(schema: Parameters<typeof body>[0], details: Readonly<Record<string, unknown>>): string {
  let text = "";
  for (const [name, member] of schema.structIterator())
    if (details[name] !== undefined && name.toLowerCase() !== "message")
      text += writeXml(member.getMemberTraits().xmlName ?? name, member, details[name]);
  return text;
}
