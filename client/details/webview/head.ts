import type { DetailsAction, DetailsModel } from '../details-model.ts';
import { editor } from './editor.ts';
import { element } from './element.ts';
import { stateMark } from './state-mark.ts';

const titles: Record<DetailsAction, string> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  debug: 'Debug',
  switch: 'Switch deployment',
  logs: 'Show logs',
  failure: 'Show logs around this failure',
  file: 'Show in file',
};

/** The name, the sentence, what went wrong, and what can be done. */
export function head({ id, file, state, health, sentence, failure, actions }: DetailsModel): readonly Node[] {
  const said = sentence.startsWith(`${id}, `) ? sentence.slice(id.length + 2) : sentence;
  const buttons = actions.map((action) =>
    element(
      'button',
      { type: 'button', 'data-key': action, click: () => editor.postMessage({ kind: 'act', action }) },
      titles[action],
    ),
  );
  return [
    element('h1', {}, id),
    element('p', { class: 'state' }, stateMark(state, health), said),
    element('p', { class: 'file' }, file),
    ...(failure === null ? [] : [element('p', { class: 'failure' }, failure)]),
    element('div', { class: 'actions', role: 'group', 'aria-label': `What can be done with ${id}` }, ...buttons),
  ];
}
