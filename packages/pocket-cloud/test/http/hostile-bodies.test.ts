import { strict as assert } from "node:assert";
import { AwsError } from "../../errors";
import { parseXml } from "../../http/codecs/xml-tree";
import { mainThreadMillis } from "../main-thread";

/** Bodies of 100 KB that take a backtracking parser seconds. */
const LENGTH = 100_000;
const repeated = (text: string): string => text.repeat(Math.ceil(LENGTH / text.length));
const bodies: Readonly<Record<string, string>> = {
  "an endless name": `<${repeated("a")}`,
  "an endless name in an element": `<x><${repeated("a")}`,
  "many open brackets": repeated("<"),
  "an unclosed attribute list": `<a ${repeated("b ")}`,
  "an unclosed quote": `<a b="${repeated("c")}`,
  "many quotes": `<a ${repeated("''")}`,
  "many quoted values without a name": `<a ${repeated('"" ')}/>`,
  "an attribute without a value": `<a ${repeated("b")}>`,
  "white space after an attribute name": `<a b${repeated(" ")}>x</a>`,
  "an unclosed comment": `<a><!--${repeated("-")}`,
  "many comment starts": `<a>${repeated("<!--")}`,
  "many CDATA starts": `<a>${repeated("<![CDATA[")}`,
  "many instruction starts": `<a>${repeated("<?")}`,
  "many ampersands": `<a>${repeated("&")}</a>`,
  "an endless entity": `<a>&${repeated("a")}</a>`,
  "many slashes": `<a${repeated("/")}`,
  "nested elements": repeated("<a>"),
};

describe("An XML body", () => {
  for (const [what, body] of Object.entries(bodies))
    it(`with ${what} is parsed or refused in milliseconds`, () => {
      const begun = mainThreadMillis();
      try {
        parseXml(body);
      } catch (error) {
        assert.ok(error instanceof AwsError, String(error));
      }
      const millis = mainThreadMillis() - begun;
      assert.ok(millis < 300, `${Math.round(millis)} ms`);
    });
});
