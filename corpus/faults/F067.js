// F067 (Hermes 7244d656d): the last of many variables is read before anything is stored there.
function dirty(a) {
  let b0 = a, b1 = "s" + a, b2 = a, b3 = a, b4 = a, b5 = a, b6 = a, b7 = a, b8 = a, b9 = a, c0 = a, c1 = a, c2 = a,
    c3 = a, c4 = a, c5 = a, c6 = a, c7 = "t" + a, c8 = a, c9 = a, d0 = a, d1 = a, d2 = a, d3 = a, d4 = a, d5 = a,
    d6 = a, d7 = a, d8 = a, d9 = a;
  return b0 + b1 + b2 + b3 + b4 + b5 + b6 + b7 + b8 + b9 + c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + d0 + d1
    + d2 + d3 + d4 + d5 + d6 + d7 + d8 + d9;
}
function clean(a) {
  if (a > 1) { var v0 = a, v1 = a, v2 = a, v3 = a, v4 = a, v5 = a, v6 = a, v7 = a, v8 = a, v9 = a, w0 = a, w1 = a,
    w2 = a, w3 = a, w4 = a, w5 = a, w6 = a; }
  return [v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, w0, w1, w2, w3, w4, w5, w6].join();
}
function all(a) {
  if (a > 1) { var x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, y0, y1, y2, y3, y4, y5, y6, y7, y8; }
  return y8;
}
for (let i = 0; i < 60; i++) {
  dirty(i);
  print(clean(0));
  dirty(i);
  print(all(0));
}
