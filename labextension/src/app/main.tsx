/** Where the page begins. */

import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import plotStyle from 'uplot/dist/uPlot.min.css';

import style from '../../style/index.css';
import { RestSource, type Send } from '../shared/RestSource';
import pageStyle from './page.css';
import { Page } from './Page';
import { readRecording } from './recording';
import { Report } from './Report';
import { applyTheme } from './theme';

const POLITE = 'same-origin';

function cookie(name: string): string {
  const found = document.cookie.split('; ').find(part => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
}

/** What lies below the routes' common beginning. */
function below(baseUrl: string, path: string): string {
  return `${baseUrl}nbmlops/api/v1/${path}`;
}

/** Requests with the cookie that the token was exchanged for, and the proof against forged ones. */
function sender(baseUrl: string): Send {
  return (path, init) =>
    fetch(below(baseUrl, path), {
      ...init,
      credentials: POLITE,
      headers: { 'Content-Type': 'application/json', 'X-XSRFToken': cookie('_xsrf') }
    });
}

function addStyle(): void {
  const sheet = document.createElement('style');
  sheet.textContent = plotStyle + style + pageStyle;
  document.head.append(sheet);
}

function show(holder: HTMLElement, view: ReactNode): void {
  addStyle();
  createRoot(holder).render(<StrictMode>{view}</StrictMode>);
}

function start(): void {
  const holder = document.getElementById('nbmlops');
  if (!holder) {
    return;
  }
  const recording = readRecording();
  if (recording) {
    show(holder, <Report recording={recording} written={document.querySelector<HTMLElement>('main.nbm')} />);
    return;
  }
  applyTheme();
  // The token has done its work: it must not stand in the history, nor in what is copied from the address bar.
  window.history.replaceState(null, '', window.location.pathname + window.location.hash);
  const { baseUrl = '/' } = JSON.parse(document.body.dataset.nbmlops ?? '{}') as { baseUrl?: string };
  const source = new RestSource(sender(baseUrl), null);
  const addressOf = (path: string): string => below(baseUrl, path);
  show(holder, <Page source={source} addressOf={addressOf} />);
}

start();
