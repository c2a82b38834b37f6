//! OpenAPI 3.1 from the declared kinds: what the API accepts and answers is what the declaration says. The few paths
//! that are no kind's are in `house`.

mod house;

use kernel::Registry;
use kernel::record::{Field, FieldKind, Form, Kind, PAGE_SIZES, Verb};
use serde_json::{Map, Value as Json, json};

/// The whole document, in a stable order.
pub fn document(registry: &Registry, public_url: &str) -> Json {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for kind in registry.kinds() {
        schemas.insert(kind.id.into(), answered(kind));
        schemas.insert(format!("{}_input", kind.id), sent(kind, false));
        let base = crate::kit::api_path(kind);
        paths.insert(base.clone(), collection(kind));
        paths.insert(format!("{base}/{{id}}"), single(kind));
        if kind.edit.is_some() {
            schemas.insert(format!("{}_change", kind.id), sent(kind, true));
        }
        for verb in kind.verbs.iter().filter(|verb| !verb.is_elsewhere) {
            paths.insert(format!("{base}/{{id}}/{}", verb.id), act(kind, verb));
        }
    }
    paths.extend(house::paths());
    schemas.extend(house::schemas());
    schemas.insert("error".into(), error());
    let refused = json!({
        "description": "Hata: tür, açıklama, alan alan nedenler, başvuru numarası",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/error" } } }
    });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Belde", "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" } },
        "servers": [{ "url": public_url }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "responses": { "refused": refused }
        }
    })
}

fn error() -> Json {
    let text = || json!({ "type": "string" });
    let violation = json!({
        "type": "object",
        "properties": { "code": text(), "field": text(), "text": text() },
        "required": ["code", "field", "text"]
    });
    let error = json!({
        "type": "object",
        "properties": {
            "kind": text(),
            "message": text(),
            "violations": { "type": "array", "items": violation },
            "request": { "type": ["string", "null"] }
        },
        "required": ["kind", "message", "violations", "request"]
    });
    json!({ "type": "object", "properties": { "error": error }, "required": ["error"] })
}

