/** What all lines have at the pointer, sorted as they lie there. */

import type { ReactNode } from 'react';

import type { Axis } from '../contract/curves';
import type { Mark } from '../parts/colours';
import { formatDuration, formatMoment, formatNumber, columnFormat } from '../parts/numbers';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';
import { around, type Reading } from './lines';

const MOST = 11;
const WIDTH = 230;

export interface TooltipProps {
  readings: readonly Reading[];
  near: Reading;
  axis: Axis;
  names: ReadonlyMap<string, string>;
  marks: ReadonlyMap<string, Mark>;
  /** Of the pointer, and of the chart. */
  left: number;
  width: number;
}

export function Tooltip({ readings, near, axis, names, marks, left, width }: TooltipProps): ReactNode {
  const window = around(readings, readings.indexOf(near), MOST);
  const format = columnFormat(window.items.map(one => one.value));
  const side = left > width / 2 ? { right: width - left + 14 } : { left: left + 14 };
  return (
    <div className="nbm-tooltip" style={{ ...side, maxWidth: WIDTH }} aria-hidden="true">
      <div className="nbm-faint">{placeText(near.x, axis)}</div>
      {window.above > 0 && <div className="nbm-faint">{window.above} above</div>}
      <table>
        <tbody>
          {window.items.map(one => (
            <tr key={one.id} className={one === near ? 'nbm-near' : undefined}>
              <td>
                <Swatch mark={marks.get(one.id)} />
              </td>
              <td className="nbm-tooltip-name">{shortened(names.get(one.id) ?? one.id.slice(0, 8), 24)}</td>
              <td className="nbm-number">{format(one.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {window.below > 0 && <div className="nbm-faint">{window.below} below</div>}
    </div>
  );
}

function placeText(x: number, axis: Axis): string {
  if (axis === 'clock') {
    return formatMoment(x);
  }
  return axis === 'time' ? (x < 0.001 ? 'at the start' : `after ${formatDuration(x)}`) : `step ${formatNumber(x, 6)}`;
}
