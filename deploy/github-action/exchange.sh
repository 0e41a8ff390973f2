#!/usr/bin/env bash
# Exchanges a job's OpenID Connect token for an access token of a Tollgate (RFC 8693). Secrets pass by standard input alone:
# arguments can be read by every process of the machine.
set -euo pipefail

fail() {
  echo "::error title=Tollgate::$1"
  exit 1
}

# The text of one field of a JSON object, of the characters of tokens (RFC 6750) and error codes alone: with any other, an answer
# could end a line, and so set what nobody asked for in the files and commands below.
field() {
  local form="\"$1\"[[:space:]]*:[[:space:]]*\"([A-Za-z0-9._~+/=-]+)\""
  if [[ $2 =~ $form ]]; then printf '%s\n' "${BASH_REMATCH[1]}"; fi
}

url=${INPUT_URL%/}
audience=${INPUT_AUDIENCE:-$url}
case $url in
  https://*) ;;
  http://127.0.0.1:* | http://localhost:*) ;;
  *) fail "The gate's address must begin with https://." ;;
esac
if [[ ${INPUT_CLAUDE_CODE:-false} == true ]]; then
  # Else Claude Code would bring its owner's token there, or not use it at all.
  for name in ANTHROPIC_BASE_URL ANTHROPIC_AUTH_TOKEN ANTHROPIC_API_KEY; do
    [[ -z ${!name:-} ]] || fail "This job sets $name: with a setup token, Claude Code must talk to Anthropic itself. Give it a job of its own."
  done
fi
[[ -n ${ACTIONS_ID_TOKEN_REQUEST_URL:-} && -n ${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-} ]] ||
  fail "The job may not ask for an OpenID Connect token. Give it 'permissions: id-token: write'."

answer=$(printf 'header = "Authorization: Bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
  curl --silent --show-error --fail --max-time 30 --retry 2 --config - --get \
    --data-urlencode "audience=$audience" "$ACTIONS_ID_TOKEN_REQUEST_URL") ||
  fail "GitHub gave no OpenID Connect token."
jwt=$(field value "$answer")
[[ -n $jwt ]] || fail "GitHub gave no OpenID Connect token."
echo "::add-mask::$jwt"

form=(--data-urlencode "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
  --data-urlencode "subject_token_type=urn:ietf:params:oauth:token-type:jwt"
  --data-urlencode "subject_token@-")
if [[ -n ${INPUT_SCOPE:-} ]]; then form+=(--data-urlencode "scope=$INPUT_SCOPE"); fi
# Not tried again: the token counts once.
answer=$(printf '%s' "$jwt" | curl --silent --show-error --max-time 30 "${form[@]}" "$url/oauth/token") ||
  fail "The gate at $url cannot be reached."
token=$(field access_token "$answer")
if [[ -z $token ]]; then
  fail "The gate gave no access token ($(field error "$answer")). Its audit log says why: tollgate audit tail. An administrator can look at a token with: tollgate federation test."
fi
echo "::add-mask::$token"
seconds=
if [[ $answer =~ \"expires_in\"[[:space:]]*:[[:space:]]*([0-9]+) ]]; then seconds=${BASH_REMATCH[1]}; fi

if [[ ${INPUT_CLAUDE_CODE:-false} == true ]]; then
  answer=$(printf 'header = "Authorization: Bearer %s"\n' "$token" |
    curl --silent --show-error --max-time 30 --config - --data "" "$url/oauth/lease") ||
    fail "The gate at $url cannot be reached."
  lent=$(field CLAUDE_CODE_OAUTH_TOKEN "$answer")
  # It has served: nothing of the gate's is left in the job. If it cannot be given back, it ends by itself in minutes.
  printf '%s' "$token" |
    curl --silent --output /dev/null --max-time 10 --data-urlencode token@- "$url/oauth/revoke" || true
  [[ -n $lent ]] || fail "The gate lends this job no setup token ($(field error "$answer")). Its audit log says why: tollgate audit tail."
  echo "::add-mask::$lent"
  echo "setup-token=$lent" >> "$GITHUB_OUTPUT"
  if [[ ${INPUT_EXPORT:-true} == true ]]; then echo "CLAUDE_CODE_OAUTH_TOKEN=$lent" >> "$GITHUB_ENV"; fi
  echo "The job is lent its owner's setup token, for an unmodified Claude Code alone."
  exit 0
fi

{
  echo "token=$token"
  echo "expires-in=$seconds"
} >> "$GITHUB_OUTPUT"
if [[ ${INPUT_EXPORT:-true} == true ]]; then
  {
    echo "ANTHROPIC_BASE_URL=$url"
    echo "ANTHROPIC_AUTH_TOKEN=$token"
    echo "OPENAI_BASE_URL=$url/v1"
    echo "OPENAI_API_KEY=$token"
    echo "GOOGLE_GEMINI_BASE_URL=$url"
    echo "GEMINI_API_KEY=$token"
  } >> "$GITHUB_ENV"
fi
echo "The access token is good for $seconds seconds."
