export type InputFormat = 'csv' | 'json-lines' | 'by-content';

export interface ColumnSummary {
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

export interface Summary {
  /** Records read. */
  readonly count: number;
  /** Columns with at least one number; other values in them are left out. */
  readonly columns: Readonly<Record<string, ColumnSummary>>;
}

/** What was posted cannot be read; the message names the line. */
export class InputError extends Error {}

/** Sums up records as they arrive; memory does not grow with the input. */
export async function aggregate(chunks: AsyncIterable<string>, format: InputFormat): Promise<Summary> {
  const totals = new Map<string, { count: number; sum: number; min: number; max: number }>();
  let count = 0;
  for await (const record of records(chunks, format)) {
    count += 1;
    for (const [name, value] of record) {
      const number =
        typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
      if (!Number.isFinite(number)) continue;
      const total = totals.get(name);
      if (total) {
        total.count += 1;
        total.sum += number;
        total.min = Math.min(total.min, number);
        total.max = Math.max(total.max, number);
      } else {
        totals.set(name, { count: 1, sum: number, min: number, max: number });
      }
    }
  }
  const columns = [...totals].map(
    ([name, { count: values, sum, min, max }]) => [name, { sum, min, max, mean: sum / values }] as const,
  );
  return { count, columns: Object.fromEntries(columns) };
}

type Row = Iterable<readonly [string, unknown]>;

async function* records(chunks: AsyncIterable<string>, format: InputFormat): AsyncGenerator<Row> {
  let reader: Reader | undefined = format === 'csv' ? csvReader() : format === 'json-lines' ? jsonReader() : undefined;
  for await (const chunk of chunks) {
    if (!reader && chunk.trim() === '') continue;
    reader ??= chunk.trimStart().startsWith('{') ? jsonReader() : csvReader();
    yield* reader.read(chunk);
  }
  if (reader) yield* reader.end();
}

/** Takes text in pieces cut anywhere; gives whole records. */
interface Reader {
  read(chunk: string): Generator<Row>;
  end(): Generator<Row>;
}

function jsonReader(): Reader {
  let rest = '';
  let line = 0;
  function* take(text: string): Generator<Row> {
    line += 1;
    if (text.trim() === '') return;
    const value = parse(text, line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InputError(`line ${line}: expected a JSON object, got ${text.trim().slice(0, 40)}`);
    }
    yield Object.entries(value);
  }
  return {
    *read(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) yield* take(text);
    },
    *end() {
      yield* take(rest);
    },
  };
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`line ${line}: ${error instanceof Error ? error.message : 'no JSON'}`);
  }
}

/** Comma-separated values as RFC 4180 has them: the first record names the columns, quotes may hold commas and lines. */
function csvReader(): Reader {
  let header: readonly string[] | undefined;
  let fields: string[] = [];
  let field = '';
  let state: 'plain' | 'quoted' | 'quote-in-quoted' = 'plain';
  let line = 1;
  let begun = 1;

  function* finish(): Generator<Row> {
    fields.push(field);
    const values = fields;
    const first = begun;
    fields = [];
    field = '';
    begun = line;
    if (values.length === 1 && values[0] === '') return;
    if (!header) {
      header = values;
      return;
    }
    if (values.length !== header.length) {
      throw new InputError(
        `line ${first}: expected ${header.length} values as in the first line, got ${values.length}`,
      );
    }
    yield header.map((name, index) => [name, values[index]] as const);
  }

  return {
    *read(chunk) {
      for (const character of chunk) {
        if (character === '\n') line += 1;
        if (state === 'quoted') {
          if (character === '"') state = 'quote-in-quoted';
          else field += character;
          continue;
        }
        if (state === 'quote-in-quoted') {
          state = character === '"' ? 'quoted' : 'plain';
          if (character === '"') {
            field += '"';
            continue;
          }
        }
        if (character === '"' && field === '') state = 'quoted';
        else if (character === ',') {
          fields.push(field);
          field = '';
        } else if (character === '\n') yield* finish();
        else if (character !== '\r') field += character;
      }
    },
    *end() {
      if (state === 'quoted') throw new InputError(`line ${begun}: a quote is opened and never closed`);
      yield* finish();
    },
  };
}
