import { judged, type Check, type Finding } from '../contract';

/** An invalid configuration ends the doctor before any check: here it is valid. */
export const configuration: Check = {
  name: 'configuration',
  title: 'configuration is valid, every key explained',
  limitMs: 1_000,
  run: ({ facts }) => {
    const own = facts.settings.filter(({ key }) => !facts.chassis.includes(key));
    const findings: Finding[] = own
      .filter(({ key, doc }) => doc.trim().length < shortestDoc || doc.trim().toLowerCase() === key.toLowerCase())
      .map(({ key }) => ({
        subject: key,
        problem: `${key} is not explained.`,
        remedy: 'Give it a `doc` in the schema: what it means, and its unit.',
      }));
    const explained = `${facts.settings.length} settings valid, ${own.length - findings.length} of ${own.length} own ones explained`;
    return Promise.resolve(judged(findings, explained));
  },
};

/** What is shorter explains nothing. */
const shortestDoc = 4;
