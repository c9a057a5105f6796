/** The sheet of the panel, beside the shared one. */

export const LIST_STYLE = `
.nbmlops-side { display: flex; flex-direction: column; min-width: 220px; background: var(--jp-layout-color1); }
.nbmlops-side > *, .nbmlops-table > * { flex: 1 1 auto; min-height: 0; }
.nbmlops-table { overflow: auto; padding: 12px; background: var(--jp-layout-color0); }
.nbm-app.nbm-list { display: flex; flex-direction: column; height: 100%; padding: 8px; overflow: hidden; }
.nbm-list-head { display: flex; gap: 8px; align-items: baseline; margin-bottom: 6px; flex: none; }
.nbm-list-head > strong { flex: 0 1 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.nbm-list-head > span { flex: 1 0 auto; }
.nbm-list > .nbm-field { flex: none; }
.nbm-list > ul { list-style: none; margin: 8px -8px 0; padding: 0; overflow-y: auto; flex: 1 1 auto; }
.nbm-list li { padding: 7px 8px 8px; border-top: 1px solid var(--nbm-grid); }
.nbm-list li:first-child { border-top: 0; }
.nbm-list li.nbm-open { background: var(--nbm-chosen); }
.nbm-list-line { display: flex; align-items: baseline; gap: 0 8px; min-width: 0; }
.nbm-list-line:first-child { gap: 0 6px; }
.nbm-list-line:first-child > .nbm-status { flex: none; font-size: 0; gap: 0; }
.nbm-list-line > time { flex: none; margin-left: auto; font-size: 12px; }
.nbm-app .nbm-list-name { flex: 0 1 auto; min-width: 3em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  text-align: left; font-weight: 600; }
.nbm-app .nbm-list-name:hover { text-decoration: underline; }
.nbm-list-facts { flex-wrap: wrap; padding-left: 14px; font-size: 12px; }
.nbm-list-facts:empty { display: none; }
.nbm-list-facts > * { overflow-wrap: anywhere; }
.nbm-list-facts .nbm-dot { display: none; }
.nbm-list-facts b { font-weight: 600; color: var(--nbm-text); }
.nbm-list-facts .nbm-best b { color: var(--nbm-good); }
.nbm-list-value { color: var(--nbm-text); }
.nbm-list-error { color: var(--nbm-bad); }
.nbm-list-more { text-align: center; }
.nbm-list .nbm-panel { margin: 8px 0 0; padding: 8px; font-size: 12px; overflow-x: auto; }
.nbm-list .nbm-facts { display: block; }
.nbm-list .nbm-panel > h3, .nbm-list .nbm-panel > .nbm-close { display: none; }
`;

const STYLE_ID = 'nbmlops-list-style';

/** Puts the sheet into the document, once. */
export function addListStyle(): void {
  if (!document.getElementById(STYLE_ID)) {
    const sheet = document.createElement('style');
    sheet.id = STYLE_ID;
    sheet.textContent = LIST_STYLE;
    document.head.append(sheet);
  }
}
