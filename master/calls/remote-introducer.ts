import { directoryTarget, type Introducer, type Introduction } from './introduction.ts';
import type { Link } from './link.ts';

/** The master at the other end of a link. */
export function introducerOver(link: () => Promise<Link>): Introducer {
  return {
    async introduce(wanted, signal) {
      const answer = await (await link()).request(directoryTarget, 'introduce', [wanted], signal);
      // Both ends are of one version: the master's own port, or a socket whose name tells the version.
      return answer as Introduction;
    },
    async explain(worker, endpoint) {
      return String(await (await link()).request(directoryTarget, 'explain', [worker, endpoint]));
    },
  };
}
