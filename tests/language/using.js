// using and await using: order, errors, early exits, loops.
const r = (name, log = print) => ({ [Symbol.dispose]() { log("dispose " + name); }, name });
const ar = (name) => ({ async [Symbol.asyncDispose]() { print("async dispose " + name); await null; print("disposed " + name); } });
{
  using a = r("a"), b = r("b"), none = null, undef = undefined;
  print("body", a.name);
}
//> body a
//> dispose b
//> dispose a
function early(x) {
  for (let i = 0; i < 3; i++) {
    using c = r("c" + i);
    if (i === 0) continue;
    if (x) return "returned";
    break;
  }
  return "end";
}
print(early(true));
print(early(false));
//> dispose c0
//> dispose c1
//> returned
//> dispose c0
//> dispose c1
//> end
try {
  using a = { [Symbol.dispose]() { throw "first"; } };
  using b = { [Symbol.dispose]() { throw "second"; } };
  throw "body";
} catch (e) { print(e.constructor.name, e.error, e.suppressed.error, e.suppressed.suppressed); }
//> SuppressedError first second body
try { using x = 1; } catch (e) { print(e.constructor.name); }
try { using x = {}; } catch (e) { print(e.constructor.name); }
//> TypeError
//> TypeError
for (using x of [r("x1"), r("x2")]) print("in", x.name);
for (using y = r("y"), i = null; ; ) { print("once"); break; }
//> in x1
//> dispose x1
//> in x2
//> dispose x2
//> once
//> dispose y
function* gen() { using g = r("g"); yield 1; yield 2; }
for (const v of gen()) { print("got", v); break; }
//> got 1
//> dispose g
(async () => {
  {
    await using p = ar("p");
    await using q = r("q");
    using s = r("s");
    await using nothing = null;
    print("async body");
  }
  print("after");
  try {
    await using t = { async [Symbol.asyncDispose]() { throw "rejected"; } };
    throw "async body error";
  } catch (e) { print(e.error, e.suppressed); }
  for (await using z of [ar("z1"), r("z2")]) print("loop");
  let n = 0;
  for (let i = 0; i < 300; i++) { using h = { [Symbol.dispose]() { n += i; } }; }
  print(n);
})();
//> async body
//> dispose s
//> dispose q
//> async dispose p
//> disposed p
//> after
//> rejected async body error
//> loop
//> async dispose z1
//> disposed z1
//> loop
//> dispose z2
//> 44850
