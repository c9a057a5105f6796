/** Lines in a frame: hovering tells the nearest point, a rule can be dragged. */

import { useId, useMemo, useRef, useState, type PointerEvent, type ReactNode } from 'react';

import { DASHES } from '../parts/colours';
import { countOf } from '../parts/numbers';
import { shortened } from '../parts/values';
import { linear, type Scale } from './scale';
import { useWidth } from './useWidth';

export type Point = readonly [number, number];

export interface PlotLine {
  id: string;
  name: string;
  colour: string;
  dash: readonly number[];
  points: readonly Point[];
  /** Drawn on the line: where the threshold is, or where it costs least. */
  marked?: readonly { at: Point; hollow?: boolean; text?: string }[];
  /** Of each point how large it is drawn, from 0 to 1; nothing where the line alone is. */
  sizes?: readonly number[];
  /** In the legend, behind the name. */
  figure?: string;
}

export interface PlotProps {
  title: string;
  note?: string;
  x: { label: string; span: Point };
  y: { label: string; span: Point };
  lines: readonly PlotLine[];
  /** A grey line that is no run's: chance, or perfect calibration. */
  guide?: { points: readonly Point[]; text: string } | undefined;
  focus: string | null;
  onFocus(id: string | null): void;
  /** What is said of a point. */
  read(line: PlotLine, point: Point): string;
  rule?: number;
  onRule?(x: number): void;
  /** The corner that lines leave free: there stand the names of a few. */
  legend?: { corner: 'low right' | 'low left'; title: string };
}

export const HEIGHT = 260;
const [RIGHT, TOP, BOTTOM] = [12, 8, 36];
const TICK_CHAR = 6.3;
const NEAR = 28;
const MOST_NAMED = 6;
const LEAST_DRAG = 6;

/** Where in a plot the axes leave room. */
export interface Frame {
  left: number;
  top: number;
  wide: number;
  high: number;
}

export function frameOf(width: number, y: Scale): Frame {
  const left = 26 + TICK_CHAR * Math.max(2, ...y.ticks.map(tick => tick.text.length));
  return { left, top: TOP, wide: width - left - RIGHT, high: HEIGHT - TOP - BOTTOM };
}

/** A part of both axes that is looked at. */
type Zoom = readonly [Point, Point];

interface Near {
  line: PlotLine;
  point: Point;
}

