import type { MessagePort } from 'node:worker_threads';
import { acceptLinks } from './accept-links.ts';
import { CallPlace } from './call-place.ts';
import { CallError } from './contract.ts';
import { placeTarget } from './introduction.ts';
import { Link } from './link.ts';
import { portChannel } from './port-channel.ts';
import { Publication } from './publication.ts';
import { introducerOver } from './remote-introducer.ts';
import { socketChannel } from './socket-channel.ts';

/** A place whose workers nobody has introduced: what they publish is called within it alone. */
export function openLonelyPlace(): CallPlace {
  const refuse = () =>
    Promise.reject(new CallError('no-master', 'This module runs without a master: there is nobody to call.'));
  return new CallPlace({ introduce: refuse, explain: refuse });
}

/** The place that a thread of the master's process is; the port leads to the master. */
export function openThreadPlace(port: MessagePort): CallPlace {
  const own = new Publication({
    worker: 'hsu',
    name: 'place',
    contract: { listen: (address: string) => listen(place, address) },
    enter: (work, ...given) => work(...given),
  });
  const toMaster = new Link(
    portChannel(port, (handover) => {
      place.keep(handover.place, portChannel(handover.port));
    }),
    (target) => (target === placeTarget ? own : undefined),
  );
  const place = new CallPlace(introducerOver(() => Promise.resolve(toMaster)));
  place.publications.onDidChange(() => {
    toMaster.keepAlive(place.publications.size > 0);
  });
  return place;
}

/** Takes calls of processes from now on. */
export async function listen(place: CallPlace, address: string): Promise<void> {
  await acceptLinks(address, (socket) => {
    place.link(socketChannel(socket));
  });
}
