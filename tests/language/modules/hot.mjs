export let state = 0;
export function run(n) { let sum = 0; for (let i = 0; i < n; i++) { sum += i; state++; } return sum; }
