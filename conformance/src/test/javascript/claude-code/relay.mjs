/**
 * A reverse proxy before a gate, which keeps what Claude Code asks and what it gets, and the collector to which the gate sends telemetry.
 * It has its address before the gate starts, so that the gate can be told that this is its own. It says the address, reads the gate's,
 * and goes when its input ends.
 */
import { createServer, request } from 'node:http';
import { createInterface } from 'node:readline';

let gate;
let seen = [];

const relay = createServer((asked, answer) => {
  if (asked.url === '/relay/seen') {
    answer.end(JSON.stringify(seen));
    seen = [];
    return;
  }
  const { method, url: path, headers } = asked;
  if (path.startsWith('/collector/')) {
    seen.push({ what: `collected ${path}` });
    asked.resume();
    answer.end('{}');
    return;
  }
  const onward = request({ host: gate.hostname, port: gate.port, method, path, headers }, (given) => {
    if (headers['user-agent']?.startsWith('claude-') || path.startsWith('/v1/')) {
      seen.push({
        what: `${method} ${path.split('?')[0]} ${given.statusCode}`,
        agent: headers['user-agent'],
        tag: headers['if-none-match'],
        settings: headers['x-claude-code-managed-settings-checksum'],
      });
    }
    answer.writeHead(given.statusCode, given.rawHeaders);
    given.pipe(answer);
    given.on('error', () => answer.destroy());
  });
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
});

relay.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${relay.address().port}`);
  createInterface({ input: process.stdin })
    .on('line', (line) => (gate = new URL(line)))
    .on('close', () => process.exit());
});
