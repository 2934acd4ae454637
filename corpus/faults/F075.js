// F075 (Hermes 259fe2179): what a choice gave is needed again behind the suspension.
function* numbers(n) {
  for (let i = 0; i < n; i++) {
    const kept = i & 1 ? i * 3 : i + 100;
    yield i;
    yield kept;
  }
}
let sum = 0, taken = 0;
for (let round = 0; round < 60; round++) {
  for (const v of numbers(8)) {
    sum = (sum * 3 + v) | 0;
    if (++taken > 2000) break;
  }
}
print(sum, taken);
