import { constructName, readable, type SynthesizedStage } from './synthesized-stage.ts';

/** One statement of a role, in readable pieces. */
export interface StatementLine {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** The condition as JSON, where there is one. */
  readonly condition: string | undefined;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Every statement that a function's role has by the policies attached to it. */
export function statementLines(stage: SynthesizedStage, functionName: string): StatementLine[] {
  const [roleId] =
    stage.ofType('AWS::IAM::Role').find(([id]) => id.startsWith(`${constructName(functionName)}Role`)) ?? [];
  return stage
    .ofType('AWS::IAM::Policy')
    .filter(([, { Roles }]) => Roles.some((role: { readonly Ref: string }) => role.Ref === roleId))
    .flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement as Statement[])
    .map(({ Effect, Action, Resource, Condition }) => ({
      effect: Effect,
      actions: typeof Action === 'string' ? [Action] : Action,
      resources: (Array.isArray(Resource) ? Resource : [Resource]).map(readable),
      condition: Condition === undefined ? undefined : JSON.stringify(Condition),
    }));
}
