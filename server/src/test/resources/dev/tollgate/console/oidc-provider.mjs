// An OpenID provider on this machine. argv: folder of modules, redirect URI. Prints its issuer.
import { pathToFileURL } from 'node:url';
import { createServer } from 'node:http';

const [modules, redirectUri] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${modules}/oidc-provider/lib/index.js`));

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'gate',
      client_secret: 'a secret: with% signs+',
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
    }],
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['one key of the test'] },
    async findAccount(ctx, id) {
      return {
        accountId: id,
        claims: async () => ({ sub: id, email: `${id}@example.com`, email_verified: id !== 'eve', name: `Person ${id}` }),
      };
    },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
