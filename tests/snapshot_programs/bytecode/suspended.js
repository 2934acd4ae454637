// Generators and async functions.

//# generator
function* f(a) { try { const b = yield a; return b; } finally { yield* a; } }

//# async_function
async function f(a) { for await (const b of a) { if (await b) return b; } }

//# generator_empty
function* f() {}

//# generator_return_value
function* f(a) { return a; }

//# generator_default_throws_at_call
function* f(a = g()) { yield a; }

//# generator_this
function* f() { yield this.x; }

//# generator_captured_local
function* f(a) { let b = 1; yield () => b++; return a + b; }

//# generator_method
var o = { *f() { yield super.x; } };

//# yield_in_method_call
function* f(o) { return o.m(yield o); }

//# yield_in_binary
function* f(a) { return a + (yield 1) * (yield 2); }

//# yield_in_logical
function* f(a) { return a && (yield 1) || ((yield 2) ?? 3); }

//# yield_in_tagged_template
function* f(t) { return t`a${yield 1}b`; }

//# yield_in_object
function* f() { return { a: yield 1, [yield 2]: yield 3, ...yield 4 }; }

//# yield_in_compound
function* f(o) { let a = 1; a += yield a; o.x *= yield o; return a; }

//# yield_in_assignment_target
function* f(o, p) { [o[yield 1], { x: o[yield 2] }] = [p]; }

//# yield_in_switch
function* f() { switch (yield 1) { case yield 2: return 3; default: yield 4; } }

//# yield_in_for_captured
function* f(n) { for (let i = 0; i < n; i++) yield () => i; }

//# yield_in_for_of_head
function* f(a) { for (const x of yield a) return x; }

//# yield_in_try_catch
function* f() { try { yield 1; } catch (e) { yield e; } }

//# yield_in_nested_finally
function* f() { try { try { return yield 1; } finally { yield 2; } } finally { yield 3; } }

//# yield_in_return
function* f() { return yield yield 1; }

//# yield_in_with
function* f(o) { with (o) { yield x; x = yield; } }

//# yield_star
function* f(a) { return yield* a; }

//# yield_star_nested
function* f(n) { yield n; if (n) yield* f(n - 1); }

//# generator_infinite
function* f() { let i = 0; while (true) yield i++; }

//# async_empty
async function f() {}

//# async_throw
async function f(a) { throw a; }

//# async_await_once
async function f(a) { return await a; }

//# async_expression
const f = async function () { await 1; };

//# async_arrow
const f = async a => await a;

//# async_arrow_default
const f = async (a = 1, { b } = {}) => a + await b;

//# async_closure
async function f(a) { let b = await a; return () => b; }

//# await_in_method_call
async function f(o) { return o.m(await o.n()); }

//# await_in_unary
async function f(a) { return !await a && typeof await 1; }

//# await_in_logical
async function f(a) { return await a || await 1 && await 2; }

//# await_in_literal
async function f(a) { return { a: await a, b: [await 1, ...await 2] }; }

//# await_in_optional
async function f(o) { return o?.m(await 1)?.[await 2]; }

//# await_in_for_captured
async function f(n, g) { for (let i = 0; i < n; i++) { await g(() => i); } }

//# await_in_try_catch
async function f(a) { try { return await a; } catch (e) { return await e; } }

//# await_in_default_of_body_pattern
async function f(p) { const { a = await 1, ...r } = await p; return r; }

//# await_as_identifier
function f(await) { return await + 1; }

//# async_generator_empty
async function* f() {}

//# async_generator_await
async function* f(a) { yield await a; await 1; }

//# async_generator_yield_star
async function* f(a) { return yield* a; }

//# async_generator_for_await
async function* f(a) { for await (const x of a) yield x; }

//# for_await_break
async function f(a) { for await (const x of a) break; }

//# for_await_assignment
async function f(a, o) { for await (o.x of a); for await (o[0] of a); }

//# for_await_captured
async function f(a, g) { for await (let x of a) g(() => x); }

//# for_await_in_try
async function f(a) { try { for await (const x of a) await x; } catch (e) { return e; } }

//# await_using_return
async function f(a) { await using b = a; return b.x; }
