//! Entity ↔ JSON.
//!
//! Each reader walks the fields of one object, takes those it knows and puts all others into `other`. A known
//! field that is `null` or empty says nothing to its typed place, so it goes there too and is written back as it
//! was.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Entity, InvalidEntity, Link, Metadata, Relation};
use crate::entity_ref::{kind_fault, namespace_fault};
use crate::excerpt::quoted;

type Fields = Map<String, Value>;

pub(super) fn read(value: Value) -> Result<Entity, InvalidEntity> {
    let (mut api_version, mut kind, mut metadata) = (None, None, None);
    let (mut spec, mut relations, mut other) = (None, Vec::new(), Fields::new());
    for (key, value) in object("", value)? {
        match key.as_str() {
            "apiVersion" => api_version = Some(non_empty_text("apiVersion", value)?),
            "kind" => {
                let text = non_empty_text("kind", value)?;
                refuse("kind", kind_fault(&text))?;
                kind = Some(text);
            }
            "metadata" => metadata = Some(read_metadata(value)?),
            _ if value.is_null() => drop(other.insert(key, value)),
            "spec" => spec = Some(object("spec", value)?),
            "relations" if !is_empty_list(&value) => {
                relations = each(array("relations", value)?, "relations", read_relation)?;
            }
            _ => drop(other.insert(key, value)),
        }
    }
    Ok(Entity {
        api_version: required("apiVersion", api_version)?,
        kind: required("kind", kind)?,
        metadata: required("metadata", metadata)?,
        spec,
        relations,
        other,
    })
}

fn read_metadata(value: Value) -> Result<Metadata, InvalidEntity> {
    let mut metadata = Metadata::default();
    let mut name = None;
    for (key, value) in object("metadata", value)? {
        let path = format!("metadata.{key}");
        match key.as_str() {
            "name" => name = Some(non_empty_text(&path, value)?),
            _ if value.is_null() => drop(metadata.other.insert(key, value)),
            "namespace" => {
                let namespace = non_empty_text(&path, value)?;
                refuse(&path, namespace_fault(&namespace))?;
                metadata.namespace = Some(namespace);
            }
            "title" => metadata.title = Some(text(&path, value)?),
            "description" => metadata.description = Some(text(&path, value)?),
            "labels" if !is_empty_object(&value) => metadata.labels = text_by_key(&path, value)?,
            "annotations" if !is_empty_object(&value) => metadata.annotations = text_by_key(&path, value)?,
            "tags" if !is_empty_list(&value) => {
                metadata.tags = each(array(&path, value)?, &path, non_empty_text)?;
            }
            "links" if !is_empty_list(&value) => {
                metadata.links = each(array(&path, value)?, &path, read_link)?
            }
            "uid" => metadata.uid = Some(non_empty_text(&path, value)?),
            "etag" => metadata.etag = Some(non_empty_text(&path, value)?),
            _ => drop(metadata.other.insert(key, value)),
        }
    }
    metadata.name = required("metadata.name", name)?;
    Ok(metadata)
}

fn read_link(path: &str, value: Value) -> Result<Link, InvalidEntity> {
    let mut link = Link::default();
    let mut url = None;
    for (key, value) in object(path, value)? {
        let path = format!("{path}.{key}");
        match key.as_str() {
            "url" => url = Some(non_empty_text(&path, value)?),
            _ if value.is_null() => drop(link.other.insert(key, value)),
            "title" => link.title = Some(text(&path, value)?),
            "icon" => link.icon = Some(text(&path, value)?),
            "type" => link.link_type = Some(text(&path, value)?),
            _ => drop(link.other.insert(key, value)),
        }
    }
    link.url = required(&format!("{path}.url"), url)?;
    Ok(link)
}

fn read_relation(path: &str, value: Value) -> Result<Relation, InvalidEntity> {
    let (mut relation_type, mut target_ref, mut other) = (None, None, Fields::new());
    for (key, value) in object(path, value)? {
        match key.as_str() {
            "type" => relation_type = Some(non_empty_text(&format!("{path}.type"), value)?),
            "targetRef" => target_ref = Some(non_empty_text(&format!("{path}.targetRef"), value)?),
            _ => drop(other.insert(key, value)),
        }
    }
    Ok(Relation {
        relation_type: required(&format!("{path}.type"), relation_type)?,
        target_ref: required(&format!("{path}.targetRef"), target_ref)?,
        other,
    })
}

pub(super) fn write(entity: &Entity) -> Value {
    let mut fields = Fields::new();
    fields.insert("apiVersion".to_owned(), entity.api_version.clone().into());
    fields.insert("kind".to_owned(), entity.kind.clone().into());
    fields.insert("metadata".to_owned(), write_metadata(&entity.metadata));
    if let Some(spec) = &entity.spec {
        fields.insert("spec".to_owned(), spec.clone().into());
    }
    if !entity.relations.is_empty() {
        let relations: Vec<_> = entity.relations.iter().map(write_relation).collect();
        fields.insert("relations".to_owned(), relations.into());
    }
    with_other(fields, &entity.other)
}

