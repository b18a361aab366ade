/** One finding about a configuration text. Offsets are UTF-16 code units into that text, `end` exclusive. */
export interface Problem {
  /** Stable, documented under docs/findings: "HSU101". */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  /** One sentence: the thing, what was expected, what was got, the way out. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Other places that explain the finding, in the same text. */
  readonly related: readonly { readonly start: number; readonly end: number; readonly message: string }[];
  readonly fixes: readonly Fix[];
  /** How one gets to where what is wrong is written, through aliases and anchors, see `Node`; absent where it is written here. */
  readonly via?: readonly string[];
  /** The worker it belongs to, where it belongs to one that has an id. */
  readonly workerId?: string;
}

/** A remedy as edits of the text, applied together. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** The obvious remedy: safe to apply without asking. */
  readonly preferred: boolean;
  /** Its edits are worked out of the whole text once somebody wants them; they keep every alias. */
  readonly late?: true;
}

export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}
