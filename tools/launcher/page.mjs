const RULE = '-'.repeat(78);

/** What stands on the terminal when everything runs: what to open first, where everything is, and two commands to try. */
export function startPage(stack, seconds) {
  const { issuer, demo } = stack;
  const lines = [
    '',
    RULE,
    `Tessera is ready (${seconds.toFixed(1)} s).`,
    ...playgroundLines(stack),
    '',
    `  issuer       ${issuer}`,
    `  metadata     ${issuer}/.well-known/openid-configuration`,
  ];
  if (stack.options?.conformance) lines.push('', '  for certification plans: open registration, request_uri; see docs/conformance.md');
  if (demo) lines.push(...demoLines(stack));
  lines.push(
    '',
    `  logs         ${stack.data.path('logs')}`,
    `  Ctrl-C stops everything; the next start keeps the data, --fresh begins anew.`,
    RULE,
  );
  return lines.join('\n');
}

/** The first thing to do, so it stands first. */
function playgroundLines({ playground, demo }) {
  if (!playground || !demo) return [];
  const [first, ...others] = demo.users;
  return [
    '',
    'Open the playground and sign in; it shows every request of every flow:',
    '',
    `  ${playground.origin}`,
    ...(first === undefined ? [] : ['', `  username     ${first.username}`, `  password     ${first.password}`]),
    ...others.map(({ username, password }) => `  or           ${username}, ${password}`),
  ];
}

function demoLines({ issuer, demo, data, options }) {
  const client = demo.clients.find(
    (one) => one.method === 'client_secret_basic' && one.grant_types.includes('client_credentials'),
  );
  if (client === undefined) return [`  clients      ${data.path('demo.json')}`];
  const curl = options?.conformance ? `curl -s --cacert ${shellQuote(data.path('conformance', 'certificate.pem'))}` : 'curl -s';
  const credentials = shellQuote(`${client.client_id}:${client.client_secret}`);
  return [
    `  demo client  ${client.client_id}`,
    `  all clients  ${data.path('demo.json')}`,
    '',
    'Get a token:',
    '',
    `  ${curl} -u ${credentials} -d grant_type=client_credentials ${issuer}/token`,
    '',
    'Get one and ask what it is worth:',
    '',
    `  TOKEN=$(${curl} -u ${credentials} -d grant_type=client_credentials ${issuer}/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `  ${curl} -u ${credentials} -d token=$TOKEN ${issuer}/introspect`,
  ];
}

/** Quotes an argument for sh only where it must be. */
function shellQuote(text) {
  return /^[\w:.@%+=,/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
