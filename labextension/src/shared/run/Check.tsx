/** What a check of the run found, and what speaks against it. */

import type { ReactNode } from 'react';

import type { CheckInfo } from '../contract/details';
import type { FindingInfo, Row } from '../contract/rows';
import { Verdict } from '../parts/Status';

export function Check({ check }: { check: CheckInfo }): ReactNode {
  return (
    <div className="nbm-check">
      <p>
        <Verdict verdict={check.verdict} />: {check.summary}
      </p>
      {check.metrics.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">metric</th>
              <th scope="col">was</th>
              <th scope="col">is</th>
              <th scope="col">change</th>
            </tr>
          </thead>
          <tbody>
            {check.metrics.map(({ key, then, now, change }) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td>{then}</td>
                <td>
                  <b>{now}</b>
                </td>
                <td className="nbm-faint">{change}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {check.remarks.map(text => (
        <p key={text}>{text}</p>
      ))}
    </div>
  );
}

/** The findings; a code names its page in the documentation. */
export function FindingList({ row }: { row: Row }): ReactNode {
  return row.findings.map((finding, at) => (
    <p key={at} className="nbm-caution nbm-finding">
      <code title={`In the documentation: findings/${finding.code}`}>{finding.code}</code> {sentence(finding)}
    </p>
  ));
}

function sentence({ message, name }: FindingInfo): string {
  return !name || message.includes(name) ? message : `${name}: ${message}`;
}
