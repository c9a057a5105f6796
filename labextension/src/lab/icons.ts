/** The two signs: a dotted line that goes up, and a target. */

import { LabIcon } from '@jupyterlab/ui-components';

export const runsIcon = new LabIcon({
  name: 'nbmlops:runs',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161"><circle cx="3" cy="11" r="1.6"/><circle cx="7" cy="6.5" r="1.6"/>
  <circle cx="10.5" cy="9" r="1.6"/><circle cx="13.3" cy="3.6" r="1.6"/></g>
  <path class="jp-icon3" style="fill:none" stroke="#616161" stroke-opacity=".55" d="M3 11 7 6.5 10.5 9 13.3 3.6M1.5 14.5h13"/>
</svg>`
});

export const trackIcon = new LabIcon({
  name: 'nbmlops:track',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <circle class="jp-icon3" cx="8" cy="8" r="5.6" style="fill:none" stroke="#616161" stroke-width="1.3"/>
  <circle class="jp-icon3" cx="8" cy="8" r="2.3" fill="#616161"/>
</svg>`
});
