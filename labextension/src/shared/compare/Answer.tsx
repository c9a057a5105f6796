/** The answer in words: what has to be known first, which run is best, and on what ground. */

import type { ReactNode } from 'react';

import type { ComparisonData } from '../contract/comparison';
import { countOf } from '../parts/numbers';

const MOST_CAUTIONS = 6;
/** As `views/data_diff.py` says it. */
const OTHER_DATA = 'Not the same data';

export function Answer({ comparison }: { comparison: ComparisonData }): ReactNode {
  const { headline, grounds, identical, runs } = comparison;
  return (
    <div className="nbm-answer">
      <Cautions comparison={comparison} />
      {identical && runs.length > 1 ? (
        <p className="nbm-headline">These runs are the same in all that is recorded.</p>
      ) : (
        <p className="nbm-headline">{headline}</p>
      )}
      {grounds.length > 0 && (
        <ul className="nbm-grounds">
          {grounds.map(text => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Cautions({ comparison }: { comparison: ComparisonData }): ReactNode {
  const { cautions } = comparison;
  if (!cautions.length) {
    return null;
  }
  // One title over all that it stands for: "Not the same data" is one matter, however many inputs it is about.
  const titles = [...new Set(cautions.map(one => one.title))];
  return (
    <div className="nbm-cautions" role="note" aria-label="Know this first">
      {titles.slice(0, MOST_CAUTIONS).map(title => (
        <div key={title}>
          <strong>{title}</strong>
          {title === OTHER_DATA && comparison.runs.some(run => run.standing === 'other data') && (
            <p>The metrics of runs marked “other data” can't be held against those of the rest.</p>
          )}
          {cautions
            .filter(one => one.title === title)
            .map(one => (
              <p key={one.text}>{one.text}</p>
            ))}
        </div>
      ))}
      {titles.length > MOST_CAUTIONS && <p>and {countOf(titles.length - MOST_CAUTIONS, 'more caution')}</p>}
    </div>
  );
}
