import type { DetailsModel, ToPage } from '../details-model.ts';
import { configuration } from './configuration.ts';
import { dependencies } from './dependencies.ts';
import { editor } from './editor.ts';
import { element, replaceChildren } from './element.ts';
import { Graphs } from './graph-view.ts';
import { head } from './head.ts';
import { overview } from './overview.ts';
import { timeline } from './timeline.ts';
import { WorkersOfFile } from './workers-of-file.ts';

/** A part of the page: drawn again only when what it shows has changed. */
interface Part {
  readonly place: Element;
  shown(model: DetailsModel): unknown;
  draw(model: DetailsModel): readonly (Node | string)[];
}

const { file = '', id = '' } = document.body.dataset;
editor.setState({ file, id });

const announcer = element('p', { class: 'announcer', role: 'status' });
const graphs = new Graphs();
const parts: readonly Part[] = [
  part(element('header'), head, ({ id, sentence, state, health, failure, actions, file }) => [
    ...[id, sentence, state, health, failure, actions, file],
  ]),
  part(section('overview', 'Overview'), overview, ({ facts, endpoints }) => [facts, endpoints]),
  part(
    section('graphs', 'Last ten minutes'),
    (model) => graphs.draw(model),
    ({ samples }) => samples.at(-1)?.at ?? 'none',
  ),
  part(section('states', 'States'), timeline, ({ transitions }) => [transitions, Math.floor(Date.now() / 10_000)]),
  part(section('dependencies', 'Dependencies'), dependencies, ({ workers, id }) => [workers, id]),
  part(section('configuration', 'Configuration in force'), configuration, ({ configuration: all }) => all),
];
const drawn = new Map<Part, string>();
const workers = new WorkersOfFile();
const main = element('main', {}, announcer, ...parts.map(({ place }) => place.closest('section') ?? place));
const nothing = element('p', { class: 'nothing', role: 'status' }, 'Waiting for the worker’s master.');
document.body.append(nothing);

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === 'nothing') return showNothing(data.why);
  show({ ...data.model, workers: workers.take(data) });
});
// Themes change while the page is open: pictures on a canvas have their colours in them.
new MutationObserver(() => graphs.recolour()).observe(document.body, { attributeFilter: ['class'] });
editor.postMessage({ kind: 'ready' });

function show(model: DetailsModel): void {
  if (!main.isConnected) nothing.replaceWith(main);
  for (const each of parts) {
    const key = JSON.stringify(each.shown(model));
    if (drawn.get(each) === key) continue;
    drawn.set(each, key);
    replaceChildren(each.place, each.draw(model));
  }
  if (announcer.textContent !== model.sentence) announcer.textContent = model.sentence;
}

function showNothing(why: string): void {
  if (nothing.textContent !== why) nothing.textContent = why;
  if (main.isConnected) main.replaceWith(nothing);
}

function part(place: Element, draw: Part['draw'], shown: Part['shown']): Part {
  return { place, draw, shown };
}

/** Returns the place for what the section shows. */
function section(key: string, title: string): Element {
  const place = element('div');
  element('section', { 'aria-labelledby': key }, element('h2', { id: key }, title), place);
  return place;
}
