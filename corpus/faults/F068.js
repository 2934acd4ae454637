// F068 (JSC bug 138038): objects of one literal shape get more properties than they have room for.
function add(o, v) {
  o.p1 = v; o.p2 = v; o.p3 = v; o.p4 = v; o.p5 = v; o.p6 = v; o.p7 = v; o.p8 = v; o.p9 = v; o.q1 = v; o.q2 = v;
  return o;
}
for (let i = 0; i < 60; i++) {
  const o = add({}, "v" + i);
  print(o.p1, o.p4, o.p5, o.p6, o.p8, o.p9, o.q1, o.q2);
}
