import type { LogOutputConfig } from '../../config/log-collection.ts';
import type { LogLine } from '../../protocol.ts';
import { inertJson, neutralise } from '../neutralise.ts';

export interface LineOrigin {
  readonly worker: string;
  readonly master: string;
  readonly host: string;
}

/**
 * A line as an output wants it, with its newline: as it is, with what is known of it before it, or as a JSON object.
 * Whatever the form, it is one line, and no control sequence is left in it.
 */
export function formatLine(
  line: LogLine,
  { worker, master, host }: LineOrigin,
  { format, prefix, metadata }: Pick<LogOutputConfig, 'format' | 'prefix' | 'metadata'>,
): string {
  const text = neutralise(line.text);
  switch (format) {
    case 'plain':
      return `${prefix}${text}\n`;
    case 'enhanced_plain': {
      const known = [
        ...(metadata.time ? [line.time] : []),
        ...(metadata.host ? [host] : []),
        ...(metadata.master ? [master] : []),
        worker,
        ...(metadata.sequence ? [`#${line.seq}`] : []),
        line.stream,
      ];
      return `${prefix}${known.join(' ')} | ${text}\n`;
    }
    case 'json':
      return `${prefix}${inertJson({
        ...(metadata.time ? { time: line.time } : {}),
        ...(metadata.host ? { host } : {}),
        ...(metadata.master ? { master } : {}),
        worker,
        run: line.run,
        ...(metadata.sequence ? { seq: line.seq } : {}),
        stream: line.stream,
        ...(line.level === undefined ? {} : { level: line.level }),
        message: line.message ?? text,
        ...(line.at === undefined ? {} : { at: line.at }),
        ...(line.fields === undefined ? {} : { fields: line.fields }),
      })}\n`;
  }
}
