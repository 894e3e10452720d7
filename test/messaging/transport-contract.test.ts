import { transportContract } from '../../src/testing';
import { memoryTransportHarness, memoryTransportTraits } from './harnesses';

describe('memory', () => {
  test.each(transportContract(memoryTransportTraits, memoryTransportHarness))('$name', ({ run }) => run());
});
