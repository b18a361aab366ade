import type { WorkerState } from '../../../master/lifecycle/worker-state.ts';
import type { DetailsModel } from '../details-model.ts';
import { clock, spanSeconds } from '../graphs.ts';
import { describeDuration } from '../describe-duration.ts';
import { type StateSpan, stateSpans } from '../state-spans.ts';
import { element, svg } from './element.ts';
import { stateMark } from './state-mark.ts';

/** The states of the last ten minutes as a strip, and all of them as a list with their causes, newest first. */
export function timeline({ transitions }: DetailsModel): readonly Node[] {
  const now = Date.now();
  const spans = stateSpans(transitions, now);
  if (spans.length === 0) return [element('p', {}, 'The master has seen no state of it yet.')];
  return [strip(spans, now), list(spans)];
}

const tones: Record<WorkerState, string> = {
  uninitialized: 'rest',
  initializing: 'busy',
  initialized: 'rest',
  starting: 'busy',
  running: 'running',
  stopping: 'busy',
  stopped: 'rest',
  failed: 'failed',
};
/** The height says the state too: colours alone tell not everybody. */
const heights = { rest: 4, busy: 10, running: 18, failed: 18 } as const;

function strip(spans: readonly StateSpan[], now: number): Node {
  const from = now - spanSeconds * 1000;
  const width = 1000;
  const at = (time: number) => Math.max(0, ((time - from) / (now - from)) * width);
  const blocks = spans
    .filter(({ at: begin, forMs }) => begin + forMs > from)
    .map(({ at: begin, forMs, state }) => {
      const tone = tones[state];
      const height = heights[tone as keyof typeof heights];
      const x = at(begin);
      return svg('rect', {
        ...{ class: `span span-${tone}`, x, y: 20 - height, height },
        width: Math.max(2, at(begin + forMs) - x),
      });
    });
  return svg(
    'svg',
    { class: 'strip', viewBox: `0 0 ${width} 20`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...blocks,
  );
}

function list(spans: readonly StateSpan[]): Node {
  const rows = spans
    .toReversed()
    .map(({ at, forMs, state, type, cause }) =>
      element(
        'tr',
        {},
        element(
          'td',
          { class: 'short' },
          element('time', { datetime: new Date(at).toISOString() }, clock(new Date(at).toISOString())),
        ),
        element('td', { class: 'state' }, stateMark(state, 'unknown'), state),
        element('td', {}, type),
        element('td', { class: 'short' }, describeDuration(forMs)),
        element('td', { class: 'cause' }, cause ?? ''),
      ),
    );
  const titles = ['Since', 'State', 'Deployment', 'For', 'Cause'];
  return element(
    'div',
    { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': 'All states', 'data-key': 'all states' },
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, 'States, newest first'),
      element('thead', {}, element('tr', {}, ...titles.map((title) => element('th', { scope: 'col' }, title)))),
      element('tbody', {}, ...rows),
    ),
  );
}
