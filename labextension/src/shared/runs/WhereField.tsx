/** The field for a `where` expression: it offers what may stand where the caret is, and marks what can't be read. */

import { forwardRef, useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import type { WireError } from '../contract/errors';
import type { RunSource } from '../source';
import { completed, excerpt, fitting, isWhole, placeAt, type Option, type Place } from './completion';
import { useOptions } from './useOptions';
import { useSettledText } from './useSettledText';

export interface WhereFieldProps {
  source: RunSource;
  value: string;
  placeholder: string;
  /** The columns that are shown: what they are called comes first. */
  shown: readonly string[];
  fault: WireError | null;
  onValue(value: string): void;
  onLeave(): void;
}

export const WhereField = forwardRef<HTMLInputElement, WhereFieldProps>(function WhereField(props, ref) {
  const [text, setText, send] = useSettledText(props.value, props.onValue, isWhole);
  const [place, setPlace] = useState<Place | null>(null);
  const [active, setActive] = useState(-1);
  const list = useId();
  const caret = useRef<number | null>(null);
  const input = useRef<HTMLInputElement | null>(null);
  const every = useOptions(props.source, place?.want ?? null, props.shown);
  const options = place ? fitting(every, place.typed) : [];
  const told = options.length === 1 && place?.typed === options[0]?.text;
  const open = place !== null && options.length > 0 && !told;
  const at = Math.min(active, options.length - 1);

  /** Something was typed, or the caret moved: after half a word its completion is at hand, else none is pressed on. */
  const look = (value: string, caret: number): void => {
    const found = placeAt(value, caret);
    setPlace(found);
    setActive(found.typed ? 0 : -1);
  };
  const close = (): void => {
    setPlace(null);
    setActive(-1);
  };
  const choose = (option: Option): void => {
    if (!place) {
      return;
    }
    const next = completed(text, place, option);
    setText(next.text);
    look(next.text, next.caret);
    caret.current = next.caret;
  };
  // Before anything else is typed: React puts the caret at the end of a text that it sets.
  useLayoutEffect(() => {
    if (caret.current !== null) {
      input.current?.setSelectionRange(caret.current, caret.current);
      caret.current = null;
    }
  }, [text]);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const option = options[at];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (!open) {
        look(text, event.currentTarget.selectionStart ?? text.length);
      } else {
        setActive((at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length);
      }
    } else if (open && (event.key === 'Tab' || event.key === 'Enter') && !event.shiftKey && option) {
      event.preventDefault();
      choose(option);
    } else if (event.key === 'Enter') {
      close();
      send(text);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (open) {
        close();
      } else if (text) {
        setText('');
      } else {
        props.onLeave();
      }
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      look(text, event.currentTarget.selectionStart ?? text.length);
    }
  };
  return (
    <div className="nbm-where">
      <input
        ref={node => {
          input.current = node;
          if (typeof ref === 'function') {
            ref(node);
          } else if (ref) {
            ref.current = node;
          }
        }}
        className="nbm-field nbm-field-where"
        type="text"
        role="combobox"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        aria-label="where"
        aria-invalid={props.fault !== null && text === props.value}
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open && at >= 0 ? `${list}-${at}` : undefined}
        placeholder={props.placeholder}
        value={text}
        onKeyDown={onKeyDown}
        onClick={event => look(text, event.currentTarget.selectionStart ?? text.length)}
        onBlur={() => {
          close();
          send(text);
        }}
        onChange={event => {
          setText(event.target.value);
          look(event.target.value, event.target.selectionStart ?? event.target.value.length);
        }}
      />
      <Options id={list} options={open ? options : []} active={at} typed={place?.typed ?? ''} onChoose={choose} />
      {props.fault && text === props.value && (!open || isBefore(props.fault, place)) && (
        <Fault fault={props.fault} text={text} />
      )}
    </div>
  );
});

/** Whether a fault stands before what is being written: that it is not whole yet is none. */
function isBefore(fault: WireError, place: Place): boolean {
  return fault.column !== undefined && fault.column < place.from;
}

interface OptionsProps {
  id: string;
  options: readonly Option[];
  active: number;
  typed: string;
  onChoose(option: Option): void;
}

function Options({ id, options, active, typed, onChoose }: OptionsProps): ReactNode {
  const box = useRef<HTMLUListElement>(null);
  useEffect(() => {
    box.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul ref={box} id={id} className="nbm-options" role="listbox" aria-label="Completions" hidden={!options.length}>
      {options.map((option, at) => (
        <li
          key={option.text}
          id={`${id}-${at}`}
          role="option"
          aria-selected={at === active}
          onMouseDown={event => {
            event.preventDefault(); // the field keeps the focus
            onChoose(option);
          }}
        >
          <Typed text={option.text} typed={typed} />
          <span className="nbm-faint">{option.note}</span>
        </li>
      ))}
    </ul>
  );
}

/** A choice, with what was typed of it in weight. */
function Typed({ text, typed }: { text: string; typed: string }): ReactNode {
  const bare = typed.replace(/^['"`]/, '');
  const at = bare ? text.toLowerCase().indexOf(bare.toLowerCase()) : -1;
  if (at === -1) {
    return <code>{text}</code>;
  }
  return (
    <code>
      {text.slice(0, at)}
      <b>{text.slice(at, at + bare.length)}</b>
      {text.slice(at + bare.length)}
    </code>
  );
}

/** What can't be read, marked where it stands. */
function Fault({ fault, text }: { fault: WireError; text: string }): ReactNode {
  const part = fault.column === undefined ? null : excerpt(text, fault.column);
  return (
    <div className="nbm-fault" role="alert">
      {part && (
        <code>
          {part.before}
          <mark>{part.at || '\u2038'}</mark>
          {part.after}
        </code>
      )}
      <span>{fault.message}</span>
    </div>
  );
}
