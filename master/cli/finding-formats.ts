import { findings as findingCodes } from '../config/finding-codes.ts';

/** A finding as `hsu validate --format json` prints it. Positions are zero-based and count UTF-16 units. */
export interface Finding {
  /** Relative to the current folder. */
  readonly file: string;
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  readonly range: { readonly start: Position; readonly end: Position };
  /** Titles of the remedies an editor offers. */
  readonly fixes: readonly string[];
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** A line as it may be shown; what is hidden of it has another width, so nothing can be pointed at then. */
export interface ShownLine {
  readonly text: string;
  readonly isMasked: boolean;
}

/** `lineOf` gives a line, without its end, where it is at hand. */
type Format = (
  findings: readonly Finding[],
  files: number,
  lineOf?: (file: string, line: number) => ShownLine | undefined,
) => string;

/** Each finding with its line and a caret below what is meant. */
const text: Format = (findings, files, lineOf = () => undefined) => {
  const lines = findings.map((finding) => {
    const { file, code, severity, message, range } = finding;
    const { line, character } = range.start;
    const head = `${file}:${line + 1}:${character + 1}: ${severity}: ${message} [${code}]`;
    const source = lineOf(file, line);
    return source === undefined ? head : `${head}\n${pointed(source, range)}`;
  });
  const counted = files === 1 ? '1 file' : `${files} files`;
  const found = findings.length === 0 ? 'no findings' : `${findings.length} finding${findings.length === 1 ? '' : 's'}`;
  return `${[...lines, `${counted}, ${found}.`].join('\n')}\n`;
};

/** More of a line than this says nothing more. */
const mostColumns = 160;

function pointed({ text: source, isMasked }: ShownLine, { start, end }: Finding['range']): string {
  const number = String(start.line + 1);
  const shown = `  ${number} | ${source.slice(0, mostColumns)}`;
  if (isMasked) return shown;
  const margin = ' '.repeat(number.length);
  // A tab stays one, so that the caret stands below its character however wide tabs are shown.
  const before = source.slice(0, Math.min(start.character, mostColumns)).replaceAll(/[^\t]/g, ' ');
  const last = end.line === start.line ? end.character : source.length;
  const carets = '^'.repeat(Math.max(1, Math.min(last, mostColumns) - start.character));
  return `${shown}\n  ${margin} | ${before}${carets}`;
}

function json(findings: readonly Finding[]): string {
  return `${JSON.stringify(findings)}\n`;
}

/** GitHub's workflow commands: each finding becomes an annotation of the line. */
function github(findings: readonly Finding[]): string {
  const escape = (value: string) => value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (value: string) => escape(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const levels = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const;
  return findings
    .map(({ file, code, severity, message, range: { start, end } }) => {
      const place = `file=${property(file)},line=${start.line + 1},endLine=${end.line + 1},col=${start.character + 1}`;
      return `::${levels[severity]} ${place},title=${property(code)}::${escape(message)}\n`;
    })
    .join('');
}

const titles: Readonly<Record<string, { readonly title: string }>> = findingCodes;
/** Where the pages of docs/findings are for those who have no copy of them. */
const pages = 'https://hsu-workers.dev/docs/findings';

/** SARIF 2.1.0, for code scanning services. */
function sarif(findings: readonly Finding[]): string {
  const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const results = findings.map(({ file, code, severity, message, range: { start, end } }) => ({
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: relativeUri(file) },
          region: {
            startLine: start.line + 1,
            startColumn: start.character + 1,
            endLine: end.line + 1,
            endColumn: end.character + 1,
          },
        },
      },
    ],
  }));
  const rules = codes.map((id) => ({
    id,
    ...(titles[id] && { shortDescription: { text: titles[id].title } }),
    helpUri: `${pages}/${id}.md`,
  }));
  const run = { tool: { driver: { name: 'hsu', rules } }, columnKind: 'utf16CodeUnits', results };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] })}\n`;
}

/** A path as a URI reference, in which nothing is taken for a scheme, a query or a fragment. */
function relativeUri(file: string): string {
  const written = encodeURI(file.replaceAll('\\', '/')).replaceAll('?', '%3F').replaceAll('#', '%23');
  return /^[^/]*:/.test(written) ? `./${written}` : written;
}

/** How findings are printed, by the name given to `--format`. */
export const findingFormats = { text, json, sarif, github } satisfies Record<string, Format>;
