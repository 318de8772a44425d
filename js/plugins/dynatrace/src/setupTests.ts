import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Long enough for a busy machine: what never comes still fails, only later.
configure({ asyncUtilTimeout: 20_000 });
