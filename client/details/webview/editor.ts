import type { FromPage, PageState } from '../details-model.ts';

interface EditorApi {
  postMessage(message: FromPage): void;
  setState(state: PageState): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The editor, as its page sees it. */
export const editor = acquireVsCodeApi();
