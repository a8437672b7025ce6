const COLUMNS = `
  SELECT c.relname AS relation, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
         a.atthasdef OR a.attidentity <> '' AS filled
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname NOT LIKE '\\_%'
   ORDER BY c.relname, a.attname`;
const RULES = `
  SELECT r.conrelid::regclass::text AS relation, r.conname AS name, pg_get_constraintdef(r.oid) AS definition
    FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid
   WHERE r.connamespace = 'public'::regnamespace AND c.relname NOT LIKE '\\_%' AND r.contype IN ('c', 'u', 'f', 'x', 'p')
  UNION ALL
  SELECT i.indrelid::regclass::text, x.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
   WHERE i.indisunique AND x.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint r WHERE r.conindid = i.indexrelid)
   ORDER BY 1, 2`;
// From the catalogue itself: the views of information_schema take seconds for it.
const GRANTS = `
  WITH granted AS (
    SELECT c.oid AS relation, c.relname AS name, NULL AS part, a.grantee, a.privilege_type AS one
      FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'f')
    UNION ALL
    SELECT c.oid, c.relname, t.attname, a.grantee, a.privilege_type
      FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND NOT t.attisdropped, aclexplode(t.attacl) a
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'f'))
  SELECT concat_ws('.', g.name, g.part) AS relation, r.rolname AS role, string_agg(g.one, ' ' ORDER BY g.one) AS rights
    FROM granted g JOIN pg_roles r ON r.oid = g.grantee
   WHERE r.rolname LIKE 'tessera\\_%'
     AND (g.part IS NULL OR NOT EXISTS (SELECT FROM granted w WHERE w.relation = g.relation AND w.part IS NULL AND (w.grantee, w.one) = (g.grantee, g.one)))
   GROUP BY 1, 2 ORDER BY 1, 2`;

/** What of the schema two releases have to agree on: relations with their columns, what rows must satisfy, and who may do what. */
export async function schemaRecord(query) {
  const relations = {};
  for (const { relation, name, type, required, filled } of await query(COLUMNS)) {
    relations[relation] ??= { columns: {}, rules: {}, grants: {} };
    relations[relation].columns[name] = { type, required, filled };
  }
  for (const { relation, name, definition } of await query(RULES)) if (relations[relation]) relations[relation].rules[name] = definition;
  for (const { relation, role, rights } of await query(GRANTS)) {
    const [table, column] = relation.split('.');
    if (relations[table]) relations[table].grants[column === undefined ? role : `${role} ${column}`] = rights.split(' ');
  }
  return relations;
}

/** What a service of the release before could not do on the present schema, as lines; empty when it only grew. */
export function schemaProblems(previous, present) {
  return Object.entries(previous).flatMap(([name, before]) => {
    const now = present[name];
    return now === undefined ? [`${name} is gone`] : [...columnProblems(name, before, now), ...ruleProblems(name, before, now), ...grantProblems(name, before, now)];
  });
}

function columnProblems(relation, before, now) {
  const kept = Object.entries(before.columns).flatMap(([name, { type, required, filled }]) => {
    const column = now.columns[name];
    if (column === undefined) return [`${relation}.${name} is gone`];
    const retyped = column.type === type ? [] : [`${relation}.${name} was ${type} and is ${column.type}`];
    // Who leaves a column out does so because it may be null or is filled; who writes null needs that it may be.
    const emptied = column.required && !required ? [`${relation}.${name} may not be null any more`] : [];
    const unfilled = column.required && filled && !column.filled ? [`${relation}.${name} is not filled by itself any more`] : [];
    return [...retyped, ...emptied, ...unfilled];
  });
  const added = Object.entries(now.columns).filter(([name, { required, filled }]) => before.columns[name] === undefined && required && !filled);
  return [...kept, ...added.map(([name]) => `${relation}.${name} is new, needed and without a default`)];
}

/** A rule may go, because then more is allowed; one that comes may refuse what the release before writes. */
function ruleProblems(relation, before, now) {
  return Object.entries(now.rules).flatMap(([name, definition]) => {
    const known = before.rules[name];
    // A rule about a column that is new says nothing about the rows of somebody who does not know it.
    const fresh = Object.keys(now.columns).some((column) => before.columns[column] === undefined && definition.includes(column));
    return known === definition || (known === undefined && fresh) ? [] : [`${relation} has the rule ${name} ${known === undefined ? 'as a new one' : 'in another form'}: ${definition}`];
  });
}

function grantProblems(relation, before, now) {
  return Object.entries(before.grants).flatMap(([role, rights]) =>
    rights.filter((right) => !(now.grants[role] ?? []).includes(right)).map((right) => `${role} has no ${right} on ${relation} any more`),
  );
}
