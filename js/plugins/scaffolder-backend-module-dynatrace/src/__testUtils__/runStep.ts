import { mockServices } from '@backstage/backend-test-utils';
import { TemplateAction } from '@backstage/plugin-scaffolder-node';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';

/** The checkpoints of a task, as its database keeps them. */
export type Checkpoints = Map<string, string>;

/**
 * Runs a step as a task does, with checkpoints that last from one run of the task to the next.
 *
 * @returns what the step has output
 */
export async function runStep(
  action: TemplateAction<any, any, any>,
  input: object,
  options: {
    workspacePath: string;
    isDryRun?: boolean;
    signal?: AbortSignal;
    checkpoints?: Checkpoints;
    /** Where the outputs go, for those who look at them after a failure */
    outputs?: Record<string, any>;
  },
): Promise<Record<string, any>> {
  const { checkpoints = new Map(), outputs = {}, ...rest } = options;
  await action.handler({
    ...createMockActionContext({ input: input as any, ...rest }),
    ...rest,
    logger: mockServices.logger.mock(),
    user: { ref: 'user:default/ada' },
    output: (name: string, value: unknown) => {
      outputs[name] = value;
    },
    checkpoint: async (step: { key: string; fn: () => Promise<any> }) => {
      if (!checkpoints.has(step.key)) {
        checkpoints.set(step.key, JSON.stringify(await step.fn()));
      }
      return JSON.parse(checkpoints.get(step.key)!);
    },
  } as any);
  return outputs;
}