fn write_metadata(metadata: &Metadata) -> Value {
    let mut fields = Fields::new();
    fields.insert("name".to_owned(), metadata.name.clone().into());
    for (key, value) in [
        ("namespace", &metadata.namespace),
        ("title", &metadata.title),
        ("description", &metadata.description),
        ("uid", &metadata.uid),
        ("etag", &metadata.etag),
    ] {
        insert_text(&mut fields, key, value.as_ref());
    }
    for (key, texts) in [("labels", &metadata.labels), ("annotations", &metadata.annotations)] {
        if !texts.is_empty() {
            let texts: Fields = texts.iter().map(|(key, text)| (key.clone(), text.clone().into())).collect();
            fields.insert(key.to_owned(), texts.into());
        }
    }
    if !metadata.tags.is_empty() {
        fields.insert("tags".to_owned(), metadata.tags.clone().into());
    }
    if !metadata.links.is_empty() {
        let links: Vec<_> = metadata.links.iter().map(write_link).collect();
        fields.insert("links".to_owned(), links.into());
    }
    with_other(fields, &metadata.other)
}

fn write_link(link: &Link) -> Value {
    let mut fields = Fields::new();
    fields.insert("url".to_owned(), link.url.clone().into());
    insert_text(&mut fields, "title", link.title.as_ref());
    insert_text(&mut fields, "icon", link.icon.as_ref());
    insert_text(&mut fields, "type", link.link_type.as_ref());
    with_other(fields, &link.other)
}

fn write_relation(relation: &Relation) -> Value {
    let mut fields = Fields::new();
    fields.insert("type".to_owned(), relation.relation_type.clone().into());
    fields.insert("targetRef".to_owned(), relation.target_ref.clone().into());
    with_other(fields, &relation.other)
}

fn insert_text(fields: &mut Fields, key: &str, text: Option<&String>) {
    if let Some(text) = text {
        fields.insert(key.to_owned(), text.clone().into());
    }
}

/// Adds the fields that have no typed place; where both have a field, the typed one is the newer.
fn with_other(mut fields: Fields, other: &Fields) -> Value {
    for (key, value) in other {
        fields.entry(key).or_insert_with(|| value.clone());
    }
    fields.into()
}

fn required<T>(path: &str, value: Option<T>) -> Result<T, InvalidEntity> {
    value.ok_or_else(|| invalid(path, "is missing".to_owned()))
}

fn object(path: &str, value: Value) -> Result<Fields, InvalidEntity> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(must_be(path, "an object", &other)),
    }
}

fn array(path: &str, value: Value) -> Result<Vec<Value>, InvalidEntity> {
    match value {
        Value::Array(items) => Ok(items),
        other => Err(must_be(path, "an array", &other)),
    }
}

fn text(path: &str, value: Value) -> Result<String, InvalidEntity> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(must_be(path, "a string", &other)),
    }
}

fn non_empty_text(path: &str, value: Value) -> Result<String, InvalidEntity> {
    match value {
        Value::String(text) if !text.is_empty() => Ok(text),
        other => Err(must_be(path, "a string that is not empty", &other)),
    }
}

fn text_by_key(path: &str, value: Value) -> Result<BTreeMap<String, String>, InvalidEntity> {
    let read = |(key, value): (String, Value)| {
        let text = text(&format!("{path}[{}]", Value::from(key.as_str())), value)?;
        Ok((key, text))
    };
    object(path, value)?.into_iter().map(read).collect()
}

fn each<T>(
    items: Vec<Value>,
    path: &str,
    read: impl Fn(&str, Value) -> Result<T, InvalidEntity>,
) -> Result<Vec<T>, InvalidEntity> {
    items.into_iter().enumerate().map(|(index, item)| read(&format!("{path}[{index}]"), item)).collect()
}

fn is_empty_object(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

fn is_empty_list(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

fn refuse(path: &str, fault: Option<&'static str>) -> Result<(), InvalidEntity> {
    fault.map_or(Ok(()), |fault| Err(invalid(path, fault.to_owned())))
}

fn must_be(path: &str, expected: &str, found: &Value) -> InvalidEntity {
    let found = match found {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(text) if text.is_empty() => "an empty string".to_owned(),
        Value::String(text) => format!("the string {}", quoted(text)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    invalid(path, format!("must be {expected}, found {found}"))
}

fn invalid(path: &str, fault: String) -> InvalidEntity {
    InvalidEntity { path: path.to_owned(), fault }
}
