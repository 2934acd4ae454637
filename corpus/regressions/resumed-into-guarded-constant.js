// schedule: tier=midtier feedback=lies:7
// Found by feedback lies (check: lines). Compiled code of a suspended function took a register for the
// constant that a guard before the loop had proved, also when it was resumed inside the loop, where the
// guard has not run.
async function* ag(n) { for (let i = 0; i < n; i++) { yield i; await null; } }
async function as(n) { let t = 0; for (let i = 0; i < n; i++) t += await i; return t; }
(async () => {
  for (let r = 0; r < 60; r++) {
    let s = await as(20), q = 0;
    for await (const x of ag(20)) q += x;
    if (r % 10 == 9) print(r, s, q);
  }
})().catch(e => print(e.stack));
