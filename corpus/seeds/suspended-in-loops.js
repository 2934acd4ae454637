// Generators and async functions suspended in nested loops, in try/catch/finally and between loops,
// resumed into the middle of optimised code.
function* gen(n) {
  let s = 0;
  for (let i = 0; i < n; i++) {
    const got = yield s + i;
    if (got !== undefined) s += got;
    for (let j = 0; j < 3; j++) { s += j; if (s % 7 == 3) { let k = yield -s; s += (k|0) } }
  }
  return s;
}
function* fib() { let [a, b] = [0, 1]; while (true) { yield a; [a, b] = [b, (a + b) | 0]; } }
function* tree(d) { if (d > 0) { yield* tree(d - 1); yield d; yield* tree(d - 1); } }
function* tryer() { let n = 0; while (n < 50) { try { n += yield n; if (n % 5 == 0) throw n; } catch (e) { n += 1; yield 'c' + e; } finally { n++; yield 'f' + n; } } }
async function as(n) { let t = 0; for (let i = 0; i < n; i++) { t += await (i % 2 ? i : Promise.resolve(i)); if (i % 10 == 0) { try { await Promise.reject(i); } catch (e) { t -= e; } } } return t; }
async function* ag(n) { for (let i = 0; i < n; i++) { yield i; await null; } }
class C { constructor() { this.x = 3 } *m(a, ...r) { for (const v of r) { a += yield this.x + v + a; } return a + arguments.length } async am(a) { const f = () => this.x + a; a = await f(); return a + f(); } }
let out = [];
for (let r = 0; r < 200; r++) {
  let g = gen(5), v, h = 0, c = 0;
  while (!(v = g.next(c++ % 3 ? c : undefined)).done) h = (h * 31 + v.value) | 0;
  h = (h * 31 + v.value) | 0;
  let k = 0; for (const f of fib()) { if (++k > 20) break; h = (h * 31 + f) | 0 }
  for (const t of tree(5)) h = (h * 31 + t) | 0;
  let t = tryer(), m = 0; let z = t.next(); while (!z.done && m++ < 40) { z = t.next(2); h = (h * 31 + String(z.value).length) | 0 }
  let o = new C().m(1, 2, 3, 4), w = o.next(); while (!w.done) { h = (h * 31 + w.value) | 0; w = o.next(w.value) } h += w.value;
  if (r % 40 == 39) print(r, h);
}
(async () => { for (let r = 0; r < 30; r++) { let s = await as(40), q = 0; for await (const x of ag(20)) q += x; const c = await new C().am(r); if (r % 10 == 9) print(r, s, q, c) } })();
