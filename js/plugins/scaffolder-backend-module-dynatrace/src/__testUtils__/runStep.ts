import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { TemplateAction } from '@backstage/plugin-scaffolder-node';

/**
 * Runs a step as a task does, with checkpoints that last from one run of the task to the next.
 */
export function runStep(
  action: TemplateAction<any, any, any>,
  input: object,
  options: {
    workspacePath: string;
    isDryRun?: boolean;
    signal?: AbortSignal;
    checkpoints?: Map<string, any>;
  },
): Promise<Record<string, any>> {
  const { checkpoints = new Map(), ...rest } = options;
  const outputs: Record<string, any> = {};
  const context = {
    ...createMockActionContext({ input: input as any, ...rest }),
    ...rest,
    user: { ref: 'user:default/ada' },
    output: (name: string, value: unknown) => {
      outputs[name] = value;
    },
    checkpoint: async ({ key, fn }: { key: string; fn: () => Promise<any> }) => {
      if (!checkpoints.has(key)) {
        checkpoints.set(key, await fn());
      }
      return checkpoints.get(key);
    },
  };
  return Promise.resolve(action.handler(context as any)).then(() => outputs);
}