/// A record as it is answered: every field is there, and what need not be filled may be null or empty.
fn answered(kind: &Kind) -> Json {
    let mut properties = Map::new();
    properties.insert("id".into(), json!({ "type": "string", "format": "uuid" }));
    // What nobody writes through this kind comes from all of the product, and from versions before and after this one.
    let is_log = kind.create.is_none() && kind.edit.is_none();
    for field in &kind.fields {
        let shown = match field.kind {
            FieldKind::Choice(_) if is_log => json!({ "type": ["string", "null"], "title": field.label_tr }),
            _ => may_be_null(field),
        };
        properties.insert(field.name.into(), shown);
    }
    if kind.is_versioned {
        properties.insert("version".into(), json!({ "type": "integer" }));
    }
    let required: Vec<&String> = properties.keys().collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

/// A record as it is sent; a change is partial and names the version that was read.
fn sent(kind: &Kind, is_change: bool) -> Json {
    let fields: Vec<&Field> =
        kind.fields.iter().filter(|field| !matches!(field.form, Form::Never | Form::Import)).collect();
    let mut properties = Map::new();
    for field in &fields {
        let shown = if field.is_required { property(field) } else { may_be_null(field) };
        properties.insert(field.name.into(), shown);
    }
    let required: Vec<&str> = if is_change {
        properties.insert("version".into(), json!({ "type": "integer" }));
        if crate::kit::takes_reason(kind) {
            properties.insert("reason".into(), why(kind));
        }
        vec!["version"]
    } else {
        let asked = fields.iter().filter(|field| field.is_required && field.default.is_none());
        asked.map(|field| field.name).collect()
    };
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Why something that is written down is corrected: asked for where one of these becomes different.
fn why(kind: &Kind) -> Json {
    let labels =
        kind.reasoned.iter().filter_map(|name| Some(format!("{} ({name})", kind.field(name)?.label_tr)));
    let labels = labels.collect::<Vec<_>>().join(", ");
    json!({
        "type": "string", "maxLength": 2_000, "title": "Düzeltmenin gerekçesi",
        "description": format!("Bunlardan biri değişiyorsa gereklidir: {labels}."),
    })
}

/// The property, or null, or for texts nothing.
fn may_be_null(field: &Field) -> Json {
    if field.is_required {
        return property(field);
    }
    let nothing = match field.kind {
        FieldKind::Email | FieldKind::Phone | FieldKind::Tckn => {
            json!({ "type": ["string", "null"], "maxLength": 0 })
        }
        _ => json!({ "type": "null" }),
    };
    json!({ "anyOf": [property(field), nothing], "title": field.label_tr })
}

fn property(field: &Field) -> Json {
    let mut json = match field.kind {
        FieldKind::Text { max_length } | FieldKind::LongText { max_length } => {
            let least = if field.is_required { 1 } else { 0 };
            json!({ "type": "string", "minLength": least, "maxLength": max_length })
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

fn body(kind: &Kind, what: &str) -> Json {
    let schema = json!({ "$ref": format!("#/components/schemas/{}_{what}", kind.id) });
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

fn refused() -> Json {
    json!({ "$ref": "#/components/responses/refused" })
}

fn query(name: impl Into<String>, schema: Json, description: &str) -> Json {
    json!({ "name": name.into(), "in": "query", "schema": schema, "description": description })
}

fn collection(kind: &Kind) -> Json {
    let text = || json!({ "type": "string" });
    let sorted = kind.fields.iter().filter(|field| field.sort.is_some());
    let sorts: Vec<String> =
        sorted.flat_map(|field| [field.name.to_string(), format!("-{}", field.name)]).collect();
    let mut parameters = vec![
        query("sirala", json!({ "type": "string", "enum": sorts }), "alan adı; - ile azalan"),
        query("sonra", text(), "önceki yanıttaki next"),
        query("boy", json!({ "type": "integer", "enum": PAGE_SIZES }), "sayfadaki kayıt sayısı"),
    ];
    if kind.is_searchable() {
        parameters.push(query("ara", text(), "sözcük başları"));
    }
    for field in kind.fields.iter().filter(|field| field.is_filter) {
        match field.kind {
            FieldKind::Day | FieldKind::Instant => {
                let day = || json!({ "type": "string", "format": "date" });
                parameters.push(query(format!("{}_bas", field.name), day(), "bu günden"));
                parameters.push(query(format!("{}_son", field.name), day(), "bu güne"));
            }
            FieldKind::Choice(_) | FieldKind::Reference(_) => {
                parameters.push(query(field.name, property(field), field.label_tr));
            }
            FieldKind::Bool => {
                let answers = json!({ "type": "string", "enum": ["evet", "hayir"] });
                parameters.push(query(field.name, answers, field.label_tr));
            }
            _ => parameters.push(query(field.name, text(), field.label_tr)),
        }
    }
    let items = json!({ "type": "array", "items": { "$ref": format!("#/components/schemas/{}", kind.id) } });
    let page = json!({
        "type": "object",
        "properties": { "items": items, "next": { "type": ["string", "null"] } },
        "required": ["items", "next"]
    });
    let mut json = json!({ "get": {
        "summary": kind.plural_tr, "operationId": format!("list_{}", kind.id), "parameters": parameters, "x-permission": kind.view,
        "responses": { "200": { "description": kind.plural_tr, "content": { "application/json": { "schema": page } } }, "default": refused() }
    }});
    if let Some(permission) = kind.create.filter(|_| kind.has_form) {
        json["post"] = json!({
            "summary": format!("Yeni {}", kind.name_tr), "operationId": format!("create_{}", kind.id), "x-permission": permission,
            "requestBody": body(kind, "input"), "responses": { "201": answer(kind), "default": refused() }
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
            "requestBody": body(kind, "change"), "responses": { "200": answer(kind), "default": refused() }
        });
    }
    json
}

/// One row of the state table.
fn act(kind: &Kind, verb: &Verb) -> Json {
    let least = i64::from(verb.needs_reason);
    let mut said = json!({ "type": "object", "properties": { "reason": { "type": "string", "minLength": least, "maxLength": 2_000 } } });
    if verb.signer.is_some() {
        let (width, height) = kernel::record::SHEET;
        said["properties"]["signature"] = json!({
            "type": "string", "example": "20,150 90,40 160,150;300,100 420,90",
            "description": format!("Çizilen imza: {width} × {height} birimlik kutuda x,y noktaları; çizgiler noktalı virgülle ayrılır."),
        });
    }
    let required: Vec<&str> = [(verb.needs_reason, "reason"), (verb.signer.is_some(), "signature")]
        .into_iter()
        .filter_map(|(is_needed, name)| is_needed.then_some(name))
        .collect();
    if !required.is_empty() {
        said["required"] = json!(required);
    }
    json!({ "parameters": [id_parameter()], "post": {
        "summary": format!("{}: {}", kind.name_tr, verb.label_tr),
        "operationId": format!("{}_{}", kind.id, verb.id.replace('-', "_")), "x-permission": verb.permission,
        "requestBody": { "required": !required.is_empty(), "content": { "application/json": { "schema": said } } },
        "responses": { "200": answer(kind), "default": refused() }
    }})
}
