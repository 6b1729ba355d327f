import crypto from "./crypto.json";
import cryptoReference from "./crypto.reference.json";

/** The rules and the reference table of each feed that has some. */
export const ruleFiles: Readonly<Record<string, { readonly rules: unknown; readonly reference: unknown }>> = {
  crypto: { rules: crypto, reference: cryptoReference },
};
