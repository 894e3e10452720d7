import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

/**
 * What the tests use of playwright-core. Its own types need those of the DOM, which a program for Node.js must not see; what runs in
 * the page is therefore given as text.
 */
export interface Place {
  first(): Place;
  click(): Promise<void>;
  waitFor(): Promise<void>;
  innerText(): Promise<string>;
}

export interface Message {
  type(): string;
  text(): string;
}

export interface Page {
  on(event: 'console', listener: (message: Message) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'response', listener: (answer: { status(): number; url(): string }) => void): void;
  goto(url: string): Promise<unknown>;
  url(): string;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  locator(selector: string): Place;
  waitForURL(pattern: string): Promise<void>;
  evaluate<T>(expression: string): Promise<T>;
  screenshot(options: { path: string }): Promise<unknown>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  close(): Promise<void>;
}

export interface Browser {
  newPage(options: { viewport: { width: number; height: number }; colorScheme: 'light' | 'dark' }): Promise<Page>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
}

/** The machine's own Chromium; nothing is downloaded. */
export function startChromium(): Promise<Browser> {
  const { chromium } = createRequire(__filename)('playwright-core') as Playwright;
  const executablePath = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  // Its sandbox cannot be had by root; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}
