"""The style of comparisons, for notebooks of either theme and for documents of their own."""

from __future__ import annotations

COMPARE_STYLE = """
.nbm{--nk:var(--jp-content-font-color1,#1f2328);--nf:var(--jp-content-font-color2,#59636e);
--nl:var(--jp-border-color2,#d1d9e0);--ng:#1a7f37;--nr:#cf222e;--nw:#9a6700;
color:var(--nk);font:14px/1.5 var(--jp-content-font-family,system-ui,-apple-system,"Segoe UI",sans-serif);
font-variant-numeric:tabular-nums}
[data-jp-theme-light=false] .nbm,.vscode-dark .nbm{--ng:#4cc26b;--nr:#ff7b72;--nw:#e3b341}
.vscode-dark .nbm{--nk:#e6edf3;--nf:#9aa4af;--nl:#3d444d}
.nbm p,.nbm ul{margin:.35em 0}
.nbm .nbm-answer{font-size:1.35em;line-height:1.3;margin:.2em 0 .3em}
.nbm .nbm-grounds,.nbm small,.nbm .nbm-faint{color:var(--nf)}
.nbm .nbm-grounds{padding-left:1.2em}
.nbm .nbm-caution{border-left:3px solid var(--nw);padding:.1em 0 .1em .7em;margin:.5em 0}
.nbm .nbm-scroll{overflow-x:auto;margin:.6em 0}
.nbm table{border-collapse:collapse;border:0;margin:0;font-size:13px;table-layout:auto}
.nbm caption{text-align:left;color:var(--nf);padding:0 0 .4em;caption-side:top;white-space:nowrap}
.nbm th,.nbm td{border:0;border-bottom:1px solid var(--nl);padding:.34em .8em .34em 0;background:none;
vertical-align:baseline;max-width:34em;white-space:nowrap}
.nbm tr{background:none!important}
.nbm thead th{color:var(--nf);font-weight:500;vertical-align:bottom;border-bottom:1px solid var(--nf)}
.nbm th[align=left],.nbm td[align=left]{text-align:left}
.nbm th[align=right],.nbm td[align=right]{text-align:right}
.nbm tbody th{font-weight:500}
.nbm tr.nbm-open>*{border-bottom-color:transparent;padding-bottom:0}
.nbm td.nbm-said{white-space:normal;padding-top:.1em;color:var(--nf);min-width:24em;max-width:60em}
.nbm td.nbm-wrap{white-space:normal;min-width:46em;max-width:60em}
.nbm .nbm-change{display:inline-block;min-width:5em;text-align:left}
.nbm .nbm-side .nbm-change{min-width:0}
.nbm td.nbm-best{color:var(--ng)}
.nbm .nbm-word{color:var(--nw);font-weight:600}
.nbm .nbm-bad{color:var(--nr);font-weight:600}
.nbm .nbm-good{color:var(--ng)}
.nbm small.nbm-good,.nbm small.nbm-bad,.nbm small.nbm-word{font-weight:500;white-space:nowrap}
.nbm small.nbm-good{color:var(--ng)}
.nbm small.nbm-bad{color:var(--nr)}
.nbm small.nbm-word{color:var(--nw)}
.nbm .nbm-out td,.nbm .nbm-out th{color:var(--nf)}
.nbm code,.nbm pre{font:12px/1.5 var(--jp-code-font-family,ui-monospace,SFMono-Regular,Menlo,Consolas,monospace);
background:none!important;padding:0!important;color:inherit!important;border:0}
.nbm code.nbm-faint{color:var(--nf)!important}
.nbm pre{overflow-x:auto;margin:.4em 0;white-space:pre}
.nbm h3{font-size:.9em;margin:1.1em 0 .3em;color:var(--nf);font-weight:600}
.nbm details{margin:.4em 0}
.nbm summary{cursor:pointer}
.nbm details>:not(summary),.nbm details>.nbm-scroll{margin-left:16px}
.nbm ins,.nbm del{text-decoration:none;display:inline-block;min-width:100%}
.nbm ins{background:#2da44e26}
.nbm del{background:#cf222e20}
.nbm dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em;margin:.4em 0}
.nbm dt{color:var(--nf);font-weight:400}
.nbm dd{margin:0;overflow-wrap:anywhere}
""".strip()
