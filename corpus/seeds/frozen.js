"use strict";
const f = Object.freeze({ a: 1, list: [1] });
function set(o, v) { try { o.a = v; return "ok"; } catch (e) { return e.name; } }
const plain = { a: 0 };
for (let i = 0; i < 80; i++) set(plain, i);
print(plain.a, set(f, 2), f.a, Object.isFrozen(f), f.list.push(2));
const arr = Object.freeze([1, 2]);
for (const act of [() => arr.push(3), () => (arr[0] = 9), () => (arr.length = 0), () => delete arr[0]]) try { act(); } catch (e) { print(e.name); }
const s = Object.seal({ q: 1 }); s.q = 2; print(s.q, set(s, 1));
//> 79 TypeError 1 true 2
//> TypeError
//> TypeError
//> TypeError
//> TypeError
//> 2 TypeError
