//! Models: small shared records such as settings, each a plain struct that says its name. A change is found by
//! comparing, recorded as one technical event, synced, merged field by field, and kept with its history, without a
//! further line for the model.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use shared_events::model::Model;
//!
//! /// Whom to call.
//! #[derive(Default, Serialize, Deserialize)]
//! #[serde(default)]
//! struct Contact {
//!     name: String,
//!     phone: Option<String>,
//! }
//!
//! impl Model for Contact {
//!     const NAME: &'static str = "contact";
//! }
//! ```
//!
//! Fields are scalars, structs, and maps keyed by id; no lists, whose places mean something else on each device. A later
//! build adds fields that have a default; what a build does not know of a model stays as it is when it saves its own.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    content::Entity,
    events::{FieldChange, ModelChanged},
    fields::{Writes, of_model},
    ids::Hash,
    json,
    scalar::{NotAScalar, Scalar},
    sorted::SortedMap,
    state::State,
};

/// A shared record that changes as a whole and is kept by field.
pub trait Model: Serialize + DeserializeOwned {
    /// Its name, which never changes: lower-case letters, digits and `_`.
    const NAME: &'static str;
}

/// A model that cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{model}: {field}: {reason}")]
#[allow(missing_docs)]
pub struct ModelError {
    pub model: &'static str,
    /// The field's path.
    pub field: String,
    pub reason: NotAScalar,
}

/// The values of a model's fields by their paths, as they hold.
type Fields = SortedMap<String, Scalar>;

/// The model as it holds. Of fields that people disagree about the last in fold order is shown meanwhile
/// ([`crate::fields::conflicts`]). `None`: nothing is known, or not all that it must have.
#[must_use]
pub fn read<M: Model>(state: &State) -> Option<M> {
    let (fields, _) = fields(state, &Entity::Model(M::NAME.to_owned()));
    of_fields(&fields)
}

fn of_fields<M: Model>(fields: &Fields) -> Option<M> {
    let mut kept: Vec<_> = fields.iter().collect();
    from_fields(&kept).or_else(|| {
        // What a field holds that this build cannot read is left out; the others count.
        kept.clear();
        for field in fields.iter() {
            kept.push(field);
            if from_fields::<M>(&kept).is_none() {
                kept.pop();
            }
        }
        from_fields(&kept)
    })
}

fn from_fields<M: Model>(fields: &[(&String, &Scalar)]) -> Option<M> {
    json::from_str(&to_json(fields)).ok()
}

/// The values that are shown, and which events last wrote each field: what a change of it has seen.
fn fields(state: &State, entity: &Entity) -> (Fields, SortedMap<String, Vec<Hash>>) {
    let (mut shown, mut seen) = (Fields::new(), SortedMap::new());
    for (field, heads) in Writes::of(state, entity, of_model).heads() {
        let value = heads.last().map(|write| write.value).filter(|value| !value.is_nothing());
        if let Some(value) = value {
            shown.insert(field.to_owned(), value.clone());
        }
        seen.insert(field.to_owned(), heads.iter().map(|write| write.hash).collect());
    }
    (shown, seen)
}

/// What has to be recorded so that the model is shown so; `None`: it is already. A field that people disagree about and
/// that stays as it is shown is left alone: which value holds is a question of its own ([`crate::fields::Conflict::keep`]).
///
/// # Errors
/// A field that is a list or a fraction.
pub fn change<M: Model>(state: &State, new: &M) -> Result<Option<ModelChanged>, ModelError> {
    let (kept, seen) = fields(state, &Entity::Model(M::NAME.to_owned()));
    let known = of_fields::<M>(&kept).map_or_else(|| Ok(Fields::new()), |known| flat(&known))?;
    let new = flat(new)?;
    let mut changed = SortedMap::new();
    let mut write = |field: &String, to: Scalar| {
        let after = seen.get(field).cloned().unwrap_or_default();
        changed.insert(field.clone(), FieldChange { to, after });
    };
    for (field, value) in new.iter() {
        // A default that nobody wrote is not written either, as long as it stays one.
        let holds = kept.get(field).or_else(|| known.get(field)) == Some(value);
        if !holds {
            write(field, value.clone());
        }
    }
    for (field, _) in known.iter().filter(|(field, _)| !new.contains_key(*field)) {
        write(field, Scalar::nothing());
    }
    let is_same = changed.is_empty();
    Ok((!is_same).then(|| ModelChanged { model: M::NAME.to_owned(), fields: changed }))
}

/// A model's fields by their paths. What is nothing has no field.
fn flat<M: Model>(model: &M) -> Result<Fields, ModelError> {
    let mut fields = Fields::new();
    let error = |field: &str, reason| ModelError { model: M::NAME, field: field.to_owned(), reason };
    let value = serde_json::to_value(model).map_err(|_| error("", NotAScalar))?;
    if !value.is_object() {
        return Err(error("", NotAScalar));
    }
    flatten("", &value, &mut fields).map_err(|field| error(&field, NotAScalar))?;
    Ok(fields)
}

fn flatten(path: &str, value: &Value, fields: &mut Fields) -> Result<(), String> {
    match value {
        Value::Null => {}
        Value::Object(parts) => {
            for (name, part) in parts {
                let name = name.replace('~', "~0").replace('/', "~1");
                let path = if path.is_empty() { name } else { format!("{path}/{name}") };
                flatten(&path, part, fields)?;
            }
        }
        scalar => {
            let scalar = Scalar::try_from(scalar).map_err(|_| path.to_owned())?;
            fields.insert(path.to_owned(), scalar);
        }
    }
    Ok(())
}

/// The JSON object of fields, which are sorted by their paths, so that parts of one thing follow each other.
fn to_json(fields: &[(&String, &Scalar)]) -> String {
    let mut json = String::from("{");
    let mut open: Vec<&str> = Vec::new();
    let mut is_first = true;
    for (path, value) in fields {
        let mut names: Vec<&str> = path.split('/').collect();
        let Some(last) = names.pop() else { continue };
        let common = open.iter().zip(&names).take_while(|(a, b)| a == b).count();
        for _ in common..open.len() {
            json.push('}');
            is_first = false;
        }
        open.truncate(common);
        for name in names.drain(common..) {
            separate(&mut json, &mut is_first);
            write_name(&mut json, name);
            json.push('{');
            is_first = true;
            open.push(name);
        }
        separate(&mut json, &mut is_first);
        write_name(&mut json, last);
        json.push_str(value.as_json());
    }
    json.extend(open.iter().map(|_| '}'));
    json.push('}');
    json
}

fn separate(json: &mut String, is_first: &mut bool) {
    if !std::mem::replace(is_first, false) {
        json.push(',');
    }
}

fn write_name(json: &mut String, name: &str) {
    let mut parts = name.split('~');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push(if part.starts_with('1') { '/' } else { '~' });
        plain.extend(part.chars().skip(1));
    }
    json.push_str(Scalar::from(plain.as_str()).as_json());
    json.push(':');
}
