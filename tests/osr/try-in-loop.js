let log = 0; for (let i = 0; i < 200; i++) { try { if (i % 3 === 0) throw i; log += 1; } catch (e) { log += e; continue; } finally { log ^= 1; } } print(log);
//> 6770
