import { PassiveSpan } from '../../src/tracing/passive-span';
import { spanBits } from '../../src/tracing/span-bits';
import { MemberList } from '../../src/tracing/trace-state';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

describe('PassiveSpan', () => {
  test('carries ids and flags, and nothing of our own bits', () => {
    const bits = spanBits.sampled | spanBits.random | spanBits.debug;
    expect(new PassiveSpan(trace, span, bits).spanContext()).toEqual({ traceId: trace, spanId: span, traceFlags: 3 });
  });

  test('says where it came from and with which state', () => {
    const context = new PassiveSpan(trace, span, spanBits.remote, 'a=1').spanContext();
    expect(context.isRemote).toBe(true);
    expect(context.traceState?.get('a')).toBe('1');
  });

  test('reads the state when it is asked for, and refuses one that is not valid', () => {
    const lazy = new PassiveSpan(trace, span, 1, 'a=1');
    expect(lazy.unreadState).toBe('a=1');
    expect(lazy.state).toBeInstanceOf(MemberList);
    expect(lazy.unreadState).toBe(lazy.state);
    expect(new PassiveSpan(trace, span, 1, 'A').spanContext().traceState).toBeUndefined();
  });

  test('is its own seed', () => {
    const one = new PassiveSpan(trace, span, 1);
    expect(one.seed).toBe(one);
  });

  test('records nothing, and takes everything', () => {
    const one = new PassiveSpan(trace, span, 1);
    one.set('a', 1);
    one.rename('x');
    one.fail('x', new Error());
    one.recordException(new Error());
    expect(one.setAttribute('a', 1).setAttributes({}).addEvent('e').addLink({}).addLinks([]).setStatus({})).toBe(one);
    expect(one.updateName('x')).toBe(one);
    one.end();
    expect([one.recording, one.isRecording(), one.sampled]).toEqual([false, false, true]);
  });
});
