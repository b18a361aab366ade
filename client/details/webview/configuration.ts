import type { EffectiveSetting, Origin } from '../../../master/config/effective-configuration.ts';
import type { DetailsModel } from '../details-model.ts';
import { element } from './element.ts';

const origins: Record<Origin, string> = {
  file: 'workers file',
  overlay: 'overlay',
  package: 'package',
  default: 'default',
};

/** Every setting with its value and who said it. */
export function configuration({ configuration: settings }: DetailsModel): readonly Node[] {
  if (settings.length === 0)
    return [element('p', {}, 'The saved file has errors for this worker: see the Problems view.')];
  const rows = settings.map(({ key, value, origin }) =>
    element(
      'tr',
      { class: `origin-${origin}` },
      element('th', { scope: 'row' }, element('code', {}, key)),
      element('td', {}, element('code', {}, valueText(value))),
      element('td', {}, origins[origin]),
    ),
  );
  return [
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, 'Settings, their values and where they come from'),
      element(
        'thead',
        {},
        element('tr', {}, ...['Setting', 'Value', 'From'].map((title) => element('th', { scope: 'col' }, title))),
      ),
      element('tbody', {}, ...rows),
    ),
  ];
}

function valueText(value: EffectiveSetting['value']): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(valueText).join(' ');
  return JSON.stringify(value);
}
