import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';

/** What goes into a `DynatraceEnvironmentPicker` and comes out. */
export const environmentPickerSchema = makeFieldSchema({
  output: z => z.string().describe('The name of the environment'),
});

/** What goes into a `DynatraceGuardianPicker` and comes out. */
export const guardianPickerSchema = makeFieldSchema({
  output: z =>
    z
      .string()
      .describe('The name of the guardian, or its id where names are the same'),
  uiOptions: z =>
    z.object({
      environment: z.string().optional().describe('Name of the environment'),
      environmentField: z
        .string()
        .optional()
        .describe(
          'The field of the template in which the environment is chosen; default `environment`',
        ),
    }),
});

/** What goes into a `DqlField` and comes out. */
export const dqlFieldSchema = makeFieldSchema({
  output: z => z.string().describe('The DQL'),
  uiOptions: z =>
    z.object({
      dialect: z
        .enum(['query', 'snippet', 'template'])
        .optional()
        .describe('How the text is read; default `query`'),
    }),
});
