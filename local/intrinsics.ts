/** The local values of a template's references. */
export interface References {
  /**
   * The value of `Ref`: of a resource, a template parameter or a pseudo parameter. Throws for a name it doesn't know.
   */
  ref(name: string): unknown;
  /** The value of `Fn::GetAtt`. Throws for a resource or attribute it doesn't know. */
  attribute(logicalId: string, attribute: string): string;
  /** Post-processes each text that contained references: replaces AWS URLs by local ones. */
  localise(text: string): string;
}

/** What `Ref: AWS::NoValue` resolves to: the property that holds it is left out. */
export const noValue: unique symbol = Symbol('AWS::NoValue');

/** Resolves every intrinsic function in a template value. Throws an error that names an intrinsic it doesn't know. */
export function resolveIntrinsics(value: unknown, references: References): unknown {
  if (typeof value === 'string') return refuseDynamicReference(value);
  if (Array.isArray(value)) {
    return value.map((item) => resolveIntrinsics(item, references)).filter((item) => item !== noValue);
  }
  if (!isRecord(value)) return value;
  const [only, ...others] = Object.entries(value);
  if (only !== undefined && others.length === 0 && isIntrinsic(only[0])) {
    const resolved = callIntrinsic(only[0], only[1], references);
    return typeof resolved === 'string' ? references.localise(resolved) : resolved;
  }
  const resolved = Object.entries(value).map(([key, item]) => [key, resolveIntrinsics(item, references)] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== noValue));
}

function callIntrinsic(name: string, argument: unknown, references: References): unknown {
  switch (name) {
    case 'Ref':
      return references.ref(asText(argument, name));
    case 'Fn::GetAtt':
      return getAttribute(argument, references);
    case 'Fn::Join':
      return join(argument, references);
    case 'Fn::Sub':
      return substitute(argument, references);
    case 'Fn::Select':
      return select(argument, references);
    case 'Fn::Split': {
      const [separator, text] = asPair(argument, name);
      return asText(resolveIntrinsics(text, references), name).split(asText(separator, name));
    }
    default:
      throw new Error(`The template uses ${name}, an intrinsic function that the local runner doesn't support.`);
  }
}

function getAttribute(argument: unknown, references: References): string {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    return references.attribute(argument.slice(0, dot), argument.slice(dot + 1));
  }
  const [logicalId, attribute] = asPair(argument, 'Fn::GetAtt');
  return references.attribute(asText(logicalId, 'Fn::GetAtt'), asText(attribute, 'Fn::GetAtt'));
}

function join(argument: unknown, references: References): string {
  const [separator, parts] = asPair(argument, 'Fn::Join');
  const resolved = resolveIntrinsics(parts, references);
  if (!Array.isArray(resolved)) throw new Error('Fn::Join needs a list of parts.');
  return resolved.map((part) => asText(part, 'Fn::Join')).join(asText(separator, 'Fn::Join'));
}

function substitute(argument: unknown, references: References): string {
  const [text, variables] = typeof argument === 'string' ? [argument, {}] : asPair(argument, 'Fn::Sub');
  if (!isRecord(variables)) throw new Error('Fn::Sub needs its variables as an object.');
  return asText(text, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    // `${!Name}` is CloudFormation's way to write a literal `${Name}`.
    if (literal !== '') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return asText(resolveIntrinsics(variables[name], references), 'Fn::Sub');
    return asText(name.includes('.') ? getAttribute(name, references) : references.ref(name), 'Fn::Sub');
  });
}

function select(argument: unknown, references: References): unknown {
  const [index, list] = asPair(argument, 'Fn::Select');
  const resolved = resolveIntrinsics(list, references);
  const position = Number(resolveIntrinsics(index, references));
  if (!Array.isArray(resolved) || !(position in resolved)) throw new Error(`Fn::Select has no entry at ${position}.`);
  return resolved[position];
}

function refuseDynamicReference(text: string): string {
  if (!text.includes('{{resolve:')) return text;
  throw new Error(`The template has the dynamic reference ${text}, which the local runner doesn't support.`);
}

function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asPair(argument: unknown, name: string): [unknown, unknown] {
  if (Array.isArray(argument) && argument.length === 2) return [argument[0], argument[1]];
  throw new Error(`${name} needs two arguments.`);
}

function asText(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${name} needs text, not ${JSON.stringify(value) ?? String(value)}.`);
}
