import type { Health } from '../../../master/lifecycle/worker-snapshot.ts';
import type { WorkerState } from '../../../master/lifecycle/worker-state.ts';
import { gutterShapes, gutterState } from '../../gutter/gutter-state.ts';
import { svg } from './element.ts';

/** The shape and colour of a state, as in the gutter; words beside it say the same. */
export function stateMark(
  state: WorkerState,
  health: Health,
  place: { readonly x?: number; readonly y?: number } = {},
) {
  const kind = gutterState({ state, health });
  const mark = svg('svg', {
    ...{ class: `mark mark-${kind}`, width: 16, height: 16, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    ...place,
  });
  const drawing = new DOMParser().parseFromString(
    `<svg xmlns="http://www.w3.org/2000/svg">${gutterShapes[kind]}</svg>`,
    'image/svg+xml',
  );
  mark.append(...[...drawing.documentElement.children].map((shape) => document.importNode(shape, true)));
  return mark;
}
