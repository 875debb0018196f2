//! Vectors of header texts, odd ones among them, and of texts that must not be taken for what they resemble.

use rivulet_tests::vectors::file::{Bytes, Encoding, EncodingRefusedCase, HeaderCase, HeaderRefusedCase};
use serde_json::{Value, json};
use shared_events::ids::{Hlc, to_base64url};
use shared_events::record;

use crate::people::{PATIENT, PHONE, START_MS, event, key, spki};

/// A header's text with these parts before and after the usual fields.
fn header_text(kind: &str, class: &str, more: &str) -> String {
    let (id, key, body) = (event(1), record::key_id(&key()), record::body_hash(b"a body"));
    format!(
        "{{\"f\":1,\"id\":\"{id}\",\"patient\":\"{PATIENT}\",\"device\":\"22222222-2222-4222-9222-222222222222\",\
         \"type\":\"{kind}\",\"version\":\"2026-11-21\",\"class\":\"{class}\",\"recorded_at\":\"{}\",\
         \"key\":\"{key}\",\"body\":\"{body}\"{more}}}",
        Hlc(START_MS << 16)
    )
}

/// The usual header with a field `pad` that makes it so long.
fn header_of(length: usize) -> String {
    let bare = header_text("MedicineTaken", "occurrence", ",\"pad\":\"\"").len();
    header_text("MedicineTaken", "occurrence", &format!(",\"pad\":\"{}\"", "x".repeat(length - bare)))
}

pub(crate) fn header() -> Vec<HeaderCase> {
    let case = |name: &str, header: String, fields: Value| {
        let Value::Object(fields) = fields else { unreachable!() };
        HeaderCase {
            name: name.into(),
            length: header.len(),
            event: record::event_hash(&header),
            fields,
            header,
        }
    };
    let taken = |more: &str| header_text("MedicineTaken", "occurrence", more);
    let usual = taken("");
    let mut parts: Vec<_> = usual[1..usual.len() - 1].split(',').collect();
    parts.reverse();
    let kind = json!({"type": "MedicineTaken", "class": "occurrence"});
    let known = json!({
        "f": 1, "id": event(1), "patient": PATIENT, "device": "22222222-2222-4222-9222-222222222222",
        "type": "MedicineTaken", "version": "2026-11-21", "class": "occurrence",
        "recorded_at": Hlc(START_MS << 16), "key": record::key_id(&key()), "body": record::body_hash(b"a body"),
    });
    let enrols =
        format!(",\"enrols\":{{\"device\":\"{}\",\"spki\":\"{}\"}}", PHONE, to_base64url(&spki(PHONE)));
    vec![
        case("as usual", usual.clone(), known.clone()),
        case("fields in another order", format!("{{{}}}", parts.join(",")), known),
        case("with white space", usual.replace(',', " ,\n\t").replace(':', " : ") + "\r\n", kind.clone()),
        case("an unknown field", taken(",\"later\":{\"deep\":[1,{\"a\":null}]}"), kind.clone()),
        case(
            "unknown numbers keep their digits",
            taken(",\"n\":[1.0,1e+2,-0.0,12345678901234567890123]"),
            kind.clone(),
        ),
        case("escapes in a known field", taken("").replace("Medicine", "\\u004dedicin\\u0065"), kind.clone()),
        case("letters beyond ASCII, raw", taken(",\"note\":\"é 服 💊 \u{2028}\u{7f}\""), kind.clone()),
        case(
            "the same letters, escaped",
            taken(",\"note\":\"\\u00e9 \\u670d \\uD83D\\uDC8A \\u2028\""),
            kind.clone(),
        ),
        case("escapes that need not be", taken(",\"note\":\"\\/\\u0041\\u0000\""), kind.clone()),
        case("half a surrogate pair in an unknown field", taken(",\"note\":\"\\ud800\""), kind.clone()),
        case(
            "a type and a version of later",
            header_text("MoodNoted", "standing", "").replace("2026-11-21", "2031-01-01"),
            json!({"type": "MoodNoted", "version": "2031-01-01", "class": "standing"}),
        ),
        case(
            "a device is enrolled",
            header_text("DeviceEnrolled", "standing", &enrols),
            json!({"enrols": {"device": PHONE, "spki": Bytes(spki(PHONE))}}),
        ),
        case("exactly 1 KiB", header_of(1024), kind),
    ]
}

pub(crate) fn header_refused() -> Vec<HeaderRefusedCase> {
    let usual = header_text("MedicineTaken", "occurrence", "");
    let case = |name: &str, header: String| HeaderRefusedCase { name: name.into(), header };
    let id = event(1).to_string();
    vec![
        case("one byte above 1 KiB", header_of(1025)),
        case("1 KiB of letters, but more bytes", header_of(1024).replacen("xx", "éé", 1)),
        case("another format", usual.replace("\"f\":1", "\"f\":2")),
        case("no format", usual.replace("\"f\":1,", "")),
        case("no patient", usual.replace("\"patient\"", "\"patent\"")),
        case("an upper-case id", usual.replace(&id, &id.to_uppercase())),
        case("an id without hyphens", usual.replace(&id, &id.replace('-', ""))),
        case("a class of its own", usual.replace("occurrence", "sometimes")),
        case("a clock of 15 digits", usual.replace("\"recorded_at\":\"0", "\"recorded_at\":\"")),
        case("a padded hash", usual.replace("\"}", "=\"}")),
        case("a list", format!("[{usual}]")),
        case("cut off", usual[..usual.len() - 1].into()),
        case("something after it", usual.clone() + "{}"),
        case("empty", String::new()),
    ]
}

pub(crate) fn encoding_refused() -> Vec<EncodingRefusedCase> {
    use Encoding::{Base64url, Counter, Hash, Hex64, Uuid};
    let case = |name: &str, kind, value: Value| EncodingRefusedCase { name: name.into(), kind, value };
    let zeros = "A".repeat(42);
    let id = event(1).to_string();
    vec![
        case("padded", Base64url, json!("AA==")),
        case("bits left over", Base64url, json!("AB")),
        case("bits left over in three letters", Base64url, json!("AAB")),
        case("the other alphabet's +", Base64url, json!("+AAA")),
        case("the other alphabet's /", Base64url, json!("/AAA")),
        case("one letter", Base64url, json!("A")),
        case("a line break", Base64url, json!("AAAA\nAAAA")),
        case("a space", Base64url, json!("AA AA")),
        case("31 bytes", Hash, json!(zeros)),
        case("33 bytes", Hash, json!("A".repeat(44))),
        case("bits left over in a hash", Hash, json!(format!("{zeros}B"))),
        case("a number", Hash, json!(0)),
        case("upper-case", Uuid, json!(id.to_uppercase())),
        case("no hyphens", Uuid, json!(id.replace('-', ""))),
        case("in braces", Uuid, json!(format!("{{{id}}}"))),
        case("as a URN", Uuid, json!(format!("urn:uuid:{id}"))),
        case("15 digits", Hex64, json!("0".repeat(15))),
        case("17 digits", Hex64, json!("0".repeat(17))),
        case("upper-case", Hex64, json!("00000000000000FF")),
        case("a sign", Hex64, json!("+000000000000001")),
        case("a number", Hex64, json!(1)),
        case("2^53", Counter, json!(1_u64 << 53)),
        case("negative", Counter, json!(-1)),
        case("a fraction", Counter, json!(1.5)),
        case("a text", Counter, json!("1")),
    ]
}
