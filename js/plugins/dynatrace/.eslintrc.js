module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  overrides: [
    {
      // Reads the README from disk, which code for browsers must not.
      files: ['src/readme.test.ts'],
      rules: { 'no-restricted-imports': 'off' },
    },
  ],
});
