"""The style of the report: one column, both colour schemes, print."""

from __future__ import annotations

REPORT_STYLE = """
:root{color-scheme:light dark;--page:#fff;--soft:#f6f8fa}
body{margin:0;background:var(--page)}
main.nbm{--nk:#1f2328;--nf:#59636e;--nl:#d8dee4;max-width:66rem;margin:0 auto;padding:3.5rem 1.5rem 4rem;
font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
@media(prefers-color-scheme:dark){:root{--page:#0d1117;--soft:#161b22}
main.nbm{--nk:#e6edf3;--nf:#9aa4af;--nl:#30363d;--ng:#4cc26b;--nr:#ff7b72;--nw:#e3b341}}
.nbm h1{font-size:2rem;line-height:1.2;letter-spacing:-.015em;margin:0;overflow-wrap:anywhere}
.nbm h2{font-size:1.05rem;margin:0 0 .8rem;font-weight:600}
.nbm header p{color:var(--nf);margin:.3rem 0 0}
.nbm .kicker{font-size:.85rem;color:var(--nf);margin:0}
.nbm section,.nbm footer{margin-top:2.75rem}
.nbm .answer{display:flex;flex-wrap:wrap;gap:1.5rem 2.5rem;align-items:center;background:var(--soft);
border-radius:10px;padding:1.6rem 1.8rem;margin-top:1.8rem}
.nbm .answer p{margin:0}
.nbm .value{font-size:3.6rem;line-height:1;font-weight:650;letter-spacing:-.03em;color:var(--ng)}
.nbm .unit{color:var(--nf);font-size:.9rem;padding-top:.5rem}
.nbm .headline{font-size:1.5rem;line-height:1.3;font-weight:600;overflow-wrap:anywhere}
.nbm .words p+p{margin-top:.15rem}
.nbm ul{padding-left:1.15em;margin:.4rem 0 1rem}
.nbm .nbm-caution{background:color-mix(in srgb,var(--nw) 8%,transparent);padding:.55rem 1rem;margin:.7rem 0;
border-radius:0 6px 6px 0}
.nbm .nbm-caution.bad{border-left-color:var(--nr);background:color-mix(in srgb,var(--nr) 7%,transparent)}
.nbm section>p,.nbm section>ul,.nbm footer>p{max-width:44rem}
.nbm figure{margin:0;overflow:auto hidden;position:relative}
.nbm .wide table{min-width:100%}
.nbm figure svg{display:block;width:100%;min-width:40rem;height:auto;border-radius:8px}
.nbm figcaption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.nbm img{max-width:100%;min-width:40rem;height:auto;background:#fff;border-radius:6px}
.nbm details.run{border-top:1px solid var(--nl);margin:0;padding:.55rem 0}
.nbm details.run>summary{display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:baseline}
.nbm details.run>summary::before{content:"▸";color:var(--nf);width:.8em}
.nbm details.run[open]>summary::before{content:"▾"}
.nbm details.run>summary .result{margin-left:auto;color:var(--nf);font-size:.9rem}
.nbm details.run>:not(summary){font-size:.9rem}
.nbm details.run>h3{font-size:.85rem}
.nbm details.run pre,.nbm pre.said{background:var(--soft)!important;border-radius:6px;padding:.7rem .9rem!important}
.nbm summary:focus-visible{outline:2px solid #0072b2;outline-offset:3px;border-radius:3px}
.nbm footer{border-top:1px solid var(--nl);padding-top:1.4rem;color:var(--nf);font-size:.9rem}
@media(max-width:40rem){main.nbm{padding-top:1.75rem}.nbm .value{font-size:2.8rem}.nbm .answer{padding:1.2rem}}
@media print{.nbm figure svg{min-width:0}body{background:#fff}main.nbm{max-width:none;padding:0;font-size:11pt}.nbm .answer{border:1px solid var(--nl)}
.nbm .nbm-scroll{overflow:visible}
.nbm td,.nbm th{white-space:normal!important;font-size:9pt}.nbm pre{white-space:pre-wrap}
.nbm section,.nbm tr,.nbm figure,.nbm .nbm-caution{break-inside:avoid}.nbm section:has(.run){break-inside:auto}}
""".strip()
