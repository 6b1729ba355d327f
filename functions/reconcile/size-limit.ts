/** Bounds the function's memory and time: throws when a feed's objects of the day are larger together. */
export function sizeLimit(megabytes: number): (bytes: number) => void {
  let total = 0;
  return (bytes) => {
    total += bytes;
    if (total > megabytes * 1e6)
      throw new Error(
        `the day has more than ${megabytes} MB to compare; run "npm run reconcile" on a machine with more memory`,
      );
  };
}
