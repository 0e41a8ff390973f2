W='/work/wt/embed/'
def edit(p,*pairs):
    p=W+p; s=open(p).read()
    for a,b in pairs:
        assert a in s,(p,a)
        s=s.replace(a,b,1)
    open(p,'w').write(s)
edit('docs/architecture.md',('| `upstream` |','| `holdings` | batches and files at providers: whose they are, what they still owe |\n| `upstream` |'),
('  gateway --> identity\n','  gateway --> holdings\n  gateway --> identity\n'),('  identity --> kernel\n','  holdings --> budget\n  holdings --> kernel\n  holdings --> ledger\n  identity --> kernel\n'))
edit('docs/vocabulary.md',('| unreconciled |','| holding | a batch or a file that a caller has left at a provider |\n| bound | the most that a call or a batch may come to |\n| unreconciled |'))
edit('docs/threat-model.md',('| a claude.ai login','''| a batch or file of somebody else | it belongs to the key that made it: others get 404, and lists come from the gate's own notes, not from the provider's; an id is a plain name or nothing, so it is no path |
| a batch that slips past a key's globs or the bill | each of its requests is inspected as a call's body is; its bound is noted before it is sent, its results are read for the bill before anybody gets them |
| a client led past the gate with the gate's key | a batch's `results_url` names the gate's own path |
| an uploaded page that runs in a browser as the gate's | downloads carry `nosniff` and `content-security-policy: sandbox` |
| a claude.ai login'''),('Known limits: ','Known limits: a `file_id` within a message is not held against the key, it is the provider\'s unguessable name; '))
edit('docs/guide.md',('## Metrics, traces and logs','''## Batches and files

Anthropic's message batches (`/v1/messages/batches`) and the files of Anthropic (`/v1/files`, a beta) and OpenAI (the same path; the
client's headers tell whose) go to a provider of the client's own dialect.

- A batch or file belongs to the key that made it. The credential that made it is used for every later call on it.
- All models of a batch must be the key's, and at one provider. Aliases work. A batch's price is the list's times the price data's
  factor for the tier `batch`, half for Anthropic; without a factor, the list's.
- A batch is paid when its results are known: when they are first asked for, or within a minute of its end, for the gate looks by
  itself. `explain` knows it from then on, by the request id of its creation; several models have rows `….1`, `….2`. If its results
  cannot be had any more, it is billed at its bound and marked unreconciled.
- Lists show each batch as the provider last described it, at most a minute old.
- Files go to the vendor's own provider, if the key may use one of its models; else to another of the dialect, the simulated one last.
- Bodies are bounded as everywhere, at 32 MiB; downloads are not.
- OpenAI's own `/v1/batches` is not served.

## Metrics, traces and logs'''))
edit('docs/request-flow.md',('## How calls end, and who pays what','''## Batches and files

`gateway/HoldingEndpoints` are their doors, `BatchStories` and `FileStories` what happens behind them; on threads of their own, for they
wait for the store.

| step | where | what happens | what stops it |
|---|---|---|---|
| inspect | `dialects/BatchInspector` | every request's `params` as a call's body; no `custom_id` twice | 400 |
| authorize | `BatchStories` | each model, those of server tools too; one provider for all | 400 that names the request |
| note | `holdings/Holdings` | the sum of all bounds, durable before anything is sent | 503 |
| send | `gateway/Errands` | once; another credential only after 401, 429 or no connection | |
| open | `holdings/Holdings` | the provider's id, and an audit row | |
| settle | `gateway/BatchBilling` | the results are read line by line: rows in the ledger, once, with the end of what it owes | |

`BatchPoller` settles what nobody asks for. If a connection broke while a batch was sent, the provider may have it: its bound is
billed, unreconciled. So is that of a batch that the gate was sending when its process died, half an hour later.

## How calls end, and who pays what'''))
edit('docs/simulated-provider.md',('It keeps no content and logs nothing.','It keeps no content but batches\' results and files, and those in memory alone (64 MiB each, the oldest go first); it logs nothing.'),('| `GET /v1beta/models`','''| `/v1/messages/batches`: `POST`, and `GET`, `DELETE`, `POST …/cancel`, `GET …/results` of one | Anthropic; a batch has ended at the first look, or as long after its creation as `x-sim-duration-ms` said there |
| `/v1/files`: `POST`, and `GET`, `DELETE`, `GET …/content` of one | Anthropic or OpenAI, by the same headers; whatever was uploaded can be had again |
| `GET /v1beta/models`'''))
edit('CHANGELOG.md',('- Embeddings between OpenAI and Gemini.','- Embeddings between OpenAI and Gemini.\n- Message batches, paid when their results are known, and files; each belongs to the key that made it.'))
