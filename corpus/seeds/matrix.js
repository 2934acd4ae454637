function mul(a, b, n) { const r = []; for (let i = 0; i < n; i++) { const row = []; for (let j = 0; j < n; j++) { let s = 0; for (let k = 0; k < n; k++) s += a[i][k] * b[k][j]; row.push(s); } r.push(row); } return r; }
let m = [[1, 2], [3, 4]]; const id = [[0, 1], [1, 0.5]];
for (let i = 0; i < 12; i++) m = mul(m, id, 2);
print(JSON.stringify(m)); m[0][0] = "2"; print(JSON.stringify(mul(m, id, 2)));
//> [[26.263671875,33.6748046875],[59.9384765625,76.77587890625]]
//> [[33.6748046875,18.83740234375],[76.77587890625,98.326416015625]]
