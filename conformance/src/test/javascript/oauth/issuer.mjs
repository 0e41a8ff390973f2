/** An issuer of CI jobs' tokens (OpenID Connect Discovery 1.0), on this machine. */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export class Issuer {
  #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #server;

  static async start() {
    const issuer = new Issuer();
    issuer.#server = createServer((request, answer) => answer.end(JSON.stringify(issuer.#document(request.url))));
    await new Promise((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  #document(path) {
    return path === '/keys'
      ? { keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES256' }] }
      : { issuer: this.url, jwks_uri: `${this.url}/keys` };
  }

  /** A job's token for this audience, as GitHub's look, with these claims beside or instead. */
  token(audience, claims = {}, key = this.#keys.privateKey) {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: this.url,
      aud: audience,
      sub: 'repo:octo-org@123/app@456:ref:refs/heads/main',
      repository_id: '456',
      ref: 'refs/heads/main',
      event_name: 'push',
      iat: now,
      exp: now + 300,
      jti: randomUUID(),
      ...claims,
    };
    const text = `${encoded({ alg: 'ES256', kid: 'k1', typ: 'JWT' })}.${encoded(payload)}`;
    return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }

  /** The same, signed by somebody who has not the issuer's key. */
  forged(audience) {
    return this.token(audience, {}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
