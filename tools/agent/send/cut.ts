/** Bytes that fit a record: cut at a character's end, with the terminator after them. */
export function cutTo(data: Uint8Array, most: number, terminator: string): Uint8Array {
  const end = Buffer.from(terminator);
  let length = Math.min(data.byteLength, most - end.byteLength);
  while (length > 0 && ((data[length] ?? 0) & 0xc0) === 0x80) length--;
  return Buffer.concat([data.subarray(0, length), end]);
}
