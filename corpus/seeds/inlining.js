function sq(x) { return x * x; }
function norm(p) { return sq(p.x) + sq(p.y); }
function run(list) { let s = 0; for (let i = 0; i < list.length; i++) s += norm(list[i]); return s; }
const pts = []; for (let i = 0; i < 30; i++) pts.push({ x: i, y: -i });
let t = 0; for (let i = 0; i < 30; i++) t += run(pts);
pts[20].x = 0.5; t += run(pts); pts[21] = { y: 1, x: "3" }; t += run(pts);
print(t); sq = (x) => -x; print(run(pts));
//> 545848.5
//> 15.5
