//! stub
use tierproof_runtime::*;
/// stub
pub fn install(cx: &mut Isolate) {
    let key = cx.key("print");
    let f = cx.new_builtin(key, 0, |cx, args| {
        let mut parts = Vec::new();
        for i in 0..args.len() {
            parts.push(cx.to_rust_string(args.get(i))?);
        }
        let line = parts.join(" ");
        match cx.echo {
            Some(f) => f(&line),
            None => cx.output.push(line),
        }
        Ok(tierproof_heap::Value::UNDEFINED)
    });
    let g = cx.realm.global;
    let _ = cx.define_own(g, key, f.into(), attrs::HIDDEN);
}