export function Plot(props: PlotProps): ReactNode {
  const { title, note, x, y, lines, focus, onFocus, read, rule, onRule } = props;
  const box = useRef<HTMLDivElement>(null);
  const clip = useId();
  const width = useWidth(box);
  const [near, setNear] = useState<Near | null>(null);
  const [zoom, setZoom] = useState<Zoom | null>(null);
  const [drag, setDrag] = useState<Zoom | null>(null);
  const [spanX, spanY] = zoom ?? [x.span, y.span];
  const scaleY = useMemo(() => linear(spanY[0], spanY[1], 5), [spanY[0], spanY[1]]);
  const frame = frameOf(width, scaleY);
  const scaleX = useMemo(() => linear(spanX[0], spanX[1], Math.max(2, frame.wide / 70)), [spanX[0], spanX[1], frame.wide]);
  const place = (point: Point): Point => placed(point, scaleX, scaleY, frame);

  const pointed = (event: PointerEvent<SVGSVGElement>): Point => {
    const around = event.currentTarget.getBoundingClientRect();
    return [event.clientX - around.left, event.clientY - around.top];
  };
  const valueAt = ([a, b]: Point): Point => [
    spanX[0] + within((a - frame.left) / frame.wide) * (spanX[1] - spanX[0]),
    spanY[0] + within(1 - (b - frame.top) / frame.high) * (spanY[1] - spanY[0])
  ];
  const down = (event: PointerEvent<SVGSVGElement>): void => {
    const at = pointed(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    if (onRule) {
      onRule(valueAt(at)[0]);
    } else {
      setDrag([at, at]);
    }
  };
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    const at = pointed(event);
    if (onRule && event.buttons === 1) {
      onRule(valueAt(at)[0]);
    } else if (drag) {
      setDrag([drag[0], at]);
    }
    const found = nearest(lines, place, at);
    setNear(found);
    onFocus(found?.line.id ?? null);
  };
  const up = (): void => {
    if (drag && drag[0].every((from, axis) => Math.abs((drag[1][axis] ?? 0) - from) > LEAST_DRAG)) {
      const [a, b] = [valueAt(drag[0]), valueAt(drag[1])];
      setZoom([ordered(a[0], b[0]), ordered(a[1], b[1])]);
    }
    setDrag(null);
  };
  const leave = (): void => {
    setNear(null);
    onFocus(null);
  };

  return (
    <figure className="nbm-ev-plot">
      <figcaption>
        <strong>{title}</strong>
        {note && <span className="nbm-faint">{note}</span>}
        {zoom && (
          <button type="button" className="nbm-link" onClick={() => setZoom(null)}>
            show all
          </button>
        )}
        <span className="nbm-reading nbm-small">{near && `${shortened(near.line.name, 20)}: ${read(near.line, near.point)}`}</span>
      </figcaption>
      <div ref={box} style={{ height: HEIGHT }}>
        {frame.wide > 40 && (
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={`${title}: ${y.label} over ${x.label}, ${countOf(lines.length, 'run')}`}
            className={onRule ? 'nbm-ev-ruled' : 'nbm-ev-zooms'}
            onPointerDown={down}
            onPointerMove={move}
            onPointerUp={up}
            onPointerLeave={leave}
            onDoubleClick={() => setZoom(null)}
          >
            <clipPath id={clip}>
              <rect x={frame.left - 5} y={frame.top - 5} width={frame.wide + 10} height={frame.high + 10} />
            </clipPath>
            <Axes x={scaleX} y={scaleY} labels={[x.label, y.label]} frame={frame} />
            <g clipPath={`url(#${clip})`}>
              {props.guide && (
                <path className="nbm-ev-guide" d={pathOf(props.guide.points.map(place))}>
                  <title>{props.guide.text}</title>
                </path>
              )}
              {rule !== undefined && <path className="nbm-ev-rule" d={`M${place([rule, 0])[0]},${frame.top}v${frame.high}`} />}
              {lines.map(line => (
                <Line key={line.id} line={line} place={place} faded={focus !== null && focus !== line.id} />
              ))}
              <Labels lines={lines} place={place} right={width} bottom={frame.top + frame.high} />
              {near && <circle {...circleAt(place(near.point))} r="4" fill={near.line.colour} />}
            </g>
            {props.legend && !zoom && <Legend lines={lines} {...props.legend} frame={frame} />}
            {drag && <rect className="nbm-ev-drag" {...rectOf(drag)} />}
          </svg>
        )}
      </div>
    </figure>
  );
}

export function placed([a, b]: Point, x: Scale, y: Scale, { left, top, wide, high }: Frame): Point {
  return [left + x.at(a) * wide, top + (1 - y.at(b)) * high];
}

function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function ordered(a: number, b: number): Point {
  return a < b ? [a, b] : [b, a];
}

export function rectOf([[x1, y1], [x2, y2]]: Zoom): { x: number; y: number; width: number; height: number } {
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
}

interface LegendProps {
  lines: readonly PlotLine[];
  corner: 'low right' | 'low left';
  /** What the figures are that stand behind the names. */
  title: string;
  frame: Frame;
}

/** The names of a few lines; of many the table above tells the colours. */
function Legend({ lines, corner, title, frame }: LegendProps): ReactNode {
  const [named, atRight] = [lines.slice(0, MOST_NAMED), corner === 'low right'];
  const left = atRight ? frame.left + frame.wide - 8 : frame.left + 30;
  const more = lines.length - named.length;
  const head = `${title}${more ? `, ${more} more lines` : ''}`;
  return (
    <g aria-hidden="true">
      <text
        className="nbm-ev-label nbm-ev-faint"
        x={atRight ? left - 22 : left}
        y={frame.top + frame.high - 12 - named.length * 15}
        textAnchor={atRight ? 'end' : 'start'}
      >
        {head}
      </text>
      {named.map(({ id, name, figure, colour, dash }, at) => {
        const y = frame.top + frame.high - 12 - (named.length - 1 - at) * 15;
        const line = atRight ? left - 16 : frame.left + 8;
        return (
          <g key={id}>
            <path className="nbm-ev-line" d={`M${line},${y - 4}h16`} stroke={colour} strokeDasharray={dash.join(' ') || undefined} />
            <text className="nbm-ev-label" x={atRight ? left - 22 : left} y={y} textAnchor={atRight ? 'end' : 'start'}>
              {shortened(name, 20)} {figure}
            </text>
          </g>
        );
      })}
    </g>
  );
}

