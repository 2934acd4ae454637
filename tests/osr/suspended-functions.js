// Hot loops inside functions that are suspended in between: entered, left and resumed in every tier.
function* phases(n) {
  let sum = 0;
  for (let phase = 0; phase < 4; phase++) {
    let kept = { phase };
    for (let i = 0; i < n; i++) sum += i & 7;
    const more = yield [kept.phase, sum];
    for (let i = 0; i < n; i++) sum = (sum * 3 + i + more) | 0;
    try {
      for (let i = 0; i < n; i++) { sum ^= i; if (sum === -1) yield "never"; }
      for (let i = 0; i < n; i++) { sum += i; if (phase === 3 && i === n - 1) throw "last"; }
    } catch (e) {
      for (let i = 0; i < n; i++) sum -= i;
      yield e;
    } finally {
      for (let i = 0; i < n; i++) sum = sum + 1 | 0;
    }
  }
  return sum;
}
var g = phases(3000), r = g.next();
while (!r.done) { print(r.value); r = g.next(2); }
print(r.value);
async function work(n) {
  let sum = 0.5;
  for (let i = 0; i < n; i++) sum += i / 2;
  await null;
  const o = { v: 1 };
  for (let i = 0; i < n; i++) sum += o.v;
  for (let k = 0; k < 3; k++) { for (let i = 0; i < n; i++) sum += k; await sum; }
  return sum;
}
work(4000).then(print);
var arrow = async (n) => { let s = ""; for (let i = 0; i < n; i++) s = i % 5 ? s + i % 10 : ""; return s + (await n); };
arrow(5003).then(print);
//> 0,10500
//> 1,-82778528
//> 2,-370077124
//> 3,-489775976
//> last
//> 888973356
//> 125003
//> 4015000.5
