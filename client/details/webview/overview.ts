import type { DetailsModel } from '../details-model.ts';
import { editor } from './editor.ts';
import { element } from './element.ts';

/** Facts, and where the worker is reached. */
export function overview({ facts, endpoints }: DetailsModel): readonly Node[] {
  const rows = facts.map(({ name, value }) => element('div', {}, element('dt', {}, name), element('dd', {}, value)));
  const reached = endpoints.map(({ name, type, address, origin }) =>
    element(
      'div',
      {},
      element('dt', {}, `Endpoint ${name}`),
      element(
        'dd',
        {},
        type === 'url'
          ? element(
              'button',
              {
                ...{ type: 'button', class: 'link', 'data-key': `endpoint ${address}` },
                click: () => editor.postMessage({ kind: 'browse', address }),
              },
              address,
            )
          : element('code', {}, address),
        ` (${origin})`,
      ),
    ),
  );
  return [element('dl', {}, ...rows, ...reached)];
}
