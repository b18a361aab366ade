import assert from 'node:assert/strict';
import { afterProbe, unknownHealth, type HealthState } from '../../../master/health/health-state.ts';

describe('health after each probe', () => {
  /** `+` a pass, `-` a failure; want: the health after each, by its first letters. */
  const cases: readonly (readonly [
    probes: string,
    failureThreshold: number,
    successThreshold: number,
    want: string,
  ])[] = [
    ['+', 3, 1, 'healthy'],
    ['-', 3, 1, 'degraded'],
    ['--', 3, 1, 'degraded degraded'],
    ['---', 3, 1, 'degraded degraded unhealthy'],
    ['-', 1, 1, 'unhealthy'],
    ['+-+-', 2, 1, 'healthy degraded healthy degraded'],
    ['+--+', 2, 1, 'healthy degraded unhealthy healthy'],
    ['+--+-+', 2, 2, 'healthy degraded unhealthy unhealthy unhealthy unhealthy'],
    ['+--++', 2, 2, 'healthy degraded unhealthy unhealthy healthy'],
    ['+-++', 3, 2, 'healthy degraded degraded healthy'],
    ['+', 3, 3, 'healthy'],
  ];
  for (const [probes, failureThreshold, successThreshold, want] of cases) {
    it(`${probes} with thresholds ${failureThreshold} and ${successThreshold}: ${want}`, () => {
      let state: HealthState = unknownHealth;
      const seen = [...probes].map((probe) => {
        state = afterProbe(state, probe === '+' ? null : 'says no', { failureThreshold, successThreshold });
        assert.equal(state.reason, probe === '+' ? null : 'says no');
        return state.health;
      });
      assert.equal(seen.join(' '), want);
    });
  }
});
