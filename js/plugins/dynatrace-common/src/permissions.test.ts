import { dynatracePermissions } from './permissions';

describe('dynatracePermissions', () => {
  it('guards cards by the catalog entity they belong to', () => {
    expect(dynatracePermissions).toContainEqual({
      type: 'resource',
      name: 'dynatrace.card.read',
      attributes: { action: 'read' },
      resourceType: 'catalog-entity',
    });
  });

  it('lets the fields of templates ask without an entity', () => {
    expect(dynatracePermissions.filter(({ type }) => type === 'basic')).toEqual(
      [
        {
          type: 'basic',
          name: 'dynatrace.guardian.read',
          attributes: { action: 'read' },
        },
        {
          type: 'basic',
          name: 'dynatrace.dql.check',
          attributes: { action: 'read' },
        },
      ],
    );
  });
});
