import { dynatracePermissions } from './permissions';

describe('dynatracePermissions', () => {
  it.each(['dynatrace.card.read', 'dynatrace.query.catalog'])(
    'guards by the catalog entity: %s',
    name => {
      expect(dynatracePermissions).toContainEqual({
        type: 'resource',
        name,
        attributes: { action: 'read' },
        resourceType: 'catalog-entity',
      });
    },
  );

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
