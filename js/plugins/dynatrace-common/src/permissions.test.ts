import { dynatracePermissions } from './permissions';

describe('dynatracePermissions', () => {
  it('guards cards and queries by the catalog entity they belong to', () => {
    expect(dynatracePermissions).toEqual([
      {
        type: 'resource',
        name: 'dynatrace.card.read',
        attributes: { action: 'read' },
        resourceType: 'catalog-entity',
      },
      {
        type: 'resource',
        name: 'dynatrace.query.catalog',
        attributes: { action: 'read' },
        resourceType: 'catalog-entity',
      },
    ]);
  });
});
