import { box, layOut, type PlacedNode } from '../dependency-layout.ts';
import type { DetailsModel, RelatedWorker } from '../details-model.ts';
import { editor } from './editor.ts';
import { element, svg } from './element.ts';
import { stateMark } from './state-mark.ts';

/** Every worker of the file with its state, and an arrow to each that it depends on; each opens its own details. */
export function dependencies({ workers, id: own }: DetailsModel): readonly Node[] {
  const { nodes, edges, width, height } = layOut(workers);
  const known = new Map(workers.map((worker) => [worker.id, worker]));
  const margin = 3;
  const drawing = svg(
    'svg',
    {
      ...{ class: 'dependencies', width: width + 2 * margin, height: height + 2 * margin },
      viewBox: `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`,
      role: 'group',
      'aria-label': 'Workers of the file and what they depend on',
      keydown: (event) => moveFocus(event),
    },
    svg(
      'defs',
      {},
      svg(
        'marker',
        { id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto' },
        svg('path', { d: 'M0 0L8 4L0 8z', class: 'arrow' }),
      ),
    ),
    ...edges.map(({ from, to }) => svg('path', { class: 'edge', d: curve(from, to), 'marker-end': 'url(#arrow)' })),
    ...nodes.flatMap((node) => {
      const worker = known.get(node.id);
      return worker ? [nodeOf(node, worker, worker.id === own)] : [];
    }),
  );
  const words = edges.length === 0 ? 'No worker of this file depends on another.' : '';
  return [
    element(
      'div',
      { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': 'Graph of dependencies', 'data-key': 'graph' },
      drawing,
    ),
    ...(words === '' ? [] : [element('p', {}, words)]),
  ];
}

function nodeOf({ id, x, y }: PlacedNode, worker: RelatedWorker, isOwn: boolean): SVGElement {
  const needs = worker.dependsOn.length === 0 ? 'depends on nothing' : `depends on ${worker.dependsOn.join(', ')}`;
  const open = () => {
    if (!isOwn) editor.postMessage({ kind: 'show', id });
  };
  const shown = id.length > 20 ? `${id.slice(0, 19)}…` : id;
  return svg(
    'g',
    {
      ...{ class: isOwn ? 'node own' : 'node', transform: `translate(${x} ${y})`, tabindex: 0, role: 'button' },
      'data-key': `node ${id}`,
      'aria-label': `${worker.sentence}; ${needs}`,
      ...(isOwn && { 'aria-current': 'true' }),
      click: open,
      keydown: (event) => {
        if (event instanceof KeyboardEvent && (event.key === 'Enter' || event.key === ' ')) open();
      },
    },
    svg('title', {}, `${worker.sentence}; ${needs}`),
    svg('rect', { width: box.width, height: box.height, rx: 4 }),
    stateMark(worker.state, worker.health, { x: 9, y: 9 }),
    svg('text', { x: 32, y: 22 }, shown),
  );
}

/** From the left side of the one that depends to the right side of what it depends on. */
function curve(from: PlacedNode, to: PlacedNode): string {
  const [x1, y1, x2, y2] = [from.x, from.y + box.height / 2, to.x + box.width, to.y + box.height / 2];
  const bend = Math.max(24, Math.abs(x1 - x2) / 2);
  return `M${x1} ${y1}C${x1 - bend} ${y1} ${x2 + bend} ${y2} ${x2} ${y2}`;
}

/** Arrow keys go from one to the next. */
function moveFocus(event: Event): void {
  if (!(event instanceof KeyboardEvent) || !(event.currentTarget instanceof SVGElement)) return;
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const nodes = [...event.currentTarget.querySelectorAll<SVGElement>('.node')];
  const at = nodes.findIndex((node) => node === document.activeElement);
  const next = nodes[(at + step + nodes.length) % nodes.length];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
