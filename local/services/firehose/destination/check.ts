import { invalidArgument } from "../errors";
import type { Destination } from "../model";
import { isZone } from "../prefix/zone";
import { checkPrefixes } from "./check-prefix";

/** Refuses a destination AWS would refuse. */
export function checkDestination(destination: Destination): void {
  checkPrefixes(destination.Prefix, destination.ErrorOutputPrefix);
  const { CustomTimeZone } = destination;
  if (CustomTimeZone !== undefined && !isZone(CustomTimeZone))
    throw invalidArgument(`CustomTimeZone ${CustomTimeZone} is not a supported time zone.`);
}
