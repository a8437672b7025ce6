import fs from 'node:fs';
import { privateDirectory, writePrivately } from './private-files.mjs';
import { selfSignedCertificate, serves } from './certificate.mjs';

/** Where the certification suite runs by default, and the host its own documents call it by. */
const SUITE_HOST = 'localhost.emobix.co.uk:8443';

/**
 * What the certification plans need of a system, as variables that anybody could set: nothing behaves differently because it is being
 * tested. Whatever the person sets stays as it is.
 */
const SETTINGS = {
  CLIENT_REGISTRATION: 'open',
  REGISTERED_CLIENT_RESPONSE_TYPES: 'all',
  // The plans of OpenID Connect itself do without PKCE (OIDC Core §3.1.2.1); public clients still need it.
  REGISTERED_CLIENT_PKCE: 'off',
  REQUEST_URI: 'on',
  OUTBOUND_ALLOWED_HOSTS: SUITE_HOST,
  OUTBOUND_PORTS: '8443',
  // A suite is one source that registers a client for each module and gets things wrong on purpose.
  SOURCE_REGISTRATIONS_PER_MINUTE: '6000',
  SOURCE_FAILURES_PER_MINUTE: '6000',
  CLIENT_FAILURES_PER_MINUTE: '6000',
  SOURCE_PAGES_PER_MINUTE: '60000',
};

/** The environment of `npm start -- --conformance`: the settings above, and an https listener with a certificate of its own. */
export function conformanceEnvironment(env, data) {
  return { ...SETTINGS, ...(env.TLS_CERTIFICATE_FILE || env.TLS_CERTIFICATE ? {} : listener(env, data)), ...env };
}

/** A certificate for the host of the issuer and for this machine; kept, so that who trusts it goes on trusting it. */
function listener({ TESSERA_ISSUER: issuer }, data) {
  const [certificateFile, keyFile] = [data.path('conformance', 'certificate.pem'), data.path('conformance', 'key.pem')];
  const named = issuer && URL.canParse(issuer) ? [new URL(issuer).hostname] : [];
  const hosts = [...new Set([...named.filter((host) => !host.startsWith('[')), 'localhost', '127.0.0.1'])];
  if (!fs.existsSync(keyFile) || !fs.existsSync(certificateFile) || !serves(fs.readFileSync(certificateFile), hosts)) {
    privateDirectory(data.path('conformance'));
    const made = selfSignedCertificate(hosts);
    writePrivately(keyFile, made.privateKey);
    writePrivately(certificateFile, made.certificate);
  }
  return { TLS_CERTIFICATE_FILE: certificateFile, TLS_PRIVATE_KEY_FILE: keyFile };
}
