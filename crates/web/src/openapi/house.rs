//! What of the API is no kind's: a person's notices and saved views.

use serde_json::{Map, Value as Json, json};

use super::{id_parameter, query, refused};

fn answer(description: &str, schema: Json) -> Json {
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn body(name: &str) -> Json {
    json!({ "required": true, "content": { "application/json": { "schema": reference(name) } } })
}

fn object(properties: Json) -> Json {
    let required: Vec<String> =
        properties.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn list(item: &str, more: Json) -> Json {
    let mut properties = json!({ "items": { "type": "array", "items": reference(item) } });
    if let (Some(all), Some(more)) = (properties.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
    }
    object(properties)
}

pub(super) fn schemas() -> Map<String, Json> {
    let text = || json!({ "type": "string" });
    let or_null = |schema: Json| json!({ "anyOf": [schema, { "type": "null" }] });
    let uuid = || json!({ "type": "string", "format": "uuid" });
    let at = || json!({ "type": "string", "format": "date-time" });
    let audience = || json!({ "type": "string", "enum": ["me", "unit", "all"] });
    let notice = object(json!({
        "id": uuid(), "key": text(), "at": at(), "read_at": or_null(at()), "sentence": text(),
        "more": { "type": "integer", "minimum": 0 },
        "path": or_null(text()), "subject": or_null(object(json!({ "kind": text(), "id": uuid() }))),
    }));
    let view = object(json!({
        "id": uuid(), "kind": text(), "name": text(), "query": text(), "shared_with": audience(),
        "owner": or_null(text()), "is_own": { "type": "boolean" }, "is_default": { "type": "boolean" },
    }));
    let new = json!({
        "type": "object",
        "properties": {
            "kind": text(), "name": { "type": "string", "minLength": 1, "maxLength": 40 },
            "query": { "type": "string", "maxLength": 2_000 }, "shared_with": audience(),
        },
        "required": ["kind", "name"]
    });
    let change = json!({
        "type": "object", "properties": { "shared_with": audience(), "is_default": { "type": "boolean" } }
    });
    let piece = object(json!({ "text": text(), "is_found": { "type": "boolean" } }));
    let text_hit = object(json!({
        "kind": text(), "id": uuid(), "number": text(), "title": text(),
        "on": or_null(json!({ "type": "string", "format": "date" })), "excerpt": { "type": "array", "items": piece },
    }));
    let all = [
        ("text_hit", text_hit),
        ("notice", notice),
        ("saved_view", view),
        ("saved_view_input", new),
        ("saved_view_change", change),
    ];
    all.into_iter().map(|(name, schema)| (name.to_string(), schema)).collect()
}

pub(super) fn paths() -> Map<String, Json> {
    let operation = |id: &str, summary: &str, status: &str, schema: Json| {
        let mut responses = Map::new();
        responses.insert(status.into(), answer(summary, schema));
        responses.insert("default".into(), refused());
        json!({ "operationId": id, "summary": summary, "responses": responses })
    };
    let count = || json!({ "type": "integer", "minimum": 0 });
    let more = json!({ "next": { "type": ["string", "null"] }, "unread": count() });
    let mut notices = operation("list_notice", "Bildirimler", "200", list("notice", more));
    notices["parameters"] = json!([query("sonra", json!({ "type": "string" }), "önceki yanıttaki next")]);
    let read = operation("read_notice", "Bildirim: okundu say", "200", object(json!({ "read": count() })));
    let mut views = operation("list_saved_view", "Kayıtlı görünümler", "200", list("saved_view", json!({})));
    let mut kind = query("kind", json!({ "type": "string" }), "listenin kayıt türü");
    kind["required"] = true.into();
    views["parameters"] = json!([kind]);
    let mut create = operation("create_saved_view", "Yeni görünüm", "201", reference("saved_view"));
    create["requestBody"] = body("saved_view_input");
    let mut update = operation("update_saved_view", "Görünüm: paylaş, seç", "200", reference("saved_view"));
    update["requestBody"] = body("saved_view_change");
    let removed = object(json!({ "removed": { "type": "string", "format": "uuid" } }));
    let delete = operation("delete_saved_view", "Görünüm: sil", "200", removed);
    let more = json!({
        "total": count(), "counts": { "type": "object", "additionalProperties": count() },
        "state": { "type": "string", "enum": ["ready", "building", "failing"] },
        "next": { "type": ["integer", "null"] },
    });
    let mut texts = operation("search_texts", "Metinlerde ara", "200", list("text_hit", more));
    let day = || json!({ "type": "string", "format": "date" });
    texts["parameters"] = json!([
        query("q", json!({ "type": "string", "maxLength": 200 }), "aranan sözler"),
        query("tur", json!({ "type": "string" }), "kayıt türü"),
        query("tarih_bas", day(), "bu günden"),
        query("tarih_son", day(), "bu güne"),
        query("sirala", json!({ "type": "string", "enum": ["yeni"] }), "verilmezse en uygun önce"),
        query("sayfa", json!({ "type": "integer", "minimum": 1, "maximum": 50 }), "önceki yanıttaki next"),
    ]);
    let all = [
        ("/api/v1/text-search", json!({ "get": texts })),
        ("/api/v1/notice", json!({ "get": notices })),
        ("/api/v1/notice/{id}/read", json!({ "parameters": [id_parameter()], "post": read })),
        ("/api/v1/saved-view", json!({ "get": views, "post": create })),
        ("/api/v1/saved-view/{id}", json!({ "parameters": [id_parameter()], "patch": update })),
        ("/api/v1/saved-view/{id}/delete", json!({ "parameters": [id_parameter()], "post": delete })),
    ];
    all.into_iter().map(|(path, item)| (path.to_string(), item)).collect()
}
