/** Claude Code's own program, and what it is told of the machine that it runs on. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The program for this machine: npm installs the one that fits, and its own start script is not run. */
const found = ['', '-musl']
  .map((libc) => `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}${libc}/claude`)
  .find((path) => existsSync(path));

export const program = found && join(process.cwd(), found);
export const missing = program ? false : `there is no Claude Code for ${process.platform} ${process.arch}`;

/** With a home of its own, and no way off this machine. */
export function environment(home) {
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: home,
    CLAUDE_CONFIG_DIR: home,
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_MAX_RETRIES: '0',
    // Whatever would leave this machine ends here.
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
  };
}

/** Runs it to its end, without a terminal: `code`, and what it has said, `out` and `err`. */
export async function run(args, options) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const said = { out: '', err: '' };
  child.stdout.on('data', (piece) => (said.out += piece));
  child.stderr.on('data', (piece) => (said.err += piece));
  said.code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return said;
}
