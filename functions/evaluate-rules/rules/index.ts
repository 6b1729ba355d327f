import crypto from "./crypto.json";
import cryptoReference from "./crypto.reference.json";

/** Rules and reference table per feed. */
export const ruleFiles: Readonly<Record<string, { readonly rules: unknown; readonly reference: unknown }>> = {
  crypto: { rules: crypto, reference: cryptoReference },
};
