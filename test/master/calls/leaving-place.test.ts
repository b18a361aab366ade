import assert from 'node:assert/strict';
import { CallPlace } from '../../../master/calls/call-place.ts';
import type { ChannelUser, OpenChannel } from '../../../master/calls/channel.ts';
import type { Frame } from '../../../master/calls/frame.ts';
import type { Introducer } from '../../../master/calls/introduction.ts';
import { Link } from '../../../master/calls/link.ts';

const nobody: Introducer = {
  introduce: () => Promise.reject(new Error('nobody introduces here')),
  explain: () => Promise.resolve('nobody explains here'),
};

/** Two ends of a channel whose frames arrive when the test says so. */
function slowChannel() {
  const underWay: (() => void)[] = [];
  const end = (): { open: OpenChannel; user: ChannelUser | undefined; other: () => ChannelUser | undefined } => {
    const own = {
      user: undefined as ChannelUser | undefined,
      other: (): ChannelUser | undefined => undefined,
      open: ((user) => {
        own.user = user;
        return {
          post: (frame: Frame) => underWay.push(() => own.other()?.received(frame)),
          hold: () => undefined,
          release: () => undefined,
          close: () => {
            own.user?.closed();
            own.other()?.closed();
          },
        };
      }) as OpenChannel,
    };
    return own;
  };
  const [near, far] = [end(), end()];
  near.other = () => far.user;
  far.other = () => near.user;
  return { near: near.open, far: far.open, arrive: () => underWay.splice(0).forEach((deliver) => deliver()) };
}

describe('a place that ends', () => {
  const begun: string[] = [];
  const provider = () => {
    const place = new CallPlace(nobody);
    place.publications.publish({
      worker: 'w',
      name: 'f',
      contract: { work: () => begun.push('work') },
      enter: (work, ...given) => work(...given),
    });
    return place;
  };
  beforeEach(() => begun.splice(0));
  const heardBy = (link: Link) => {
    const heard: string[] = [];
    link.call(
      'w/f',
      'work',
      { values: [], signals: undefined },
      {
        answered: () => heard.push('answered'),
        failed: () => heard.push('failed'),
        absent: () => heard.push('absent'),
        loss: () => new Error('lost'),
        lost: () => heard.push('lost'),
      },
    );
    return heard;
  };

  it('begins nothing of what is still on its way, and says so: whoever called may call another', async () => {
    const { near, far, arrive } = slowChannel();
    const place = provider();
    place.link(far);
    const caller = new Link(near, () => undefined);
    const heard = heardBy(caller);
    const left = place.leave();
    arrive();
    await left;
    assert.deepEqual([heard, begun, caller.open], [['absent'], [], false]);
  });

  it('has answered what it had begun before', async () => {
    const { near, far, arrive } = slowChannel();
    const place = provider();
    place.link(far);
    const caller = new Link(near, () => undefined);
    const heard = heardBy(caller);
    arrive();
    const left = place.leave();
    arrive();
    await left;
    assert.deepEqual([heard, begun], [['answered'], ['work']]);
  });

  it('is left by whoever comes then, before anything is called', async () => {
    const { near, far, arrive } = slowChannel();
    const place = provider();
    await place.leave();
    const caller = new Link(near, () => undefined);
    const greeted = caller.greet();
    place.link(far);
    arrive();
    await greeted;
    assert.equal(caller.open, false);
  });
});
