/** One line that rewrites itself on a terminal; nothing at all elsewhere. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr) {
  return {
    show: (text: string) => {
      if (stream.isTTY) stream.write(`\r\x1b[2K${text}`);
    },
    clear: () => {
      if (stream.isTTY) stream.write("\r\x1b[2K");
    },
  };
}
