/** A program in a terminal: what stands on its screen, and a person's keys. */
import { spawn } from 'node:child_process';
import xterm from '@xterm/headless';

const COLUMNS = 140;
const ROWS = 45;
export const ENTER = '\r';
/** Takes back what was typed. */
export const CLEAR = '\x15';
const UP = '\x1b[A';
const DOWN = '\x1b[B';
/** More items than a menu of the program has. */
const MOST_STEPS = 20;

function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export class Terminal {
  #screen = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  #child;
  #changed = () => {};
  #ended = false;

  /** Runs it in a pseudo-terminal of `script` (util-linux), which has to be told how large it is. */
  constructor(command, { cwd, env }) {
    const line = `stty rows ${ROWS} cols ${COLUMNS}; exec ${command.map(quoted).join(' ')}`;
    this.#child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      cwd,
      env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    this.#child.stdin.on('error', () => {});
    // What the program asks of its terminal, such as where its cursor is.
    this.#screen.onData((answer) => this.type(answer));
    this.#child.stdout.on('data', (piece) => this.#screen.write(piece, () => this.#changed()));
    this.#child.on('close', () => {
      this.#ended = true;
      this.#changed();
    });
  }

  /** The lines that stand there, without the empty ones. */
  get lines() {
    const buffer = this.#screen.buffer.active;
    return Array.from({ length: ROWS }, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '').filter((line) => line.trim());
  }

  get text() {
    return this.lines.join('\n');
  }

  type(keys) {
    if (!this.#ended) this.#child.stdin.write(keys);
  }

  /** Waits until what stands there makes `look` true, or a match; that. */
  async until(look, seconds = 30) {
    const limit = Date.now() + seconds * 1000;
    for (;;) {
      const found = look instanceof RegExp ? this.text.match(look) : look(this.text);
      if (found) return found;
      if (this.#ended) throw new Error(`the program ended before ${look} stood there:\n${this.text}`);
      const left = limit - Date.now();
      if (left <= 0) throw new Error(`${look} did not stand there within ${seconds} s:\n${this.text}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Presses a key, and again where the program did not listen yet, until what stood there has gone. */
  async press(keys, gone) {
    for (let time = 0; time < MOST_STEPS; time++) {
      this.type(keys);
      const left = await this.until((text) => !gone.test(text), 3).catch((error) => {
        if (this.#ended) throw error;
      });
      if (left) return;
    }
    throw new Error(`${gone} still stands there:\n${this.text}`);
  }

  /** Goes to an item of the menu that stands there, wherever its pointer is, and takes it. */
  async choose(item) {
    // The last of them: what was typed before stands above, behind such a pointer, too.
    const at = (mark) => this.lines.findLastIndex((line) => mark.test(line));
    for (let step = 0; step < MOST_STEPS; step++) {
      await this.until((text) => item.test(text) && /❯/.test(text));
      const pointer = at(/❯/);
      const wanted = at(item);
      if (pointer === wanted) return this.press(ENTER, item);
      this.type(pointer < wanted ? DOWN : UP);
      await this.until(() => at(/❯/) !== pointer, 3).catch(() => {});
    }
    throw new Error(`${item} could not be reached:\n${this.text}`);
  }

  /** Ends the program, and whatever it has started. */
  async close() {
    if (this.#ended) return;
    const ended = new Promise((resolve) => this.#child.on('close', resolve));
    process.kill(-this.#child.pid, 'SIGKILL');
    await ended;
  }
}
