import uPlot from 'uplot';
import type { DetailsModel } from '../details-model.ts';
import { type Graph, graphsOf, healthLevels, spanSeconds } from '../graphs.ts';
import { element } from './element.ts';

const height = 120;
const colours: Record<Graph['key'], string> = {
  cpu: '--vscode-charts-blue',
  memory: '--vscode-charts-purple',
  loop: '--vscode-charts-orange',
  health: '--vscode-charts-green',
};

/** The four graphs. Each is a picture with its words and its table, so that nobody needs the picture. */
export class Graphs {
  #shown: readonly { readonly graph: Graph; readonly place: HTMLElement; plot: uPlot }[] = [];
  readonly #sizes = new ResizeObserver(() => this.#resize());

  draw(model: DetailsModel): readonly Node[] {
    this.#clear();
    if (model.samples.length === 0) {
      return [element('p', {}, 'Nothing was measured: it has not run in the last ten minutes.')];
    }
    const isProcess = model.facts.some(({ name, value }) => name === 'Deployment' && value === 'process');
    const figures = graphsOf(model.samples, isProcess).map((graph) => {
      const place = element('div', { class: 'plot', role: 'img', 'aria-label': graph.summary });
      return { graph, place };
    });
    queueMicrotask(() => {
      this.#shown = figures.map(({ graph, place }) => ({ graph, place, plot: plotOf(graph, place) }));
      for (const { place } of figures) this.#sizes.observe(place);
    });
    return [element('div', { class: 'graphs' }, ...figures.map(({ graph, place }) => figure(graph, place)))];
  }

  /** The theme has changed. */
  recolour(): void {
    for (const each of this.#shown) {
      each.plot.destroy();
      each.plot = plotOf(each.graph, each.place);
    }
  }

  #resize(): void {
    for (const { plot, place } of this.#shown) {
      if (plot.width !== place.clientWidth) plot.setSize({ width: place.clientWidth, height });
    }
  }

  #clear(): void {
    this.#sizes.disconnect();
    for (const { plot } of this.#shown) plot.destroy();
    this.#shown = [];
  }
}

function figure(graph: Graph, place: HTMLElement): HTMLElement {
  const name = `graph-${graph.key}`;
  const rows = graph.rows.map(({ time, value }) =>
    element('tr', {}, element('th', { scope: 'row' }, time), element('td', {}, value)),
  );
  const columns = ['Time', graph.unit === '' ? graph.title : `${graph.title} (the most of the minute)`];
  const table = element(
    'table',
    {},
    element('caption', {}, graph.title),
    element('thead', {}, element('tr', {}, ...columns.map((title) => element('th', { scope: 'col' }, title)))),
    element('tbody', {}, ...rows),
  );
  const fold = element(
    'details',
    { 'data-key': name },
    element('summary', { 'data-key': `${name} summary` }, 'As a table'),
    table,
  );
  return element(
    'figure',
    { 'aria-labelledby': name },
    element('figcaption', { id: name }, graph.summary),
    place,
    ...(rows.length > 0 ? [fold] : []),
  );
}

function plotOf(graph: Graph, place: HTMLElement): uPlot {
  const styles = getComputedStyle(document.body);
  const colour = (name: string) => styles.getPropertyValue(name).trim() || styles.color;
  const stroke = colour(colours[graph.key]);
  const isHealth = graph.key === 'health';
  const axis: uPlot.Axis = {
    stroke: colour('--vscode-foreground'),
    font: `11px ${styles.fontFamily}`,
    grid: { stroke: colour('--vscode-editorWidget-border'), width: 1 },
    ticks: { show: false },
  };
  const now = Date.now() / 1000;
  const paths = isHealth ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return new uPlot(
    {
      width: Math.max(place.clientWidth, 200),
      height,
      cursor: { sync: { key: 'details' }, points: { size: 6 }, drag: { x: false, y: false } },
      legend: { show: false },
      scales: {
        x: { time: true, range: [now - spanSeconds, now] },
        y: { range: isHealth ? [-0.2, healthLevels.length - 0.8] : (_plot, _low, high) => [0, ceiling(high)] },
      },
      axes: [
        { ...axis, values: '{HH}:{mm}', size: 26 },
        {
          ...axis,
          size: isHealth ? 74 : 52,
          ...(isHealth
            ? { splits: healthLevels.map((_, level) => level), values: () => [...healthLevels] }
            : { values: (_plot, splits) => splits.map((one) => `${one} ${graph.unit}`) }),
        },
      ],
      series: [{}, { stroke, width: 1.5, points: { show: graph.values.length < 4 }, ...(paths && { paths }) }],
    },
    [[...graph.times], [...graph.values]],
    place,
  );
}

/** Room above the highest, and a scale also where all is nothing. */
function ceiling(high: number | null): number {
  return high === null || high <= 0 ? 1 : high * 1.15;
}
