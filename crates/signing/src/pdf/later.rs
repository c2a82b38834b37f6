//! What was appended to a PDF after a signature: further signatures and validation data are in order,
//! anything else that changes what the signer saw is not.

use lopdf::{Dictionary, Document, Object};

use super::{array, dictionary, load};
use crate::report::Finding;

/// Compares the file as it was signed with what it is now.
pub(super) fn judge(signed: &[u8], now: &Document) -> Finding {
    let Ok(then) = load(signed) else {
        let text = "İmzadan sonra dosyaya ekleme yapılmış; imzalanan hâli ayrı okunamadığından eklenenler denetlenemedi.";
        return Finding::doubt("changed-later", text);
    };
    let described = then.trailer.get(b"Info").and_then(Object::as_reference).ok();
    let is_harmless = then.objects.iter().all(|(id, old)| match now.objects.get(id) {
        Some(new) if new == old => true,
        // Title and dates beside the document: programs renew them with every update.
        Some(_) if described == Some(*id) => true,
        Some(new) => is_allowed(&then, now, old, new) || is_bookkeeping(old),
        None => is_bookkeeping(old),
    });
    let is_same_root = then.trailer.get(b"Root").ok() == now.trailer.get(b"Root").ok();
    if is_harmless && is_same_root {
        let text = "İmzadan sonra dosyaya yalnız yeni imza ya da doğrulama bilgisi eklenmiş.";
        Finding::note("extended-later", text)
    } else {
        let text = "Dosya imzadan sonra değiştirilmiş: bu imza, dosyanın şimdiki görünümünü kapsamıyor.";
        Finding::doubt("changed-later", text)
    }
}

/// Tables of objects and descriptions (XMP) are rewritten by updates; they show nothing on a page.
fn is_bookkeeping(object: &Object) -> bool {
    let kinds: [&[u8]; 3] = [b"XRef", b"ObjStm", b"Metadata"];
    object.as_stream().is_ok_and(|stream| kinds.iter().any(|kind| stream.dict.has_type(kind)))
}

fn is_allowed(then: &Document, now: &Document, old: &Object, new: &Object) -> bool {
    let (Ok(old), Ok(new)) = (old.as_dict(), new.as_dict()) else {
        return is_list_of_signatures(then, now, old, new);
    };
    if old.has_type(b"Catalog") {
        return is_same_but(old, new, &[b"DSS", b"AcroForm", b"Extensions"])
            && form_only_grew(then, now, old, new);
    }
    if old.has_type(b"Page") {
        return is_same_but(old, new, &[b"Annots"]) && only_signatures_added(then, now, old, new, b"Annots");
    }
    if old.has(b"Fields") {
        return is_same_but(old, new, &[b"Fields", b"SigFlags"])
            && only_signatures_added(then, now, old, new, b"Fields");
    }
    // The store of validation data may grow.
    let is_store = [&b"Certs"[..], b"CRLs", b"OCSPs", b"VRI"].iter().any(|key| old.has(key));
    is_store && is_same_but(old, new, &[b"Certs", b"CRLs", b"OCSPs", b"VRI"])
}

/// Lists of annotations and fields may be objects of their own.
fn is_list_of_signatures(then: &Document, now: &Document, old: &Object, new: &Object) -> bool {
    let (Some(old), Some(new)) = (array(then, old), array(now, new)) else { return false };
    are_signatures_added(now, old, new)
}

fn is_same_but(old: &Dictionary, new: &Dictionary, keys: &[&[u8]]) -> bool {
    let others = |one: &Dictionary| {
        let mut one = one.clone();
        keys.iter().for_each(|key| {
            one.remove(key);
        });
        one
    };
    let (old, new) = (others(old), others(new));
    old.len() == new.len() && old.iter().all(|(key, value)| new.get(key).is_ok_and(|other| other == value))
}

fn form_only_grew(then: &Document, now: &Document, old: &Dictionary, new: &Dictionary) -> bool {
    let form = |document, catalog: &Dictionary| {
        let form = catalog.get(b"AcroForm").ok().cloned();
        form.and_then(|form| dictionary(document, &form).cloned()).unwrap_or_default()
    };
    let (old, new) = (form(then, old), form(now, new));
    is_same_but(&old, &new, &[b"Fields", b"SigFlags"])
        && only_signatures_added(then, now, &old, &new, b"Fields")
}

fn only_signatures_added(
    then: &Document,
    now: &Document,
    old: &Dictionary,
    new: &Dictionary,
    key: &[u8],
) -> bool {
    let list = |document, holder: &Dictionary| {
        let list = holder.get(key).ok().cloned();
        list.and_then(|list| array(document, &list).cloned()).unwrap_or_default()
    };
    are_signatures_added(now, &list(then, old), &list(now, new))
}

/// Everything old is still there and everything new is the field of a signature.
fn are_signatures_added(now: &Document, old: &[Object], new: &[Object]) -> bool {
    let is_signature = |one: &Object| {
        let field = dictionary(now, one);
        field.is_some_and(|field| {
            let is = |key: &[u8], name: &[u8]| {
                field.get(key).and_then(Object::as_name).is_ok_and(|own| own == name)
            };
            is(b"FT", b"Sig") && (!field.has(b"Subtype") || is(b"Subtype", b"Widget"))
        })
    };
    old.iter().all(|one| new.contains(one)) && new.iter().filter(|one| !old.contains(one)).all(is_signature)
}
