// A guard fails behind an `await`, inside a handler.
async function total(a) { let s = 0; for (const v of a) { try { s += await v; if (s > 100) throw s; } catch (e) { s = e - 100; } } return s; }
(async () => {
  let s = 0; for (let i = 0; i < 40; i++) s += await total([i, 1, 2]);
  print(s, await total([1.5, 2]), await total(["a", 1]), await total([99, 5, 1]));
})();
//> 900 3.5 0a1 5
