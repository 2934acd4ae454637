let t = 0; for (let i = 0; i < 30; i++) for (let j = 0; j < 30; j++) { let k = 0; while (k < 5) { t = (t * 3 + i + j + k) | 0; k++; } } print(t);
//> 126899134
