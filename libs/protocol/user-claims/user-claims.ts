import { StandardClaims, type StandardClaimName } from '../account/index.js';

/** OIDC Core §5.4: what each scope asks for. */
const CLAIMS_OF_SCOPE: ReadonlyMap<string, readonly StandardClaimName[]> = new Map<string, readonly StandardClaimName[]>([
  [
    'profile',
    [
      'name', 'family_name', 'given_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture', 'website', 'gender',
      'birthdate', 'zoneinfo', 'locale', 'updated_at',
    ],
  ],
  ['email', ['email', 'email_verified']],
  ['address', ['address']],
  ['phone', ['phone_number', 'phone_number_verified']],
]);

const STANDARD: ReadonlySet<string> = new Set(Object.keys(StandardClaims.shape));

/** The claims that scopes stand for (OIDC Core §5.4), each once. A scope that stands for none adds nothing. */
export function claimsOfScope(scope: readonly string[]): readonly StandardClaimName[] {
  return scope.flatMap((one) => CLAIMS_OF_SCOPE.get(one) ?? []);
}

/**
 * The names of the claims that one member (`userinfo` or `id_token`) of a granted `claims` parameter asks for (OIDC Core §5.5).
 * What else a request says of a claim (`essential`, `value`) changes no answer here: a value is told as it is (§5.5.1).
 */
export function claimsAskedFor(claims: Readonly<Record<string, unknown>>, member: 'userinfo' | 'id_token'): readonly string[] {
  const asked = claims[member];
  return typeof asked === 'object' && asked !== null ? Object.keys(asked) : [];
}

/** Of the wanted claims those that are standard ones (OIDC Core §5.1) and known of this person. `sub` is never among them. */
export function selectClaims(claims: Readonly<Record<string, unknown>>, wanted: Iterable<string>): Record<string, unknown> {
  const selected: Record<string, unknown> = {};
  for (const name of wanted) {
    const value = STANDARD.has(name) ? claims[name] : undefined;
    if (value !== undefined && value !== null) selected[name] = value;
  }
  return selected;
}