interface LineProps {
  line: PlotLine;
  place(point: Point): Point;
  faded: boolean;
}

function Line({ line, place, faded }: LineProps): ReactNode {
  const places = line.points.map(place);
  return (
    <g opacity={faded ? 0.18 : 1}>
      <path
        className={`nbm-ev-line${line.sizes ? ' nbm-ev-thin' : ''}`}
        d={pathOf(places)}
        stroke={line.colour}
        strokeDasharray={line.dash.length ? line.dash.join(' ') : undefined}
      />
      {line.sizes &&
        places.map((at, key) => <circle key={key} {...circleAt(at)} r={1.5 + 4 * (line.sizes?.[key] ?? 0)} fill={line.colour} />)}
      {line.marked?.map(({ at, hollow }, key) => (
        <circle key={key} {...circleAt(place(at))} r="4.5" className="nbm-ev-mark" stroke={line.colour} fill={hollow ? undefined : line.colour} />
      ))}
    </g>
  );
}

interface LabelsProps {
  lines: readonly PlotLine[];
  place(point: Point): Point;
  right: number;
  bottom: number;
}

/** Texts beside marks, above all lines. */
function Labels({ lines, place, right, bottom }: LabelsProps): ReactNode {
  return lines.flatMap(line =>
    (line.marked ?? []).flatMap(({ at, text }) => {
      const [x, y] = place(at);
      const before = x > right - 130;
      const below = y + 22 < bottom;
      return text ? (
        <text key={line.id} className="nbm-ev-label" x={x + (before ? -8 : 8)} y={below ? y + 16 : y - 9} textAnchor={before ? 'end' : 'start'}>
          {text}
        </text>
      ) : (
        []
      );
    })
  );
}

interface AxesProps {
  x: Scale;
  y: Scale;
  labels: readonly [string, string];
  frame: Frame;
}

export function Axes({ x, y, labels, frame: { left, top, wide, high } }: AxesProps): ReactNode {
  return (
    <g className="nbm-ev-axes" aria-hidden="true">
      {x.ticks.map(({ value, text }) => (
        <g key={value}>
          <path d={`M${left + x.at(value) * wide},${top}v${high}`} />
          <text x={left + x.at(value) * wide} y={top + high + 14} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      {y.ticks.map(({ value, text }) => (
        <g key={value}>
          <path d={`M${left},${top + (1 - y.at(value)) * high}h${wide}`} />
          <text x={left - 6} y={top + (1 - y.at(value)) * high + 4} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      <text className="nbm-ev-title" x={left + wide / 2} y={top + high + 31} textAnchor="middle">
        {shortened(labels[0], 44)}
      </text>
      <text className="nbm-ev-title" transform={`translate(11 ${top + high / 2}) rotate(-90)`} textAnchor="middle">
        {shortened(labels[1], 36)}
      </text>
    </g>
  );
}

function circleAt([cx, cy]: Point): { cx: number; cy: number } {
  return { cx, cy };
}

export function pathOf(places: readonly Point[]): string {
  return places.map(([x, y], at) => `${at ? 'L' : 'M'}${x.toFixed(1)},${y.toFixed(1)}`).join('');
}

function nearest(lines: readonly PlotLine[], place: (point: Point) => Point, at: Point): Near | null {
  let [found, least] = [null as Near | null, NEAR * NEAR];
  for (const line of lines) {
    for (const point of line.points) {
      const [x, y] = place(point);
      const distance = (x - at[0]) ** 2 + (y - at[1]) ** 2;
      if (distance < least) {
        [found, least] = [{ line, point }, distance];
      }
    }
  }
  return found;
}

/** What a run is drawn with where nobody gave it a colour. */
export const UNMARKED = { colour: '#7f7f7f', dash: DASHES[0] as readonly number[] };
