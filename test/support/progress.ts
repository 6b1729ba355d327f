/** Output without the lines that say what a slow step does, such as "opening .pricelake, 2 s". */
export const withoutProgress = (text: string): string => text.replaceAll(/^.*, \d+ s\n/gm, "");
