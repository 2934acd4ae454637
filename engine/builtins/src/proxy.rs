//! [Proxy Objects](https://tc39.es/ecma262/#sec-proxy-objects). What proxies do is `runtime::proxy`.

use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::proxy::is_proxy;
use tierproof_runtime::{Args, Isolate, JsResult, attrs};

use crate::install::{self, Row, needs_new};

const STATICS: &[Row] = &[("revocable", 2, revocable)];

pub fn install(cx: &mut Isolate) {
    let text = cx.intern("Proxy");
    let c = cx.new_builtin_named(text.into(), 2, proxy, true);
    install::methods(cx, c.object(), STATICS);
    let global = cx.realm.global;
    install::value(cx, global, "Proxy", c.into(), attrs::HIDDEN);
}

/// [Proxy](https://tc39.es/ecma262/#sec-proxy-target-handler)
fn proxy(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "Proxy"));
    }
    Ok(cx.proxy_create(args.get(0), args.get(1))?.into())
}

/// [Proxy.revocable](https://tc39.es/ecma262/#sec-proxy.revocable)
fn revocable(cx: &mut Isolate, args: Args) -> JsResult {
    let p = cx.proxy_create(args.get(0), args.get(1))?;
    let holder = cx.heap.allocate_fixed_array_from(&[p.into()]);
    let revoke = cx.native_closure(revoke, 0, holder.into());
    let o = cx.new_plain_object();
    install::value(cx, o, "proxy", p.into(), attrs::ALL);
    install::value(cx, o, "revoke", revoke.into(), attrs::ALL);
    Ok(o.into())
}

fn revoke(cx: &mut Isolate, args: Args) -> JsResult {
    let holder = args.captured_array();
    if let Some(p) = holder.get(0).try_as::<ObjectRef>().filter(|o| is_proxy(*o)) {
        holder.set(&mut cx.heap, 0, Value::NULL);
        p.set_internal(&mut cx.heap, 0, Value::NULL);
        p.set_internal(&mut cx.heap, 1, Value::NULL);
    }
    Ok(Value::UNDEFINED)
}
