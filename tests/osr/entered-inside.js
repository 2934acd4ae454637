// The inner loop is where the time goes first: entered there, the outer loops go on in optimised code.
function walk(n, log) {
  let sum = 0, last = "none";
  outer: for (let a = 0; a < n; a++) {
    const seen = [];
    middle: for (let b = 0; b < n; b++) {
      let label = "b" + b;
      try {
        for (let c = 0; c < 40; c++) {
          sum = (sum * 5 + a + b + c) | 0;
          if (c === 37 && b === 3 && a === 1) continue outer;
          if (c === 38 && b === 4) continue middle;
          if (c === 39 && a === 4 && b === 1) break outer;
          if (c === 20 && b === 5) throw label;
        }
      } catch (e) {
        last = e + "/" + a;
      } finally {
        seen.push(() => sum + b);
      }
      label += a;
      if (b % 2 === 0) last += label.length;
    }
    log.push(seen.length, seen[0](), seen[seen.length - 1](), last);
  }
  return sum;
}
const log = [];
let total = 0;
for (let i = 0; i < 6; i++) total = (total * 3 + walk(7, log)) | 0;
print(total, log.length, log.slice(0, 12).join(), log.slice(-4).join());

function find(rows, wanted) {
  for (const row of rows) for (const cell of row) if (cell === wanted) return row.indexOf(cell);
  return -1;
}
const rows = [];
for (let i = 0; i < 30; i++) rows.push(Array.from({ length: 30 }, (_, k) => i * 30 + k));
let places = 0;
for (let i = 0; i < 300; i++) places += find(rows, i * 3);
print(places, find(rows, -5));
//> -431416108 72 7,-1551136664,-1551136658,b5/03,7,1537734579,1537734585,b5/23,7,1868056383,1868056389,b5/33 7,1868056383,1868056389,b5/33
//> 4050 -1
