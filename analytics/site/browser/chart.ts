import { candleChart } from "../../render/chart/candles";
import { NARROW, type Plot, WIDE } from "../../render/chart/frame";
import { lineChart } from "../../render/chart/line";
import { timeLabel, valueLabel } from "../../render/chart/scale";
import type { ChartData } from "../chart-data";

/** Hover, zoom and keyboard for the page's chart. Without this script the drawn chart is complete. */

interface Reading {
  readonly name: string;
  readonly text: string;
}

/** What is under the pointer: an x value, and what each series has there. */
interface Found {
  readonly x: number;
  readonly plot: Plot;
  readonly readings: readonly Reading[];
}

type Range = readonly [number, number];

const SVG = "http://www.w3.org/2000/svg";
const LEAST_POINTS = 3;

/** The data within a range of x. */
function within(data: ChartData, range: Range | undefined): ChartData {
  if (!range) return data;
  const inside = ({ x }: { readonly x: number }) => x >= range[0] && x <= range[1];
  return data.kind === "line"
    ? { ...data, series: data.series.map((one) => ({ ...one, points: one.points.filter(inside) })) }
    : { ...data, panels: data.panels.map((one) => ({ ...one, candles: one.candles.filter(inside) })) };
}

const drawn = (data: ChartData, width: number) =>
  data.kind === "line"
    ? lineChart(data.series, data.along, data.title, width)
    : candleChart(data.panels, data.along, data.title, width);

/** Every x of the data, in order. */
function xsOf(data: ChartData): readonly number[] {
  const all =
    data.kind === "line"
      ? data.series.flatMap(({ points }) => points.map(({ x }) => x))
      : data.panels.flatMap(({ candles }) => candles.map(({ x }) => x));
  return [...new Set(all)].sort((a, b) => a - b);
}

function readingsAt(data: ChartData, x: number, panel: number): Reading[] {
  if (data.kind === "line")
    return data.series.flatMap(({ name, points }) => {
      const point = points.find((one) => one.x === x);
      return point ? [{ name: name || data.title, text: exact(point.y) }] : [];
    });
  const candle = data.panels[panel]?.candles.find((one) => one.x === x);
  if (!candle) return [];
  return (["open", "high", "low", "close"] as const).map((name) => ({ name, text: exact(candle[name]) }));
}

const exact = (value: number): string =>
  Math.abs(value) >= 1000
    ? value.toLocaleString("en", { maximumFractionDigits: 2 })
    : String(Number(value.toPrecision(6)));

class Chart {
  readonly #area: HTMLElement;
  readonly #svgs: readonly SVGSVGElement[];
  readonly #data: ChartData;
  readonly #tip = document.createElement("div");
  readonly #said = document.createElement("p");
  readonly #buttons: Readonly<Record<"in" | "out" | "all", HTMLButtonElement>>;
  #range: Range | undefined;
  #shown: ChartData;
  #plots: readonly Plot[] = [];
  #at: number | undefined;
  #panel = 0;
  #dragFrom: number | undefined;

