const mk = () => { const l = []; return [l, { [Symbol.iterator]: () => ({ next: () => (l.push("n"), { value: 1, done: false }), return: () => (l.push("r"), {}) }) }]; };
let [l, it] = mk(); for (const x of it) break; print(l.join(""));
[l, it] = mk(); try { for (const x of it) throw 1; } catch {} print(l.join(""));
[l, it] = mk(); const [p, q] = it; print(l.join("")); [l, it] = mk(); (function () { for (const x of it) return; })(); print(l.join(""));
//> nr
//> nr
//> nnr
//> nr
