"""The style of lineages, inside the SVG: it works as a file of its own, and takes on the theme of a host."""

from __future__ import annotations

_DARK = (
    "--c:#e6edf3;--f:#9aa4af;--g:#16191d;--r:#1d2127;--b:#3d444d;--e:#6b7682;--n:#7cc4ee;--gd:#4cc26b;--bd:#ff7b72;"
    "--wn:#e3b341;--in:#22303a;--md:#2d2a1f"
)

LINEAGE_STYLE = f"""
.nbl{{--c:var(--jp-content-font-color1,#1f2328);--f:var(--jp-content-font-color2,#59636e);
--g:var(--jp-layout-color0,#fff);--r:var(--jp-layout-color1,#fff);--b:var(--jp-border-color1,#c3cad1);--e:#9aa3ad;
--n:#0b5c8f;--gd:#1a7f37;--bd:#cf222e;--wn:#9a6700;--in:#eaf4fb;--md:#fbf5e6;max-width:100%;height:auto}}
@media (prefers-color-scheme:dark){{.nbl{{{_DARK}}}
[data-jp-theme-light=true] .nbl,.vscode-light .nbl{{--c:#1f2328;--f:#59636e;--g:#fff;--r:#fff;--b:#c3cad1;--e:#9aa3ad;--n:#0b5c8f;
--gd:#1a7f37;--bd:#cf222e;--wn:#9a6700;--in:#eaf4fb;--md:#fbf5e6}}}}
[data-jp-theme-light=false] .nbl,.vscode-dark .nbl{{{_DARK}}}
.nbl text{{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--c)}}
.nbl .nbl-code,.nbl .nbl-mark,.nbl .nbl-name,.nbl .nbl-id{{font:11px ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",Consolas,monospace}}
.nbl .nbl-mark,.nbl .nbl-dim,.nbl .nbl-faint,.nbl .nbl-id{{fill:var(--f)}}
.nbl .nbl-faint{{font-size:11px}}
.nbl .nbl-name{{fill:var(--n)}}
.nbl .nbl-strong{{font-weight:500}}
.nbl .nbl-title{{font-size:13.5px;font-weight:600}}
.nbl .nbl-number{{font-weight:600;font-variant-numeric:tabular-nums}}
.nbl .nbl-good{{fill:var(--gd);font-weight:500}}
.nbl .nbl-bad{{fill:var(--bd);font-weight:500}}
.nbl .nbl-word{{fill:var(--wn);font-weight:500}}
.nbl-ground{{fill:var(--g)}}
.nbl-box{{fill:var(--r);stroke:var(--b)}}
.nbl-data,.nbl-file,.nbl-fold{{fill:var(--in)}}
.nbl-module,.nbl-random{{fill:var(--md)}}
.nbl-failed{{stroke:var(--bd);stroke-dasharray:4 3}}
.nbl-run,.nbl-result{{stroke:var(--c);stroke-width:1.5}}
.nbl-line{{fill:none;stroke:var(--e);stroke-width:1.2}}
.nbl-state{{stroke-dasharray:3 4}}
.nbl-tip{{fill:var(--e)}}
""".strip()