  constructor(area: HTMLElement, data: ChartData) {
    this.#area = area;
    this.#data = data;
    this.#shown = data;
    this.#svgs = [...area.querySelectorAll<SVGSVGElement>("svg.chart")];
    this.#tip.className = "tip";
    this.#tip.hidden = true;
    this.#said.className = "skip";
    this.#said.setAttribute("role", "status");
    area.append(this.#tip, this.#said);
    this.#buttons = this.#tools();
    area.tabIndex = 0;
    area.setAttribute("role", "group");
    area.setAttribute("aria-label", "Chart. Arrow keys read values, plus and minus zoom, 0 shows all.");
    for (const svg of this.#svgs) this.#listen(svg);
    area.addEventListener("keydown", (event) => this.#key(event));
    area.addEventListener("blur", () => this.#leave());
    this.#draw();
  }

  #tools() {
    const bar = document.createElement("div");
    bar.className = "tools";
    const add = (text: string, label: string, act: () => void) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.setAttribute("aria-label", label);
      button.addEventListener("click", act);
      bar.append(button);
      return button;
    };
    const buttons = {
      in: add("+", "Zoom in", () => this.#scale(0.5)),
      out: add("−", "Zoom out", () => this.#scale(2)),
      all: add("All", "Show all", () => this.#zoom(undefined)),
    };
    this.#area.before(bar);
    return buttons;
  }

  get #visible(): SVGSVGElement | undefined {
    return this.#svgs.find((svg) => svg.getBoundingClientRect().width > 0);
  }

  #draw(): void {
    this.#shown = within(this.#data, this.#range);
    for (const svg of this.#svgs) {
      const width = svg.classList.contains("narrow") ? NARROW : WIDE;
      const { markup, height, plots } = drawn(this.#shown, width);
      for (const child of [...svg.children])
        if (!["title", "desc"].includes(child.tagName) && !child.classList.contains("ground")) child.remove();
      const group = document.createElementNS(SVG, "g");
      // The drawing code escapes every value.
      group.innerHTML = markup;
      svg.append(group);
      svg.setAttribute("viewBox", `0 0 ${width} ${Math.ceil(height)}`);
      if (svg === this.#visible) this.#plots = plots;
    }
    const zoomed = this.#range !== undefined;
    this.#buttons.all.disabled = !zoomed;
    this.#buttons.out.disabled = !zoomed;
    this.#buttons.in.disabled = xsOf(this.#shown).length <= LEAST_POINTS;
    this.#leave();
  }

  #zoom(range: Range | undefined): void {
    if (range && xsOf(within(this.#data, range)).length < LEAST_POINTS) return;
    this.#range = range;
    this.#draw();
  }

  /** Zooms around the value that was last read, or the middle. */
  #scale(factor: number): void {
    const all = xsOf(this.#data);
    const [first = 0, last = 0] = [all[0], all.at(-1)];
    const [low, high] = this.#range ?? [first, last];
    const middle = this.#at ?? (low + high) / 2;
    const width = Math.min(last - first, (high - low) * factor);
    // At an end of the data the range keeps its width.
    const from = Math.max(first, Math.min(last - width, middle - width / 2));
    this.#zoom(width >= last - first ? undefined : [from, from + width]);
  }

  #listen(svg: SVGSVGElement): void {
    const xOf = (event: PointerEvent): { x: number; y: number } => {
      const box = svg.getBoundingClientRect();
      const scale = svg.viewBox.baseVal.width / box.width;
      return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
    };
    svg.addEventListener("pointermove", (event) => {
      // After a turn of the device the other drawing is visible.
      this.#plots = drawn(this.#shown, svg.classList.contains("narrow") ? NARROW : WIDE).plots;
      const { x, y } = xOf(event);
      const panel = this.#plots.findIndex(({ bottom }) => y <= bottom + 30);
      this.#panel = Math.max(0, panel);
      const found = this.#nearest(x);
      if (found) this.#show(svg, found);
      if (this.#dragFrom !== undefined) this.#pick(svg, this.#dragFrom, x);
    });
    svg.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" || event.button !== 0) return;
      this.#dragFrom = xOf(event).x;
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointerup", (event) => {
      const from = this.#dragFrom;
      this.#dragFrom = undefined;
      svg.querySelector(".picked")?.remove();
      if (from === undefined || Math.abs(xOf(event).x - from) < 8) return;
      const ends = [from, xOf(event).x].map((x) => this.#nearest(x)?.x ?? 0).sort((a, b) => a - b);
      this.#zoom([ends[0] ?? 0, ends[1] ?? 0]);
    });
    svg.addEventListener("pointerleave", () => this.#leave());
    svg.addEventListener("dblclick", () => this.#zoom(undefined));
  }

  #nearest(pixel: number): Found | undefined {
    const plot = this.#plots[this.#panel];
    if (!plot) return undefined;
    let best: number | undefined;
    for (const x of xsOf(this.#shown))
      if (best === undefined || Math.abs(plot.x(x) - pixel) < Math.abs(plot.x(best) - pixel)) best = x;
    return best === undefined ? undefined : this.#found(best);
  }

  #found(x: number): Found | undefined {
    const plot = this.#plots[this.#panel];
    return plot && { x, plot, readings: readingsAt(this.#shown, x, this.#panel) };
  }

  #show(svg: SVGSVGElement, { x, plot, readings }: Found): void {
    this.#at = x;
    svg.querySelector(".cursor")?.remove();
    const line = document.createElementNS(SVG, "line");
    line.setAttribute("class", "cursor");
    const at = plot.x(x);
    for (const [name, value] of Object.entries({ x1: at, x2: at, y1: plot.top, y2: plot.bottom }))
      line.setAttribute(name, String(value));
    svg.append(line);
    const heading = document.createElement("strong");
    heading.textContent = this.#data.along === "number" ? valueLabel(x) : this.#timeText(x);
    this.#tip.replaceChildren(heading, ...readings.map(readingLine));
    this.#tip.hidden = false;
    const box = svg.getBoundingClientRect();
    const left = (at / svg.viewBox.baseVal.width) * box.width;
    const right = left + this.#tip.offsetWidth + 16 > box.width;
    this.#tip.style.left = `${Math.max(0, right ? left - this.#tip.offsetWidth - 10 : left + 10)}px`;
    this.#tip.style.top = `${(plot.top / svg.viewBox.baseVal.height) * box.height}px`;
  }

  #timeText(x: number): string {
    return this.#data.along === "day"
      ? timeLabel(x, [x])
      : `${new Date(x).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  }

  /** Marks the range that a drag will zoom to. */
  #pick(svg: SVGSVGElement, from: number, to: number): void {
    const plot = this.#plots[this.#panel];
    if (!plot) return;
    svg.querySelector(".picked")?.remove();
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("class", "picked");
    const sizes = {
      x: Math.min(from, to),
      width: Math.abs(to - from),
      y: plot.top,
      height: plot.bottom - plot.top,
    };
    for (const [name, value] of Object.entries(sizes)) rect.setAttribute(name, String(value));
    svg.append(rect);
  }

  #leave(): void {
    this.#tip.hidden = true;
    for (const svg of this.#svgs) svg.querySelector(".cursor")?.remove();
  }

  #key(event: KeyboardEvent): void {
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#step(-1),
      ArrowRight: () => this.#step(1),
      Home: () => this.#step(Number.NEGATIVE_INFINITY),
      End: () => this.#step(Number.POSITIVE_INFINITY),
      "+": () => this.#scale(0.5),
      "=": () => this.#scale(0.5),
      "-": () => this.#scale(2),
      "0": () => this.#zoom(undefined),
      Escape: () => this.#leave(),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  #step(by: number): void {
    const svg = this.#visible;
    const xs = xsOf(this.#shown);
    const current = this.#at === undefined ? -1 : xs.indexOf(this.#at);
    const next =
      xs[Math.max(0, Math.min(xs.length - 1, current < 0 && by < 0 ? xs.length - 1 : current + by))];
    if (!svg || next === undefined) return;
    this.#plots = drawn(this.#shown, svg.classList.contains("narrow") ? NARROW : WIDE).plots;
    const found = this.#found(next);
    if (!found) return;
    this.#show(svg, found);
    this.#said.textContent = [
      this.#tip.querySelector("strong")?.textContent,
      ...found.readings.map(({ name, text }) => `${name} ${text}`),
    ].join(", ");
  }
}

function readingLine({ name, text }: Reading): HTMLElement {
  const line = document.createElement("div");
  for (const content of [name, text]) {
    const part = document.createElement("span");
    part.textContent = content;
    line.append(part);
  }
  return line;
}

const source = document.querySelector("script.chart-data")?.textContent;
const area = document.querySelector<HTMLElement>("figure .area");
if (source && area) new Chart(area, JSON.parse(source) as ChartData);
