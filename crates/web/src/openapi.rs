//! OpenAPI 3.1 from the declared kinds: what the API accepts is what the declaration says.

use kernel::Registry;
use kernel::record::{Field, FieldKind, Form, Kind};
use serde_json::{Map, Value as Json, json};

/// The whole document, in a stable order.
pub fn document(registry: &Registry, public_url: &str) -> Json {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for kind in registry.kinds() {
        schemas.insert(kind.id.into(), schema(kind, |_| true));
        schemas.insert(format!("{}_input", kind.id), schema(kind, |field| field.form != Form::Never));
        let base = crate::kit::api_path(kind);
        paths.insert(base.clone(), collection(kind));
        paths.insert(format!("{base}/{{id}}"), single(kind));
        if !kind.verbs.is_empty() {
            paths.insert(format!("{base}/{{id}}/{{verb}}"), verbs(kind));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Belde", "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" } },
        "servers": [{ "url": public_url }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "responses": { "refused": { "description": "Hata: tür, açıklama, alan alan nedenler, başvuru numarası" } }
        }
    })
}

fn schema(kind: &Kind, wanted: impl Fn(&Field) -> bool) -> Json {
    let mut properties = Map::new();
    for field in kind.fields.iter().filter(|field| wanted(field)) {
        properties.insert(field.name.into(), property(field));
    }
    let required: Vec<&str> = kind
        .fields
        .iter()
        .filter(|field| wanted(field) && field.is_required)
        .map(|field| field.name)
        .collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn property(field: &Field) -> Json {
    let mut json = match field.kind {
        FieldKind::Text { max_length } | FieldKind::LongText { max_length } => {
            json!({ "type": "string", "maxLength": max_length })
        }
        FieldKind::Int { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        FieldKind::Money => json!({ "type": "integer", "description": "kuruş" }),
        FieldKind::Bool => json!({ "type": "boolean" }),
        FieldKind::Day => json!({ "type": "string", "format": "date" }),
        FieldKind::Instant => json!({ "type": "string", "format": "date-time" }),
        FieldKind::Choice(choices) => {
            json!({ "type": "string", "enum": choices.iter().map(|one| one.code).collect::<Vec<_>>() })
        }
        FieldKind::Reference(kind) => json!({ "type": "string", "format": "uuid", "x-kind": kind }),
        FieldKind::Email => json!({ "type": "string", "format": "email" }),
        FieldKind::Phone | FieldKind::Tckn => json!({ "type": "string" }),
    };
    json["title"] = field.label_tr.into();
    json
}

fn answer(kind: &Kind) -> Json {
    let schema = json!({ "$ref": format!("#/components/schemas/{}", kind.id) });
    json!({ "description": kind.name_tr, "content": { "application/json": { "schema": schema } } })
}

fn body(kind: &Kind) -> Json {
    let schema = json!({ "$ref": format!("#/components/schemas/{}_input", kind.id) });
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

fn refused() -> Json {
    json!({ "$ref": "#/components/responses/refused" })
}

fn collection(kind: &Kind) -> Json {
    let query = |name: String, description: &str| json!({ "name": name, "in": "query", "schema": { "type": "string" }, "description": description });
    let mut parameters = vec![
        query("sirala".into(), "alan adı; - ile azalan"),
        query("sonra".into(), "önceki yanıttaki next"),
        query("boy".into(), "25, 50 ya da 100"),
    ];
    if kind.is_searchable() {
        parameters.push(query("ara".into(), "sözcük başları"));
    }
    for field in kind.fields.iter().filter(|field| field.is_filter) {
        if matches!(field.kind, FieldKind::Day | FieldKind::Instant) {
            parameters.push(query(format!("{}_bas", field.name), "bu günden"));
            parameters.push(query(format!("{}_son", field.name), "bu güne"));
        } else {
            parameters.push(query(field.name.into(), field.label_tr));
        }
    }
    let items = json!({ "type": "array", "items": { "$ref": format!("#/components/schemas/{}", kind.id) } });
    let page =
        json!({ "type": "object", "properties": { "items": items, "next": { "type": ["string", "null"] } } });
    let mut json = json!({ "get": {
        "summary": kind.plural_tr, "operationId": format!("list_{}", kind.id), "parameters": parameters, "x-permission": kind.view,
        "responses": { "200": { "description": kind.plural_tr, "content": { "application/json": { "schema": page } } }, "default": refused() }
    }});
    if let Some(permission) = kind.create.filter(|_| kind.has_form) {
        json["post"] = json!({
            "summary": format!("Yeni {}", kind.name_tr), "operationId": format!("create_{}", kind.id), "x-permission": permission,
            "requestBody": body(kind), "responses": { "201": answer(kind), "default": refused() }
        });
    }
    json
}

fn id_parameter() -> Json {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } })
}

fn single(kind: &Kind) -> Json {
    let mut json = json!({ "parameters": [id_parameter()], "get": {
        "summary": kind.name_tr, "operationId": format!("get_{}", kind.id), "x-permission": kind.view,
        "responses": { "200": answer(kind), "default": refused() }
    }});
    if let Some(permission) = kind.edit {
        json["patch"] = json!({
            "summary": format!("{}: değiştir", kind.name_tr), "operationId": format!("update_{}", kind.id), "x-permission": permission,
            "requestBody": body(kind), "responses": { "200": answer(kind), "default": refused() }
        });
    }
    json
}

fn verbs(kind: &Kind) -> Json {
    let verb = json!({ "name": "verb", "in": "path", "required": true, "schema": { "type": "string", "enum": kind.verbs.iter().map(|one| one.id).collect::<Vec<_>>() } });
    let reason = json!({ "type": "object", "properties": { "reason": { "type": "string" } } });
    json!({ "parameters": [id_parameter(), verb], "post": {
        "summary": format!("{}: işlem", kind.name_tr), "operationId": format!("act_on_{}", kind.id),
        "requestBody": { "content": { "application/json": { "schema": reason } } },
        "responses": { "200": answer(kind), "default": refused() }
    }})
}
