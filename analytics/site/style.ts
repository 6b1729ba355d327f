import { chartStyle } from "../render/chart/draw";

/** One style sheet for all pages. It follows the reader's light or dark mode, and fits from 320 pixels on. */
export const siteStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--muted:#59626d;--rule:#dde2e8;--ground:#f6f8fa;--card:#ffffff;--stripe:#f5f7f9;--accent:#1f5a99;--up:#0b6b5d;--down:#b02a15;--warn:#8a4600;--warnground:#fff6e9;--shadow:0 1px 2px #1b1f2414,0 1px 6px #1b1f240a}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--muted:#9ba6b2;--rule:#2d343c;--ground:#0f1317;--card:#161b21;--stripe:#1b2128;--accent:#7fb8f2;--up:#4cc3ae;--down:#f08770;--warn:#f0b266;--warnground:#2a2115;--shadow:none}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:var(--ground)}
a{color:var(--accent);text-underline-offset:.15em}a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.4rem .8rem;z-index:2}
.bar,main,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{background:var(--card);border-bottom:1px solid var(--rule)}
.bar{display:flex;align-items:center;gap:1.5rem;min-height:3.5rem;flex-wrap:wrap}
.brand{font-weight:700;font-size:1.1rem;color:var(--ink);text-decoration:none;display:flex;align-items:center;gap:.55rem}
.brand svg{width:1.35rem;height:1.35rem;color:var(--accent)}
.bar nav{margin-left:auto;display:flex;gap:1.25rem;font-size:.95rem}.bar nav a{text-decoration:none;padding:.35rem 0}.bar nav a[aria-current]{color:var(--ink);font-weight:600}
main{padding-top:1.75rem;padding-bottom:3rem}
h1{font-size:clamp(1.5rem,1.2rem + 1.6vw,2.1rem);line-height:1.2;margin:0 0 .4rem;letter-spacing:-.015em}
h2{font-size:1.15rem;margin:2.25rem 0 .75rem;letter-spacing:-.005em}
p{margin:.3rem 0}.lead{max-width:46rem;color:var(--muted)}
.crumbs{font-size:.9rem;margin:0 0 .75rem;color:var(--muted)}
.stamp{color:var(--muted);font-size:.875rem;display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.75rem 0 1.25rem}
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));margin:0;padding:0;list-style:none}
.tiles{grid-template-columns:repeat(auto-fill,minmax(min(100%,13.5rem),1fr))}
.card{position:relative;background:var(--card);border:1px solid var(--rule);border-radius:10px;box-shadow:var(--shadow);padding:1rem 1.1rem;display:flex;flex-direction:column;gap:.5rem;min-width:0}
.card:hover{border-color:var(--accent)}
.card h3{font-size:1rem;margin:0;line-height:1.3}.card h3 a{color:inherit;text-decoration:none}.card h3 a::after{content:"";position:absolute;inset:0;border-radius:10px}
.card p{color:var(--muted);font-size:.875rem;line-height:1.45}
.figure{font-size:1.35rem;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.01em;overflow-wrap:anywhere}
.figures{margin:0;display:grid;grid-template-columns:minmax(0,1fr);gap:.15rem}.figures div{display:flex;justify-content:space-between;gap:1rem;align-items:baseline}.figures dt{color:var(--muted);font-size:.875rem;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.figures dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}
.unit{color:var(--muted);font-weight:400;font-size:.8em}
.change{white-space:nowrap;font-size:.9rem;font-weight:600;font-variant-numeric:tabular-nums}.rise{color:var(--up)}.fall{color:var(--down)}
.spark{width:100%;height:48px;display:block;overflow:visible;margin-top:auto}.spark polyline{fill:none;stroke:var(--accent);stroke-width:1.75;stroke-linejoin:round;vector-effect:non-scaling-stroke}.spark path{fill:var(--accent);opacity:.1}.spark .rise{stroke:var(--up)}.spark .fall{stroke:var(--down)}.spark rect{fill:var(--accent)}.spark rect.fall{fill:var(--down)}
.badges{display:flex;flex-wrap:wrap;gap:.4rem;position:relative;pointer-events:none}.badge{font-size:.78rem;font-weight:600;border:1px solid currentColor;border-radius:99px;padding:.05rem .6rem;color:var(--muted)}main>.badges{margin:0 0 1rem}.badge.holds{color:var(--warn)}
.warnings{margin:0 0 1.25rem;padding:.7rem 1rem .7rem 2.1rem;border:1px solid var(--warn);border-left-width:4px;border-radius:6px;background:var(--warnground);font-size:.925rem}
.panel{background:var(--card);border:1px solid var(--rule);border-radius:10px;box-shadow:var(--shadow);padding:1rem 1.1rem;margin:0 0 1.25rem;position:relative}
.panel h2:first-child{margin-top:0}
figure.panel{padding:1rem .75rem}figcaption{padding:0 .5rem}
.facts{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;margin:0;font-size:.9rem}.facts div{display:flex;gap:.45rem}.facts dt{color:var(--muted);white-space:nowrap}.facts dd{margin:0;font-variant-numeric:tabular-nums}
.notes{color:var(--muted);font-size:.9rem;padding-left:1.2rem;margin:.25rem 0 1.25rem}
.wide{overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:10px;margin:0 0 1rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:.85rem;padding:.7rem .9rem .3rem}
th,td{padding:.4rem .9rem;border-bottom:1px solid var(--rule);text-align:left;white-space:nowrap}
td{max-width:28rem;overflow:hidden;text-overflow:ellipsis}
th{font-weight:600;white-space:normal;vertical-align:bottom}.number{text-align:right}
tbody tr:nth-child(even){background:var(--stripe)}tbody tr:last-child td{border-bottom:0}
.links{display:flex;flex-wrap:wrap;gap:.5rem;margin:.75rem 0 1.25rem;padding:0;list-style:none;font-size:.9rem}.links a{display:block;text-decoration:none;border:1px solid var(--rule);border-radius:99px;padding:.2rem .8rem;background:var(--card)}.links a[aria-current]{border-color:var(--accent);font-weight:600;color:var(--ink)}
.alerts{list-style:none;margin:0;padding:0}.alerts li{padding:.7rem 0;border-bottom:1px solid var(--rule)}.alerts li:last-child{border-bottom:0}.alerts p{overflow-wrap:anywhere}.alerts time{color:var(--muted);font-size:.85rem}
footer{color:var(--muted);font-size:.875rem;border-top:1px solid var(--rule);padding-top:1.25rem;padding-bottom:2.5rem}footer ul{display:flex;flex-wrap:wrap;gap:.35rem 1.1rem;list-style:none;padding:0;margin:.4rem 0 1rem}
svg.chart{width:100%;height:auto;display:block}svg.chart.narrow{display:none}
@media (max-width:40rem){svg.chart{display:none}svg.chart.narrow{display:block}.bar,main,footer{padding-left:1rem;padding-right:1rem}.tiles{grid-template-columns:1fr 1fr}.tiles .figure{font-size:1.05rem}figure.panel{padding:.75rem .25rem}}
.tools{display:flex;gap:.4rem;justify-content:flex-end;padding:0 .25rem .25rem;min-height:2rem}.tools button{font:inherit;font-size:.85rem;color:var(--ink);background:var(--card);border:1px solid var(--rule);border-radius:6px;padding:.15rem .7rem;cursor:pointer}.tools button:disabled{color:var(--muted);cursor:default}
.area{position:relative;touch-action:pan-y}.area svg{cursor:crosshair}
.tip{position:absolute;top:0;pointer-events:none;background:var(--card);border:1px solid var(--rule);border-radius:6px;box-shadow:0 2px 8px #0003;padding:.35rem .6rem;font-size:.8rem;line-height:1.4;max-width:16rem;font-variant-numeric:tabular-nums;z-index:1}.tip[hidden]{display:none}.tip div{display:flex;justify-content:space-between;gap:.8rem}.tip strong{font-weight:600}
.chart .cursor{stroke:var(--muted);stroke-dasharray:3 3}.chart .picked{fill:var(--s1);opacity:.15}
@media print{header nav,.tools,footer ul,.skip{display:none}body{background:none}}
${chartStyle}
.chart{font-family:inherit}.chart .ground{fill:none}
`.trim();
