/** What was kept with a run: a list, and a look at the one that is chosen. */

import { useEffect, useState, type ReactNode } from 'react';

import type { ArtifactInfo, RunDetails } from '../contract/details';
import { useHost } from '../host';
import { formatNumber } from '../parts/numbers';
import { shortened } from '../parts/values';
import { Command } from './Actions';
import { Preview } from './Preview';
import { formatBytes } from './sizes';
import { Evaluation } from '../evaluation/Evaluation';

const KINDS: Record<string, string> = {
  figure: 'picture',
  model: 'model',
  file: 'file',
  predictions: 'predictions',
  output: 'output'
};

/** What people look for first. */
const FIRST = ['figure', 'model', 'predictions', 'file', 'output'];

export function Artifacts({ details }: { details: RunDetails }): ReactNode {
  const { row } = details;
  const artifacts = inOrder(details.artifacts);
  const [chosen, setChosen] = useState(artifacts[0]?.name ?? '');
  const [path, setPath] = useState<string | null>(null);
  useEffect(() => setPath(null), [chosen]);
  const artifact = artifacts.find(one => one.name === chosen) ?? artifacts[0];
  if (!artifact) {
    return <p className="nbm-faint">The run kept no files.</p>;
  }
  return (
    <div className="nbm-artifacts">
      <ul aria-label="Artifacts">
        {artifacts.map(one => (
          <li key={one.name}>
            <button type="button" aria-current={one === artifact ? 'true' : undefined} onClick={() => setChosen(one.name)}>
              <span className="nbm-artifact-name" title={one.name}>
                {shortened(one.name, 60)}
              </span>
              <span className="nbm-faint nbm-small">
                {KINDS[one.kind] ?? one.kind}, {formatBytes(one.size)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <section aria-label={`Artifact ${artifact.name.slice(0, 80)}`}>
        <div className="nbm-artifact-head">
          <h3>
            {path === null ? (
              shortened(artifact.name, 80)
            ) : (
              <>
                <button type="button" className="nbm-link" onClick={() => setPath(null)}>
                  {shortened(artifact.name, 40)}
                </button>{' '}
                / {shortened(path, 80)}
              </>
            )}
          </h3>
          <Download id={row.id} artifact={artifact} path={path} />
        </div>
        {artifact.kind === 'model' && path === null && (
          <Command text={`nbmlops.load_model(${JSON.stringify(row.id.slice(0, 8))}, ${JSON.stringify(artifact.name)})`} />
        )}
        {artifact.kind === 'predictions' && <Evaluation ids={[row.id]} rows={[row]} />}
        <Preview id={row.id} name={artifact.name} path={path} onPath={setPath} />
      </section>
    </div>
  );
}

function inOrder(artifacts: readonly ArtifactInfo[]): ArtifactInfo[] {
  const rank = (one: ArtifactInfo): number => FIRST.indexOf(one.kind) + (FIRST.includes(one.kind) ? 0 : FIRST.length + 1);
  return [...artifacts].sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

function Download({ id, artifact, path }: { id: string; artifact: ArtifactInfo; path: string | null }): ReactNode {
  const { addressOf } = useHost();
  if (!addressOf) {
    return <span className="nbm-faint nbm-small">{formatNumber(artifact.size)} bytes</span>;
  }
  const query = path === null ? '' : `?path=${encodeURIComponent(path)}`;
  const href = addressOf(`runs/${id}/artifacts/${encodeURIComponent(artifact.name)}${query}`);
  return (
    <a className="nbm-link" href={href} download={(path ?? artifact.name).split('/').pop()}>
      Download
    </a>
  );
}
