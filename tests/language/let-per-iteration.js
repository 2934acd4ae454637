const fs = [];
for (let i = 0; i < 3; i++) { fs.push(() => i); i += 0; }
for (const k of [7, 8]) fs.push(() => k);
for (let k in { x: 1, y: 2 }) fs.push(() => k);
print(fs.map((f) => f()).join());
//> 0,1,2,7,8,x,y
