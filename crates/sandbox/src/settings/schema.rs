//! What a schema says about its objects.

use serde_json::{Map, Value as Json, json};

use super::validation::{Candidate, Violations};

/// A settings schema.
#[derive(Debug)]
pub(crate) struct Schema {
    /// Such as `builtin:ownership.teams`.
    pub(crate) id: &'static str,
    pub(crate) display_name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) version: &'static str,
    /// How many objects there may be; a schema of one is replaced by every write.
    pub(crate) max_objects: usize,
    pub(crate) value: &'static ObjectType,
    /// What types do not say: rules across properties and objects. It sees only values whose types fit.
    pub(crate) rules: fn(&Candidate<'_>, &mut Violations<'_>),
}

/// The properties of an object in a value.
#[derive(Debug)]
pub(crate) struct ObjectType {
    pub(crate) name: &'static str,
    pub(crate) properties: &'static [Property],
}

/// A property of an object in a value.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether it may be null or absent. Lists and sets may always be absent, which is empty.
    pub(crate) nullable: bool,
    /// It exists only where this other property has one of these values.
    pub(crate) only_if: Option<(&'static str, &'static [&'static str])>,
}

/// The type of a value with its constraints.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Boolean,
    Integer,
    /// With its range, ends included.
    Float(f64, f64),
    /// With the least and the greatest number of characters.
    Text(usize, usize),
    /// With its name and values.
    Enum(&'static str, &'static [&'static str]),
    Object(&'static ObjectType),
    /// With the greatest number of elements.
    List(&'static Kind, usize),
    /// A list without order and without equal elements.
    Set(&'static Kind, usize),
}

impl Property {
    /// A property that has to be there.
    pub(crate) const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, nullable: false, only_if: None }
    }

    /// A property that may be absent.
    pub(crate) const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, nullable: true, only_if: None }
    }

    /// The property, which exists only where another one has one of these values.
    pub(crate) const fn only_if(self, name: &'static str, values: &'static [&'static str]) -> Self {
        Self { only_if: Some((name, values)), ..self }
    }
}

impl Schema {
    /// The schema as an element of `GET …/settings/schemas`.
    pub(crate) fn stub(&self) -> Json {
        json!({
            "schemaId": self.id,
            "displayName": self.display_name,
            "latestSchemaVersion": self.version,
            "multiObject": self.max_objects > 1,
            "ordered": false,
            "ownerBasedAccessControl": false,
            "maturity": "GENERAL_AVAILABILITY",
        })
    }

    /// The schema as `GET …/settings/schemas/{schemaId}` answers it. Source: `SchemaDefinitionRestDto`.
    pub(crate) fn definition(&self) -> Json {
        let mut found = Found::default();
        let properties = found.properties(self.value);
        json!({
            "dynatrace": "1",
            "schemaId": self.id,
            "displayName": self.display_name,
            "description": self.description,
            "version": self.version,
            "multiObject": self.max_objects > 1,
            "maxObjects": self.max_objects,
            "ordered": false,
            "allowedScopes": ["environment"],
            "enums": found.enums,
            "types": found.types,
            "properties": properties,
        })
    }
}

/// The types and enums that a schema's properties refer to.
#[derive(Default)]
struct Found {
    enums: Map<String, Json>,
    types: Map<String, Json>,
}

impl Found {
    fn properties(&mut self, object: &ObjectType) -> Json {
        let properties = object.properties.iter().map(|property| {
            let mut described = self.kind(property.kind);
            if let Json::Object(members) = &mut described {
                members.insert("displayName".into(), property.name.into());
                members.insert("nullable".into(), property.nullable.into());
                if let Some((name, values)) = property.only_if {
                    let precondition = json!({"type": "IN", "property": name, "expectedValues": values});
                    members.insert("precondition".into(), precondition);
                }
            }
            (property.name.to_owned(), described)
        });
        Json::Object(properties.collect())
    }

    fn kind(&mut self, kind: Kind) -> Json {
        match kind {
            Kind::Boolean => json!({"type": "boolean"}),
            Kind::Integer => json!({"type": "integer"}),
            Kind::Float(minimum, maximum) if minimum.is_finite() => json!({
                "type": "float",
                "constraints": [{"type": "RANGE", "minimum": minimum, "maximum": maximum}],
            }),
            Kind::Float(..) => json!({"type": "float"}),
            Kind::Text(shortest, longest) => json!({
                "type": "text",
                "constraints": [{"type": "LENGTH", "minLength": shortest, "maxLength": longest}],
            }),
            Kind::Enum(name, values) => {
                let items: Vec<Json> =
                    values.iter().map(|value| json!({"value": value, "displayName": value})).collect();
                self.enums.insert(name.to_owned(), json!({"type": "enum", "items": items}));
                json!({"type": {"$ref": format!("#/enums/{name}")}})
            }
            Kind::Object(object) => {
                if !self.types.contains_key(object.name) {
                    let properties = self.properties(object);
                    let described = json!({"type": "object", "properties": properties});
                    self.types.insert(object.name.to_owned(), described);
                }
                json!({"type": {"$ref": format!("#/types/{}", object.name)}})
            }
            Kind::List(element, most) => {
                json!({"type": "list", "minObjects": 0, "maxObjects": most, "items": self.kind(*element)})
            }
            Kind::Set(element, most) => {
                json!({"type": "set", "minObjects": 0, "maxObjects": most, "items": self.kind(*element)})
            }
        }
    }
}
