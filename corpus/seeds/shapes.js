function area(o) { return o.w * o.h; }
const makers = [
  (i) => ({ w: i, h: 2 }),
  (i) => ({ h: i, w: 3 }),
  (i) => ({ name: "n", w: i, h: 0.5 }),
  (i) => { const o = { h: 1 }; o.w = i; return o; },
  (i) => Object.create({ w: i, h: 7 }),
  (i) => { const o = { w: i, h: 1, x: 1 }; delete o.x; return o; },
];
let total = 0;
for (let i = 0; i < 300; i++) total += area(makers[i < 100 ? 0 : i % 6](i));
print(total, area({ w: "3", h: "4" }), area({ w: 1 }));
//> 106764 12 NaN
