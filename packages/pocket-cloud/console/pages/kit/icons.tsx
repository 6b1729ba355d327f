/** Outlines on a grid of 16 by 16. */
const PATHS = {
  overview: "M2 8.5 8 3l6 5.500M4 7.500V13h8V7.5",
  stream: "M1.5 5c2-2 4-2 6.5 0s4.5 2 6.5 0M1.5 10.500c2-2 4-2 6.5 0s4.5 2 6.5 0",
  function: "M3.5 13 8 5M5 3h1.500L12 13h1",
  delivery:
    "M1.5 4h8v7h-8zM9.5 6.500h3l2 2V11h-5zM4 13a1.2 1.2 0 1 0 0-2.4A1.2 1.2 0 0 0 4 13M12 13a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4",
  bucket:
    "M2.5 4.5 4 13.500h8l1.5-9M2.5 4.500c0-1 2.5-1.800 5.5-1.800s5.5.8 5.5 1.800S11 6.300 8 6.300s-5.5-.8-5.5-1.800",
  table: "M2 3.500h12v9H2zM2 6.500h12M6.5 6.500v6",
  catalogue:
    "M3 2.500h8.500a1.5 1.5 0 0 1 1.5 1.500v9.500H4.500A1.5 1.5 0 0 1 3 12zM3 12a1.5 1.5 0 0 1 1.5-1.500H13M6 5.500h4",
  query: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M10.700 10.700 14 14",
  topic:
    "M8 2.500a3.800 3.800 0 0 0-3.800 3.800V9L3 11.500h10L11.800 9V6.300A3.800 3.800 0 0 0 8 2.500M6.5 13.500h3",
  queue: "M2 4.500h12v7H2zM5 4.500v7M8 4.500v7M11 4.500v7",
  schedule: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.500V8l2.5 1.5",
  metrics: "M2 13.500h12M3.5 11V8M6.5 11V4.500M9.5 11V7M12.5 11V3",
  logs: "M3 3h10M3 6.500h10M3 10h7M3 13.500h5",
  access: "M8 1.800 13 4v4c0 3-2 5.200-5 6.200C5 13.2 3 11 3 8V4z",
  fault: "M9 1.5 3.5 9H8l-1 5.500L12.5 7H8z",
  database:
    "M8 6.500c3 0 5-1 5-2.200S11 2 8 2 3 3 3 4.300s2 2.2 5 2.200M3 4.300v7.400C3 13 5 14 8 14s5-1 5-2.300V4.300M3 8c0 1.300 2 2.2 5 2.200S13 9.300 13 8",
  menu: "M2 4h12M2 8h12M2 12h12",
  copy: "M5.5 5.500h8v8h-8zM2.5 10.500v-8h8",
  moon: "M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M8 1v1.500M8 13.500V15M1 8h1.500M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  folder: "M1.5 3.500h5l1.5 2h6.500v7.500h-13z",
  file: "M3.5 1.800h6l3 3v9.400h-9zM9.5 1.800v3h3",
  play: "M4.5 2.800 12.5 8l-8 5.200z",
  stop: "M4 4h8v8H4z",
  close: "M3.5 3.500l9 9M12.5 3.500l-9 9",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);

export const iconPath = (name: IconName): string => PATHS[name];
