const a = [5, 1, 4];
print(a.map((v, i) => v * i).join(), a.filter((v) => v > 1).length, a.reduce((x, y) => x + y), a.some((v) => v === 4));
let n = 0;
for (let i = 0; i < 50; i++) n += [1, 2, 3, i].map((v) => v + i).filter((v) => v & 1).reduce((p, q) => p + q, 0);
print(n, [3, 1, 2].sort().join(), [3, 10, 2].sort().join(), [3, 10, 2].sort((x, y) => x - y).join());
const m = [1, 2, 3, 4]; m.forEach((v, i) => { if (i === 0) m.pop(); print(v); });
print([1, [2, [3, [4]]]].flat(2).length, [1, 2].flatMap((v) => [v, v]).join(), Array.from({ length: 3 }, (_, i) => i * i).join());
//> 0,1,8 2 10 true
//> 1975 1,2,3 10,2,3 2,3,10
//> 1
//> 2
//> 3
//> 4 1,1,2,2 0,1,4
