/** Classes only, colours by the reader's own light or dark setting; the page's policy allows this text by its hash. */
export const chartStyle = `
.chart{--ink:#1f2328;--muted:#656d76;--grid:#e3e6ea;--ground:#ffffff;--up:#0f7b6c;--down:#b4341f;--s1:#2563a8;--s2:#b35c00;--s3:#0f7b6c;--s4:#8a3ba5;--s5:#b4341f;--s6:#5b6b1f;--s7:#a02d63;--s8:#55606e;font:12px system-ui,sans-serif}
@media (prefers-color-scheme:dark){.chart{--ink:#e6e9ed;--muted:#9aa4af;--grid:#30363d;--ground:#14181d;--up:#4cc3ae;--down:#f08770;--s1:#6fb0f2;--s2:#eda24f;--s3:#4cc3ae;--s4:#cf97e6;--s5:#f08770;--s6:#b5c765;--s7:#ef8bb9;--s8:#a7b1bd}}
.chart text{fill:var(--ink)}.chart .axis{fill:var(--muted)}.chart .ground{fill:var(--ground)}
.chart .grid{stroke:var(--grid);stroke-width:1}.chart .zero{stroke:var(--muted);stroke-width:1}
.chart .line{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.chart .s1{stroke:var(--s1)}.chart .s2{stroke:var(--s2)}.chart .s3{stroke:var(--s3)}.chart .s4{stroke:var(--s4)}.chart .s5{stroke:var(--s5)}.chart .s6{stroke:var(--s6)}.chart .s7{stroke:var(--s7)}.chart .s8{stroke:var(--s8)}
.chart .key{stroke-width:3}.chart .dot{fill:var(--ground);stroke-width:2}
.chart .bar{fill:var(--s1)}.chart .under{fill:var(--s2)}
.chart .up{stroke:var(--up);fill:var(--ground)}.chart .down{stroke:var(--down);fill:var(--down)}
.chart .more{fill:var(--s1)}.chart .less{fill:var(--s2)}.chart .void{fill:none;stroke:var(--grid)}
`.trim();
