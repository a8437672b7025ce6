/**
 * What a sender may say and a receiver would not take, as lines; empty when they understand each other. Both are JSON Schemas as
 * zod writes them for what travels. Members the receiver does not know are passed over, as the services pass them over.
 *
 * `newValues: true`: a sender may know values, forms and lengths that the receiver does not, because it says them only to whoever
 * asked for something new; members the receiver needs it has to send nevertheless.
 */
export function misunderstandings(sender, receiver, { newValues = false } = {}, at = '') {
  const rules = { newValues };
  const said = formsOf(sender);
  const found = said.map((form) => closest(formsOf(receiver).map((taken) => ofForms(form, taken, rules, at))));
  const understood = found.filter((problems) => problems.length === 0).length;
  return newValues && said.length > 1 && understood > 0 ? [] : found.flat();
}

/** A schema that leaves a choice, as the list of what may be chosen. */
function formsOf(schema) {
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice !== undefined) return choice.flatMap(formsOf);
  return Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [schema];
}

function closest(candidates) {
  return candidates.reduce((best, problems) => (problems.length < best.length ? problems : best));
}

function ofForms(sender, receiver, rules, at) {
  const taken = valuesOf(receiver);
  if (taken !== null) return ofValues(valuesOf(sender), taken, rules, at);
  if (receiver.type === undefined) return [];
  const type = sender.type ?? typeOfValues(valuesOf(sender));
  if (type !== receiver.type && !(type === 'integer' && receiver.type === 'number')) return [`${here(at)} is ${type ?? 'anything'}, ${receiver.type} is taken`];
  if (type === 'object') return ofObjects(sender, receiver, rules, at);
  const bounds = rules.newValues || valuesOf(sender) !== null ? [] : ofBounds(sender, receiver, at);
  return type === 'array' ? [...bounds, ...ofItems(sender, receiver, rules, at)] : bounds;
}

const here = (at) => (at === '' ? 'the message' : at.slice(1));

function valuesOf({ const: only, enum: several }) {
  return only === undefined ? (several ?? null) : [only];
}

function typeOfValues(values) {
  return values === null || values.length === 0 ? undefined : typeof values[0];
}

function ofValues(said, taken, { newValues }, at) {
  if (said === null) return [`${here(at)} may be anything, only ${taken.join(', ')} is taken`];
  const foreign = said.filter((value) => !taken.includes(value));
  return foreign.length === 0 || (newValues && foreign.length < said.length) ? [] : [`${here(at)} may be ${foreign.join(', ')}, only ${taken.join(', ')} is taken`];
}

function ofObjects(sender, receiver, rules, at) {
  const [said, taken] = [sender.properties ?? {}, receiver.properties ?? {}];
  const missing = (receiver.required ?? []).filter((name) => !(sender.required ?? []).includes(name));
  const inner = Object.keys(said).flatMap((name) => {
    const into = Object.hasOwn(taken, name) ? taken[name] : receiver.additionalProperties;
    if (into === false) return [`${here(at)} may have ${name}, which is refused`];
    return isSchema(into) ? misunderstandings(said[name], into, rules, `${at}.${name}`) : [];
  });
  const others = isSchema(sender.additionalProperties) && isSchema(receiver.additionalProperties)
    ? misunderstandings(sender.additionalProperties, receiver.additionalProperties, rules, `${at}.*`)
    : [];
  return [...missing.map((name) => `${here(`${at}.${name}`)} is needed and not always sent`), ...inner, ...others];
}

const isSchema = (value) => typeof value === 'object' && value !== null;

/** Lists of one kind, and lists whose places have a kind each. */
function ofItems(sender, receiver, rules, at) {
  const [said, taken] = [sender.items, receiver.items];
  if (!isSchema(taken)) return [];
  if (!isSchema(said)) return [`${here(at)} may hold anything`];
  if (Array.isArray(taken) !== Array.isArray(said)) return [`${here(at)} is another kind of list`];
  if (!Array.isArray(taken)) return misunderstandings(said, taken, rules, `${at}[]`);
  if (said.length !== taken.length) return [`${here(at)} has ${said.length} places, ${taken.length} are taken`];
  return taken.flatMap((place, index) => misunderstandings(said[index], place, rules, `${at}[${index}]`));
}

const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];

function ofBounds(sender, receiver, at) {
  const differs = (name) => receiver[name] !== undefined && sender[name] !== receiver[name];
  const above = UPPER.filter((name) => receiver[name] !== undefined && !(sender[name] <= receiver[name]));
  const below = LOWER.filter((name) => receiver[name] !== undefined && !(sender[name] >= receiver[name]));
  return [...above, ...below, ...['pattern', 'format'].filter(differs)].map((name) => `${here(at)} may go beyond the ${name} that is taken (${receiver[name]})`);
}
