// Async functions, async generators, for await: order of jobs, rejection, delegation, closing.
var log = [];
async function f(x) { log.push("f" + x); const y = await x; log.push("after" + y); return y * 2; }
f(1).then((v) => log.push("then" + v));
f(Promise.resolve(2)).then((v) => log.push("then" + v));
log.push("sync");
Promise.resolve().then(() => log.push("job")).then(() => print(log.join()));
async function fails(a = (() => { throw "param"; })()) { return a; }
fails().catch((e) => print("rejected", e));
const arrow = async (x) => { try { await Promise.reject(x); } catch (e) { return "caught " + e; } finally { await null; print("finally"); } };
arrow(7).then(print);
class C {
  #v = 3;
  async m() { return (await this.#v) + (await super.toString()).length; }
  static async s(...a) { await 0; return [new.target, arguments.length, ...a]; }
}
new C().m().then(print);
C.s(1, 2).then((v) => print(v.length, v[0] === undefined, v[1]));

async function* agen() {
  try {
    const got = yield Promise.resolve("p");
    print("got", got);
    yield* [1, Promise.resolve(2)];
    yield* (async function* () { yield "inner"; return "r"; })();
    return Promise.resolve("done");
  } finally {
    print("agen finally");
  }
}
(async () => {
  const g = agen();
  const all = [g.next(), g.next("x"), g.next(), g.next(), g.next(), g.next()];
  print(JSON.stringify(await Promise.all(all)));
  for await (const v of agen()) { print("v", v); if (v === 1) break; }
  for await (const v of [Promise.resolve("a"), "b"]) print(v);
  try { for await (const v of [Promise.reject("bad")]) print(v); } catch (e) { print("loop rejected", e); }
  const h = agen();
  print(JSON.stringify([await h.return("early"), await h.next()]));
  const k = agen();
  await k.next();
  print(JSON.stringify(await k.return(Promise.resolve("late"))));
  try { await agen().throw("t"); } catch (e) { print("thrown", e); }
  let s = 0;
  for (let i = 0; i < 300; i++) s += await i;
  print(s);
  const hot = async (n) => { let t = 0; for (let i = 0; i < n; i++) t += i & 3; return t; };
  let t = 0;
  for (let i = 0; i < 50; i++) t += await hot(200);
  print(t);
  outer: for (const a of [1, 2]) {
    for await (const b of agen()) { if (a === 1) continue outer; break outer; }
  }
  print(Object.prototype.toString.call(agen()), Object.getPrototypeOf(async () => 0)[Symbol.toStringTag]);
})().catch((e) => print("FAILED", e, e && e.stack));
//> rejected param
//> got x
//> f1,f[object Promise],sync,after1,after2,job,then2,then4
//> finally
//> 4 true 2
//> caught 7
//> 18
//> agen finally
//> [{"value":"p","done":false},{"value":1,"done":false},{"value":2,"done":false},{"value":"inner","done":false},{"value":"done","done":true},{"done":true}]
//> v p
//> got undefined
//> v 1
//> agen finally
//> a
//> b
//> loop rejected bad
//> [{"value":"early","done":true},{"done":true}]
//> agen finally
//> {"value":"late","done":true}
//> thrown t
//> 44850
//> 15000
//> agen finally
//> agen finally
//> [object AsyncGenerator] AsyncFunction
