// schedule: tier=toptier
// Runtime functions that answer with the hole (a direct eval that is none, an iterator without
// `throw`): optimised code took the answer for a value.
function shadowed(eval, n) { return eval(n); }
function* outer(inner) { try { yield* inner; } catch (e) { return e.constructor.name; } }
let sum = 0;
for (let i = 0; i < 300; i++) {
  sum += shadowed((x) => x + 1, i);
  const g = outer({ [Symbol.iterator]: () => ({ next: () => ({ value: i, done: false }) }) });
  g.next();
  sum += String(g.throw(i).value).length;
}
print(sum);
