/** A lineage as a picture: cells as cards, data and files as chips, the result at the bottom. A cell leads to its source. */

import type { ReactNode } from 'react';

import type { Picture, PictureCard, PictureLine } from '../contract/pictures';

const MARGIN = 12;
const FOLD = 11;

export function LineagePicture({ picture, onCell }: { picture: Picture; onCell(at: number): void }): ReactNode {
  const width = Math.ceil(picture.width + 2 * MARGIN);
  const height = Math.ceil(picture.height + 2 * MARGIN);
  return (
    <div className="nbm-lineage" tabIndex={0} role="group" aria-label="Picture of the lineage">
      <svg className="nbl" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={picture.sentence}>
        <g transform={`translate(${MARGIN} ${MARGIN})`}>
          {picture.lines.map((line, at) => (
            <Line key={at} line={line} />
          ))}
          {picture.cards.map(card => (
            <Card key={card.key} card={card} onCell={onCell} />
          ))}
        </g>
      </svg>
    </div>
  );
}

function Line({ line: { path, faint, x, y, title } }: { line: PictureLine }): ReactNode {
  return (
    <g>
      {title && <title>{title}</title>}
      <path className={faint ? 'nbl-line nbl-state' : 'nbl-line'} d={path} />
      <path className="nbl-wide" d={path} />
      <path className="nbl-tip" d={`M${x - 3.5} ${y - 6}L${x} ${y}L${x + 3.5} ${y - 6}Z`} />
    </g>
  );
}

function Card({ card, onCell }: { card: PictureCard; onCell(at: number): void }): ReactNode {
  const { width: w, height: h } = card;
  const at = /^cell:(\d+)$/.exec(card.key)?.[1];
  return (
    <g
      transform={`translate(${card.x} ${card.y})`}
      className={at === undefined ? undefined : 'nbl-leads'}
      onClick={at === undefined ? undefined : () => onCell(Number(at))}
    >
      {card.title && <title>{card.title}</title>}
      {card.look === 'nbl-file' ? (
        <>
          <path className="nbl-box nbl-file" d={`M0 0H${w - FOLD}L${w} ${FOLD}V${h}H0Z`} />
          <path className="nbl-box nbl-fold" d={`M${w - FOLD} 0V${FOLD}H${w}`} />
        </>
      ) : (
        <rect className={`nbl-box ${card.look}`} width={w} height={h} rx={card.round} />
      )}
      {card.texts.map((text, place) => (
        <text key={place} className={text.look} x={text.x} y={text.y} textAnchor={text.at_end ? 'end' : undefined}>
          {text.text}
        </text>
      ))}
    </g>
  );
}
