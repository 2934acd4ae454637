//! UTF-16 values of literals and property names.

/// A string as the language sees it (the same type as `bytecode::template::JsStr`).
pub type JsStr = std::sync::Arc<[u16]>;

/// UTF-16 of plain text.
pub fn js_string(text: &str) -> JsStr {
    text.encode_utf16().collect()
}

/// UTF-16 of a literal whose value may be in oxc's escaped form for lone surrogates: U+FFFD
/// followed by four hexadecimal digits.
pub fn js_string_of_literal(value: &str, lone_surrogates: bool) -> JsStr {
    if !lone_surrogates {
        return js_string(value);
    }
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('\u{FFFD}') {
        out.extend(rest[..at].encode_utf16());
        let tail = &rest[at + '\u{FFFD}'.len_utf8()..];
        match tail.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            Some(unit) => {
                out.push(unit);
                rest = &tail[4..];
            }
            None => {
                out.push(0xFFFD);
                rest = tail;
            }
        }
    }
    out.extend(rest.encode_utf16());
    out.into()
}

/// Property key of a numeric literal: Number::toString in base 10.
pub fn number_key(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    zmij_ecma::Buffer::new().format(value).to_owned()
}
