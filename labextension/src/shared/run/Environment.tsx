/** What a run ran on. */

import { useState, type ReactNode } from 'react';

import type { RunDetails } from '../contract/details';
import { countOf } from '../parts/numbers';
import { shortened } from '../parts/values';
import { LongText } from './LongText';

export function Environment({ details }: { details: RunDetails }): ReactNode {
  const [find, setFind] = useState('');
  const packages = Object.entries(details.packages).sort(([one], [other]) => one.localeCompare(other));
  const direct = details.environment?.direct ?? {};
  const found = packages.filter(([name]) => name.toLowerCase().includes(find.trim().toLowerCase()));
  if (!details.python && !packages.length) {
    return <p className="nbm-faint">Nothing of the environment was recorded.</p>;
  }
  return (
    <>
      <dl className="nbm-known">
        {facts(details).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <LongText text={text} most={300} />
            </dd>
          </div>
        ))}
      </dl>
      <section aria-label="Packages">
        <h3>{countOf(packages.length, 'package')}</h3>
        <input
          className="nbm-field nbm-find-package"
          type="search"
          aria-label="Find a package"
          placeholder="find a package"
          value={find}
          onChange={event => setFind(event.target.value)}
        />
        <ul className="nbm-packages">
          {found.map(([name, version]) => (
            <li key={name} title={direct[name]}>
              {shortened(name, 40)} <span className="nbm-faint">{version}</span>
              {direct[name] && <span className="nbm-pill">{shortened(direct[name], 40)}</span>}
            </li>
          ))}
        </ul>
        {!found.length && <p className="nbm-faint">No package of this name was installed.</p>}
      </section>
    </>
  );
}

function facts(details: RunDetails): [string, string][] {
  const { environment: known, python, platform, cwd } = details;
  const pairs = (map: Readonly<Record<string, string>>): string =>
    Object.entries(map)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const found: [string, string][] = [
    ['Python', known?.build || python],
    ['platform', platform],
    ['executable', known?.executable ?? ''],
    ['folder', cwd],
    ['seeds', pairs(known?.seeds ?? {})],
    ['hash seed', known?.hash_seed === '' ? 'not set' : (known?.hash_seed ?? '')],
    ['threads', pairs(known?.threads ?? {})],
    ['computing libraries', (known?.pools ?? []).map(one => `${one.library} ${one.version}${one.threads ? `, ${countOf(one.threads, 'thread')}` : ''}`).join('; ')]
  ];
  return found.filter(([, text]) => text);
}
