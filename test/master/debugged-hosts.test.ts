import assert from 'node:assert/strict';
import { DebuggedHosts } from '../../master/debugged-hosts.ts';

interface Member {
  id: string;
  host: number | undefined;
  isDebugged: boolean;
  isHeld: boolean;
  standWith(isHeld: boolean): void;
}

function stage(...hosts: readonly (number | undefined)[]) {
  const members = hosts.map((host, index): Member => {
    const member: Member = {
      ...{ id: String.fromCharCode(97 + index), host, isDebugged: false, isHeld: false },
      standWith: (isHeld) => (member.isHeld = isHeld),
    };
    return member;
  });
  const debuggedHosts = new DebuggedHosts(new Map(members.map((member) => [member.id, member])));
  const change = (id: string, difference: Partial<Member>) => {
    const member = members.find((one) => one.id === id);
    assert.ok(member);
    debuggedHosts.follow(Object.assign(member, difference));
  };
  const held = () => members.flatMap(({ id, isHeld }) => (isHeld ? [id] : [])).join('');
  return { change, held };
}

describe('a module host in which a debugger holds a worker', () => {
  it('stands still as a whole, and no other with it', () => {
    const { change, held } = stage(1, 1, 2, undefined);
    change('a', { isDebugged: true });
    assert.equal(held(), 'ab');
    change('a', { isDebugged: false });
    assert.equal(held(), '');
  });

  it('stands still until the last debugger lets go, or the worker that it holds is over', () => {
    const { change, held } = stage(1, 1, 1);
    change('a', { isDebugged: true });
    change('b', { isDebugged: true });
    change('a', { isDebugged: false });
    assert.equal(held(), 'abc');
    change('b', { isDebugged: false, host: undefined });
    assert.equal(held(), '');
  });

  it('holds who comes into it meanwhile, and not who leaves it', () => {
    const { change, held } = stage(1, undefined, 1);
    change('a', { isDebugged: true });
    change('b', { host: 1 });
    change('c', { host: undefined });
    assert.equal(held(), 'ab');
  });
});
