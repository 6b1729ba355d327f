// Runs at CloudFront's edge before its cache, in the runtime cloudfront-js-2.0. The stack writes SETTINGS before it:
// addresses: ranges of allowed viewers, each {bytes, bits}; password: "<salt>:<SHA-256 of salt:password, hex>" or "".
// biome-ignore lint/style/useNodejsImportProtocol: the edge's runtime has no names with node:
const crypto = require("crypto");

/** Admits viewers from an allowed address and with the password; each is checked only where it is set. */
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  const request = event.request;
  const address = bytesOf(event.viewer.ip);
  if (SETTINGS.addresses.length > 0 && !SETTINGS.addresses.some((range) => contains(range, address)))
    return { statusCode: 403, statusDescription: "Forbidden" };
  if (SETTINGS.password !== "" && !hasPassword(request.headers.authorization))
    return {
      statusCode: 401,
      statusDescription: "Unauthorized",
      headers: {
        "www-authenticate": { value: 'Basic realm="Reports", charset="UTF-8"' },
        "cache-control": { value: "no-store" },
      },
    };
  return request;
}

/** Whether the header is Basic authentication with the password; the user's name does not matter. */
function hasPassword(header) {
  const given = header && /^Basic ([A-Za-z0-9+/=]{1,400})$/i.exec(header.value);
  if (!given) return false;
  const text = Buffer.from(given[1], "base64").toString("utf8");
  const password = text.slice(text.indexOf(":") + 1);
  const parts = SETTINGS.password.split(":");
  const hash = crypto.createHash("sha256").update(`${parts[0]}:${password}`).digest("hex");
  // Compares all characters, so that the time does not tell how many agree.
  let difference = hash.length ^ parts[1].length;
  for (let at = 0; at < hash.length; at++) difference |= hash.charCodeAt(at) ^ parts[1].charCodeAt(at);
  return difference === 0;
}

/** The bytes of an IPv4 or IPv6 address. */
function bytesOf(ip) {
  if (ip.indexOf(":") < 0) return ip.split(".").map(Number);
  const halves = ip.split("::");
  const head = groupsOf(halves[0]);
  const tail = halves.length > 1 ? groupsOf(halves[1]) : [];
  const zeros = Math.max(0, 8 - head.length - tail.length);
  const groups = head.concat(new Array(zeros).fill(0), tail);
  return groups.reduce((bytes, group) => bytes.concat([group >> 8, group & 255]), []);
}

function groupsOf(text) {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function contains(range, address) {
  if (range.bytes.length !== address.length) return false;
  for (let bit = 0; bit < range.bits; bit += 8) {
    const mask = range.bits - bit >= 8 ? 255 : 255 & (255 << (8 - (range.bits - bit)));
    if ((range.bytes[bit / 8] & mask) !== (address[bit / 8] & mask)) return false;
  }
  return true;
}
