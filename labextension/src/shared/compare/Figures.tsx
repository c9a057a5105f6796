/** The pictures of runs, those of one name side by side. */

import { useEffect, useRef, useState, type ReactNode } from 'react';

import type { ComparedFigure, ComparedRun, ComparisonData, FigureData, FigurePlace } from '../contract/comparison';
import { useHost } from '../host';
import type { Mark } from '../parts/colours';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';
import { asWireError } from '../source';
import { orderOf } from './order';

const MOST_NAMES = 12;

export function Figures({ comparison, marks }: { comparison: ComparisonData; marks: ReadonlyMap<string, Mark> }): ReactNode {
  const [all, setAll] = useState(false);
  const { figures } = comparison;
  if (!figures.length) {
    return null;
  }
  const shown = all ? figures : figures.slice(0, MOST_NAMES);
  return (
    <section data-section="figures" aria-label="Figures">
      <div className="nbm-section-head">
        <h2>Figures</h2>
      </div>
      {shown.map(figure => (
        <FigureRow key={figure.name} figure={figure} comparison={comparison} marks={marks} />
      ))}
      {figures.length > shown.length && (
        <button type="button" className="nbm-link" onClick={() => setAll(true)}>
          Show {figures.length - shown.length} more
        </button>
      )}
    </section>
  );
}

interface FigureRowProps {
  figure: ComparedFigure;
  comparison: ComparisonData;
  marks: ReadonlyMap<string, Mark>;
}

function FigureRow({ figure, comparison, marks }: FigureRowProps): ReactNode {
  const { runs } = comparison;
  const kinds = new Set(figure.places.map(place => place?.content ?? ''));
  const same = kinds.size === 1 && runs.length > 1;
  const order = orderOf(comparison);
  return (
    <div className="nbm-figure-row">
      <p>
        <code>{shortened(figure.name, 60)}</code>
        {same && <span className="nbm-faint"> the same picture in all runs</span>}
      </p>
      <div className="nbm-figures" role="group" aria-label={figure.name} tabIndex={0}>
        {(same ? order.slice(0, 1) : order).map(at => {
          const [run, place] = [runs[at] as ComparedRun, figure.places[at]];
          return (
            <figure key={run.row.id}>
              {!same && (
                <figcaption>
                  <Swatch mark={marks.get(run.row.id)} />
                  {shortened(run.label, 30)}
                </figcaption>
              )}
              {place ? (
                <Picture key={place.content} id={run.row.id} name={figure.name} place={place} label={run.label} />
              ) : (
                <p className="nbm-faint nbm-no-picture">no such figure</p>
              )}
            </figure>
          );
        })}
      </div>
    </div>
  );
}

interface PictureProps {
  id: string;
  name: string;
  place: FigurePlace;
  label: string;
}

/** Read when it comes into view. As an image an SVG runs no script and loads nothing. */
function Picture({ id, name, place, label }: PictureProps): ReactNode {
  const { source } = useHost();
  const box = useRef<HTMLDivElement>(null);
  const [data, setData] = useState<FigureData | null>(null);
  const [failed, setFailed] = useState('');
  useEffect(() => {
    let current = true;
    const observer = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting)) {
        observer.disconnect();
        source.ask('figure', { run_id: id, name }).then(
          found => current && setData(found),
          (reason: unknown) => current && setFailed(asWireError(reason).message)
        );
      }
    }, { rootMargin: '400px' });
    if (box.current) {
      observer.observe(box.current);
    }
    return () => {
      current = false;
      observer.disconnect();
    };
  }, [source, id, name]);
  return (
    <div ref={box} className="nbm-figure-picture" title={place.media_type}>
      {data ? (
        <img src={`data:${data.media_type};base64,${data.data}`} alt={`${name} of ${label}`} />
      ) : (
        <span className="nbm-faint">{failed || 'reading'}</span>
      )}
    </div>
  );
}
