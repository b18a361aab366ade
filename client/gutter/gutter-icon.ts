import { gutterShapes, type GutterState } from './gutter-state.ts';

/** The colours of VS Code's own icons in each kind of theme, with at least 3 to 1 against its background. */
const colors: Record<'light' | 'dark', Record<GutterState, string>> = {
  light: { running: '#1a7f37', warning: '#9a6700', failed: '#c72e0f', busy: '#005fb8', stopped: '#616161' },
  dark: { running: '#73c991', warning: '#e2c08d', failed: '#f48771', busy: '#75beff', stopped: '#a0a0a0' },
};

/** A picture as a `data:` URI. */
export function gutterIcon(state: GutterState, theme: 'light' | 'dark'): string {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="${colors[theme][state]}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${gutterShapes[state]}</svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`;
}
